/** Commands of the manager that clients send to the monitor: passed on, and answered when the manager answers. Upstream: Monitor::handle_command, MgrClient */

import { AuthorizerClient } from "../../../mgr/auth/authorizer.ts";
import { DEFAULT_LIFE, issueTicket } from "../../../mgr/auth/cephx_mon_tickets.ts";
import { CryptoKey, KeyType } from "../../../mgr/auth/crypto_key.ts";
import { randomBytes } from "../../../mgr/auth/seal.ts";
import { MMgrCommand, MMgrCommandReply } from "../../../mgr/messages/command.ts";
import { pack, type RawMessage, unpack } from "../../../mgr/messages/message.ts";
import { type MMonCommand, MMonCommandAck } from "../../../mgr/messages/mon_command.ts";
import { ConMode } from "../../../mgr/msgr/authenticator.ts";
import { Messenger } from "../../../mgr/msgr/messenger.ts";
import { DaemonSessions, type Dial } from "../../../mgr/rados/daemon_sessions.ts";
import { msgr2Addr } from "../../../mgr/types/entity_addr.ts";
import { type EntityNum, EntityType } from "../../../mgr/types/entity_name.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { TOO_MANY } from "../commands/run.ts";
import type { MonitorContext } from "./context.ts";
import type { Session } from "./session.ts";

/** Commands that wait for a manager; further ones are refused. */
const MAX_WAITING = 1024;
const NO_FSID = "00000000-0000-0000-0000-000000000000";

interface Waiting {
  readonly session: Session;
  readonly tid: bigint;
  readonly command: MMonCommand;
}

/** The monitor as a client of the active manager. */
export class MgrProxy {
  readonly #monitor: MonitorContext;
  readonly #sessions: DaemonSessions;
  readonly #waiting = new Map<bigint, Waiting>();
  #peer: EntityNum | undefined;
  #tid = 0n;

  constructor(monitor: MonitorContext) {
    this.#monitor = monitor;
    this.#sessions = new DaemonSessions(this.#dial(), monitor.clock);
    this.#sessions.use({
      opened: () => this.#sendAll(),
      // What was not answered is sent again when there is a session; without a manager it waits for one.
      lost: () => queueMicrotask(() => this.#connect()),
      handlers: new Map([[MMgrCommandReply.type, (_, raw) => this.#answered(raw)]]),
    });
  }

  /** Takes a command of a client; without a manager it waits for one. */
  take(session: Session, command: MMonCommand, tid: bigint): void {
    if (this.#waiting.size >= MAX_WAITING) this.#forgetGone();
    if (this.#waiting.size >= MAX_WAITING) return refuse({ session, command, tid });
    const id = ++this.#tid;
    this.#waiting.set(id, { session, command, tid });
    this.#connect();
    this.#send(id);
  }

  /** There is another MgrMap. */
  mgrMap(): void {
    if (this.#waiting.size > 0) this.#connect();
  }

  close(): void {
    this.#waiting.clear();
    this.#sessions.close("the monitor ends");
  }

  #connect(): void {
    const { activeGid, activeAddrs, available } = this.#monitor.state.mgr.map;
    const addr = msgr2Addr(activeAddrs);
    if (!available || addr === undefined || this.#waiting.size === 0) return;
    if (this.#peer !== undefined && this.#peer.num !== activeGid) {
      this.#sessions.drop(this.#peer, "another manager is active");
    }
    this.#peer = { type: EntityType.mgr, num: activeGid };
    this.#sessions.want(this.#peer, addr);
  }

  /** Those whose clients have left. */
  #forgetGone(): void {
    for (const [id, { session }] of this.#waiting) {
      if (!this.#monitor.sessions.has(session)) this.#waiting.delete(id);
    }
  }

  #sendAll(): void {
    for (const id of this.#waiting.keys()) this.#send(id);
  }

  #send(id: bigint): void {
    const waiting = this.#waiting.get(id);
    if (this.#peer === undefined || waiting === undefined) return;
    const { cmd, data } = waiting.command;
    this.#sessions.send(this.#peer, pack(MMgrCommand, { fsid: NO_FSID, cmd, data }, id));
  }

  #answered(raw: RawMessage): void {
    const waiting = this.#waiting.get(raw.tid);
    if (waiting === undefined) return;
    this.#waiting.delete(raw.tid);
    const { r, rs, data } = unpack(MMgrCommandReply, raw);
    const { session, command: { cmd }, tid } = waiting;
    session.send(MMonCommandAck, { version: 0, r, rs, cmd, data }, tid);
  }

  /** Its own ticket: a monitor has the secrets of all services. */
  #dial(): Dial {
    const { clock } = this.#monitor;
    const messenger = new Messenger(EntityType.mon, 0, clock);
    const key = CryptoKey.generate(KeyType.aes, randomBytes, utimeOfMs(clock.wall()));
    const holder = {
      entity: { type: EntityType.mon, id: "" },
      globalId: 0n,
      auth: { key, caps: new Map([["mgr", "allow *"]]) },
    };
    return async (peer, addr, handler, signal) => {
      const secrets = (service: number) => this.#monitor.state.auth.rotating.get(service);
      const maker = { life: DEFAULT_LIFE, secrets, wall: () => clock.wall(), random: randomBytes };
      const issued = issueTicket(maker, holder, EntityType.mgr);
      if (issued === undefined) throw new Error("there are no secrets of managers");
      const { ticket: { sessionKey }, blob, service } = issued;
      const ticket = { service, sessionKey, blob, expires: Infinity, renewAfter: Infinity };
      const authenticator = new AuthorizerClient(
        ticket,
        0n,
        [ConMode.secure, ConMode.crc],
        randomBytes,
      );
      return await messenger.connect({ addr, peerType: peer.type, authenticator, gid: 0n }, handler, signal);
    };
  }
}

function refuse({ session, command: { cmd }, tid }: Waiting): void {
  const { code: r, err: rs, out: data, version } = TOO_MANY;
  session.send(MMonCommandAck, { version, r, rs, cmd, data }, tid);
}
