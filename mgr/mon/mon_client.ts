/** Our session with the monitors: hunts for one, keeps it alive, and comes back when it is lost. Upstream: mon/MonClient.cc */

import { getLogger } from "@logtape/logtape";
import { MAuthReply } from "../messages/auth.ts";
import { pack, type RawMessage, unpack } from "../messages/message.ts";
import { MMonCommand, MMonCommandAck } from "../messages/mon_command.ts";
import { MMonGetMap } from "../messages/mon_get_map.ts";
import { MMonGetVersion, MMonGetVersionReply } from "../messages/mon_get_version.ts";
import { MMonMap } from "../messages/mon_map.ts";
import { MMonSubscribe } from "../messages/mon_subscribe.ts";
import type { Connection } from "../msgr/connection.ts";
import { AuthRefusedError } from "../msgr/errors.ts";
import type { Messenger } from "../msgr/messenger.ts";
import type { Clock, Timer } from "../time/clock.ts";
import { type EntityAddr, formatTypedAddr, msgr2Addr, sameAddr } from "../types/entity_addr.ts";
import type { MonMap } from "../types/mon_map.ts";
import type { Uuid } from "../types/uuid.ts";
import { AuthRequests } from "./auth_requests.ts";
import {
  type Candidate,
  Hunt,
  HUNT_DEFAULTS,
  type HuntOptions,
  PING_DEFAULTS,
  type PingOptions,
} from "./hunt.ts";
import { Hunter } from "./hunter.ts";
import { LoginRefusals } from "./login_refusals.ts";
import type { MonAuth } from "./mon_auth.ts";
import { type RequestOptions, Requests } from "./requests.ts";
import { SilenceReport } from "./silence_report.ts";
import { Subscriptions } from "./subscriptions.ts";

const log = getLogger(["ganglion", "monc"]);

const TICK_MS = 1000;
/** A session that ends sooner was none: the next hunt begins after a pause, or we would storm a sick monitor. */
const LASTING_SESSION_MS = 10_000;

/** What its owner is told. */
export interface MonClientEvents {
  /** A session is open under this global_id. */
  sessionUp(gid: bigint, connection: Connection): void;
  sessionDown(reason: string): void;
  /** A newer map of the monitors. */
  monMap(map: MonMap): void;
  /** Every message that is not ours. Throwing closes the session. */
  message(raw: RawMessage): void;
  /** Something that the operator should know; hunting goes on. */
  trouble(text: string): void;
  /** There never was a session, and waiting will not bring one: a wrong key, another cluster, no address to dial. */
  hopeless(reason: Error): void;
  /** One monitor could not be reached or does not let us in; others may. */
  attemptFailed?(addr: EntityAddr, reason: Error): void;
}

/** Who we are and where to look. */
export interface MonClientOptions {
  readonly clock: Clock;
  readonly messenger: Pick<Messenger, "connect">;
  readonly auth: MonAuth;
  readonly monitors: readonly Candidate[];
  /** Connection modes to offer, in order; asked for at each login. */
  readonly modes: () => readonly number[];
  /** Short host name: the monitors' masks of options look at it. */
  readonly hostname: string;
  /** Wanted cluster; empty takes any. */
  readonly fsid: Uuid;
  readonly hunt?: HuntOptions;
  readonly ping?: PingOptions;
  readonly random?: () => number;
}

/** What a command answers. */
export interface CommandResult {
  readonly r: number;
  readonly rs: string;
  readonly data: Uint8Array;
}

/** The open session. */
interface Session {
  readonly connection: Connection;
  readonly addr: EntityAddr;
  readonly openedAt: number;
  lastAck: number;
  lastPing: number;
}

/** The session with the quorum, as one thing that may be away for a while. */
export class MonClient {
  readonly #o: MonClientOptions;
  readonly #events: MonClientEvents;
  readonly #hunt: Hunt;
  readonly #hunter: Hunter;
  readonly #subscriptions = new Subscriptions();
  readonly #commands: Requests;
  readonly #versions: Requests;
  readonly #authRequests: AuthRequests;
  readonly #silence: SilenceReport;
  readonly #refusals: LoginRefusals;
  #session: Session | undefined;
  #monMap: MonMap | undefined;
  #ticker: Timer | undefined;

  constructor(options: MonClientOptions, events: MonClientEvents) {
    const { clock, messenger, auth, modes, monitors } = options;
    this.#o = options;
    this.#events = events;
    this.#hunt = new Hunt(options.random ?? Math.random, options.hunt ?? HUNT_DEFAULTS);
    this.#hunt.setMonitors(monitors);
    this.#hunter = new Hunter({ clock, messenger, auth, modes, hunt: this.#hunt }, {
      opened: (connection, addr) => this.#opened(connection, addr),
      failed: (addr, reason) => this.#attemptFailed(addr, reason),
      message: (connection, raw) => void (this.#sessionOf(connection) && this.#dispatch(raw)),
      keepaliveAck: (connection) => {
        const session = this.#sessionOf(connection);
        if (session) session.lastAck = clock.now();
      },
      closed: (connection, reason) => {
        const session = this.#sessionOf(connection);
        if (session) this.#lost(session, reason.message);
      },
    });
    const send = (raw: RawMessage): boolean => this.send(raw);
    this.#commands = new Requests(clock, send);
    this.#versions = new Requests(clock, send);
    const login = (reason: string): void => this.#session?.connection.close(reason);
    this.#authRequests = new AuthRequests(clock, auth, send, login);
    this.#silence = new SilenceReport(clock, (text) => events.trouble(text));
    this.#refusals = new LoginRefusals(auth, (reason) => events.hopeless(reason));
  }

  /** Begins to hunt; goes on until `close()`. */
  start(): void {
    if (!this.#o.monitors.some(({ addrs }) => msgr2Addr(addrs))) {
      const why = "none of the monitors that are known has a msgr2 (v2:) address. Mend mon_host";
      return this.#events.hopeless(new Error(`Cannot reach the monitors: ${why}`));
    }
    this.#ticker = this.#o.clock.every(TICK_MS, () => this.#tick());
    this.#silence.begin();
    this.#hunter.begin();
  }

  /** Ends everything; unanswered requests fail. */
  close(reason: string): void {
    this.#ticker?.cancel();
    this.#silence.end();
    this.#hunter.stop(reason);
    this.#commands.close(reason);
    this.#versions.close(reason);
    this.#authRequests.lost(reason);
    const session = this.#session;
    this.#session = undefined;
    session?.connection.close(reason);
  }

  get connected(): boolean {
    return this.#session !== undefined;
  }

  /** Monotonic milliseconds of the last byte of the present session; 0 without one. */
  get lastHeard(): number {
    return this.#session?.connection.lastReceived ?? 0;
  }

  get monMap(): MonMap | undefined {
    return this.#monMap;
  }

  /** Our number in the cluster; 0 before the first login. */
  get globalId(): bigint {
    return this.#o.auth.globalId;
  }

  /** Sends on the present session; false when there is none. */
  send(raw: RawMessage): boolean {
    return this.#session?.connection.send(raw) ?? false;
  }

  /** Wants to be told; from `start` on, once or for good. */
  subscribe(name: string, start = 0n, onetime = false): void {
    this.#subscriptions.want(name, start, onetime);
    queueMicrotask(() => this.#sendSubscriptions());
  }

  /** A version arrived: the next session asks for what follows it. */
  got(name: string, have: bigint): void {
    this.#subscriptions.got(name, have);
  }

  /** No longer wanted by the next session. */
  unsubscribe(name: string): void {
    this.#subscriptions.forget(name);
  }

  /** Runs a command of the monitors. Rejects when there is no answer; errors of the command are in `r`. */
  command(
    cmd: Record<string, unknown>,
    options: RequestOptions,
    input?: Uint8Array,
  ): Promise<CommandResult> {
    return this.commandText(JSON.stringify(cmd), String(cmd.prefix), options, input);
  }

  /** The same for a command that is JSON already; errors call it `prefix`. */
  async commandText(
    text: string,
    prefix: string,
    options: RequestOptions,
    input: Uint8Array = new Uint8Array(0),
  ): Promise<CommandResult> {
    const fsid = this.#monMap?.fsid;
    if (fsid === undefined) throw new Error(`Cannot run command '${prefix}': there was no monitor yet`);
    const make = (tid: bigint): RawMessage => pack(MMonCommand, { fsid, cmd: [text], data: input }, tid);
    const raw = await this.#commands.ask(`command '${prefix}'`, make, options);
    const { r, rs, data } = unpack(MMonCommandAck, raw);
    return { r, rs, data };
  }

  /** Newest and oldest epoch of "osdmap", "fsmap" or "monmap". */
  async getVersion(what: string, options: RequestOptions): Promise<{ version: number; oldest: number }> {
    const raw = await this.#versions.ask(
      `version of ${what}`,
      (handle) => pack(MMonGetVersion, { handle, what }),
      options,
    );
    const { version, oldestVersion } = unpack(MMonGetVersionReply, raw);
    return { version, oldest: oldestVersion };
  }

  /** We may act: writes held since the last loss go out. */
  releaseWrites(): void {
    this.#commands.releaseWrites();
  }

  /** We may not act any more: unanswered writes fail. */
  failWrites(reason: string): void {
    this.#commands.failWrites(reason);
  }

  /** Fetches the rotating secrets. Resolves when they are here; rejects when they are refused and without a session. */
  refreshRotating(): Promise<void> {
    return this.#authRequests.refreshRotating();
  }

  #attemptFailed(addr: EntityAddr, reason: Error): void {
    log.debug(`${formatTypedAddr(addr)}: ${reason.message}`);
    this.#silence.failed(addr, reason);
    this.#events.attemptFailed?.(addr, reason);
    if (reason instanceof AuthRefusedError) this.#refusals.refused(reason);
  }

  /** The present session, if that connection is its. */
  #sessionOf(connection: Connection): Session | undefined {
    return this.#session?.connection === connection ? this.#session : undefined;
  }

  #opened(connection: Connection, addr: EntityAddr): void {
    const now = this.#o.clock.now();
    this.#session = { connection, addr, openedAt: now, lastAck: now, lastPing: now };
    this.#silence.end();
    this.#refusals.granted();
    this.#hunt.good();
    log.info(`session with ${formatTypedAddr(addr)} as global_id ${this.globalId}`);
    connection.send(pack(MMonGetMap, {}));
    this.#subscriptions.newSession();
    this.#sendSubscriptions();
    this.#events.sessionUp(this.globalId, connection);
    this.#commands.newSession();
    this.#versions.newSession();
  }

  #lost({ openedAt }: Session, reason: string): void {
    log.warn(`session with a monitor lost: ${reason}`);
    this.#session = undefined;
    this.#authRequests.lost(reason);
    this.#hunt.lost();
    this.#silence.begin();
    this.#events.sessionDown(reason);
    if (this.#o.clock.now() - openedAt < LASTING_SESSION_MS) this.#hunter.beginLater();
    else this.#hunter.begin();
  }

  #sendSubscriptions(): void {
    if (!this.connected) return;
    const what = this.#subscriptions.take();
    if (what.size > 0) this.send(pack(MMonSubscribe, { what, hostname: this.#o.hostname }));
  }

  #tick(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#authRequests.tick();
    const now = this.#o.clock.now();
    const { intervalMs, timeoutMs } = this.#o.ping ?? PING_DEFAULTS;
    if (now - session.lastPing < intervalMs) return;
    if (now - session.lastAck > timeoutMs) {
      return session.connection.close(`the monitor has not answered for ${timeoutMs / 1000} s`);
    }
    session.lastPing = now;
    this.#hunt.good();
    session.connection.keepalive();
  }

  #dispatch(raw: RawMessage): void {
    switch (raw.type) {
      case MMonMap.type:
        return this.#onMonMap(unpack(MMonMap, raw).monMap);
      case MMonCommandAck.type:
        return void this.#commands.answer(raw.tid, raw);
      case MMonGetVersionReply.type:
        return void this.#versions.answer(unpack(MMonGetVersionReply, raw).handle, raw);
      case MAuthReply.type:
        return this.#authRequests.answer(raw);
    }
    this.#events.message(raw);
  }

  #onMonMap(map: MonMap): void {
    this.got("monmap", BigInt(map.epoch));
    if (this.#monMap !== undefined && map.epoch <= this.#monMap.epoch) return;
    if (this.#o.fsid !== "" && map.fsid !== this.#o.fsid) return this.#otherCluster(map.fsid);
    this.#monMap = map;
    const infos = [...map.monInfo.values()];
    this.#hunt.setMonitors(
      infos.map(({ publicAddrs: addrs, priority, weight }) => ({ addrs, priority, weight })),
    );
    this.#events.monMap(map);
    const session = this.#session;
    if (session && !infos.some((info) => info.publicAddrs.some((a) => sameAddr(a, session.addr)))) {
      session.connection.close("this monitor is no longer in the map");
    }
  }

  /** Nothing of that session may be believed. */
  #otherCluster(fsid: Uuid): void {
    const why = `the monitors belong to cluster ${fsid}, our fsid is ${this.#o.fsid}`;
    if (this.#monMap === undefined) {
      this.#events.hopeless(new Error(`Cannot join the cluster: ${why}. Mend fsid or mon_host in ceph.conf`));
    }
    this.#session?.connection.close(why);
  }
}
