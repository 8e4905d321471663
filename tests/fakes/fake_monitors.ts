/** Monitors in memory: MonClient dials them through `messenger`, and tests say how each of them behaves. */

import { CephxMonServer } from "../../mgr/auth/cephx_mon_server.ts";
import { DEFAULT_LIFE, type TicketLife } from "../../mgr/auth/cephx_mon_tickets.ts";
import type { RotatingSecrets } from "../../mgr/auth/cephx_structs.ts";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import { randomBytes } from "../../mgr/auth/seal.ts";
import { NO_SECRETS, rotate } from "../../mgr/auth/service_secrets.ts";
import { MAuth, MAuthReply } from "../../mgr/messages/auth.ts";
import { type MessageType, pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MMonCommand, MMonCommandAck } from "../../mgr/messages/mon_command.ts";
import { MMonGetMap } from "../../mgr/messages/mon_get_map.ts";
import { MMonMap } from "../../mgr/messages/mon_map.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { type ByteStream, Connection, type ConnectionHandler } from "../../mgr/msgr/connection.ts";
import type { DialOptions, Messenger } from "../../mgr/msgr/messenger.ts";
import { AddrType, type EntityAddr, sameAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType, formatEntityName } from "../../mgr/types/entity_name.ts";
import type { MonMap } from "../../mgr/types/mon_map.ts";
import { bytePipe } from "./byte_pipe.ts";
import type { FakeClock } from "./fake_clock.ts";

/** The cluster that they belong to. */
export const FSID = "bf099287-6db7-4896-a91c-39be77246951";
const SERVICES = [EntityType.mon, EntityType.mds, EntityType.osd, EntityType.mgr, EntityType.auth];

/** One monitor: `down` refuses TCP, `deaf` accepts and says nothing. */
export class FakeMonitor {
  readonly addr: EntityAddr;
  state: "up" | "down" | "deaf" = "up";
  /** Takes bytes from its sessions and does nothing with them. */
  frozen = false;
  /** How often it was dialled. */
  dialled = 0;
  /** Open sessions, the newest last. */
  readonly sessions: Connection[] = [];
  /** Everything that it was sent. */
  readonly received: RawMessage[] = [];

  constructor(port: number) {
    this.addr = { type: AddrType.msgr2, nonce: 0, ip: "127.0.0.1", port };
  }

  /** Sends on the newest session. */
  send<T>(type: MessageType<T>, value: T, tid = 0n): void {
    this.sessions.at(-1)!.send(pack(type, value, tid));
  }

  /** Messages of a type that it was sent. */
  got<T>(type: MessageType<T>): T[] {
    return this.received.filter((raw) => raw.type === type.type).map((raw) => unpack(type, raw));
  }

  /** TCP is lost. */
  drop(): void {
    for (const session of [...this.sessions]) session.close("the monitor is gone");
  }
}

/** A quorum with one authority. */
export class FakeMonitors {
  readonly clock: FakeClock;
  readonly all: FakeMonitor[];
  readonly key = CryptoKey.generate(KeyType.aes, randomBytes, { sec: 1, nsec: 0 });
  life: TicketLife = DEFAULT_LIFE;
  /** Whether MAuth is answered. */
  answersAuth = true;
  /** Whether there are rotating secrets for managers. */
  hasMgrSecrets = true;
  /** What a command answers; undefined: nothing. */
  onCommand: (cmd: Record<string, unknown>) => number | undefined = () => undefined;
  fsid = FSID;
  #tables = new Map<number, RotatingSecrets>();
  #nextId = 4100n;

  constructor(clock: FakeClock, count: number) {
    this.clock = clock;
    this.all = Array.from({ length: count }, (_, i) => new FakeMonitor(3300 + i));
    this.turn();
  }

  /** What MonClient needs of a Messenger. */
  readonly messenger: Pick<Messenger, "connect"> = {
    connect: (options, handler, signal) => this.#connect(options, handler, signal),
  };

  /** As `mon host` names them. */
  candidates(): { addrs: EntityAddr[]; priority: number; weight: number }[] {
    return this.all.map(({ addr }) => ({ addrs: [addr], priority: 0, weight: 0 }));
  }

  /** What a monitor's tick does: secrets that are due are replaced. */
  turn(): void {
    for (const service of SERVICES) {
      const life = service === EntityType.auth ? this.life.authMs : this.life.serviceMs;
      const table = this.#tables.get(service) ?? NO_SECRETS;
      this.#tables.set(service, rotate(table, this.clock.wall(), life, randomBytes));
    }
  }

  /** All secrets are new: nobody's ticket is good any more. */
  forgetSecrets(): void {
    for (const [service, { maxVersion }] of this.#tables) {
      this.#tables.set(service, { secrets: new Map(), maxVersion });
    }
    this.turn();
  }

  secrets(service: number): RotatingSecrets | undefined {
    if (service === EntityType.mgr && !this.hasMgrSecrets) return undefined;
    return this.#tables.get(service);
  }

  /** The map of these monitors. */
  monMap(epoch: number, monitors: readonly FakeMonitor[] = this.all): MonMap {
    const infos = monitors.map(({ addr }) => {
      const name = `m${addr.port}`;
      return [name, { name, publicAddrs: [addr], priority: 0, weight: 0, crushLoc: new Map() }] as const;
    });
    const time = { sec: 1, nsec: 0 };
    return {
      fsid: this.fsid,
      epoch,
      lastChanged: time,
      created: time,
      persistentFeatures: 0n,
      optionalFeatures: 0n,
      monInfo: new Map(infos),
      ranks: infos.map(([name]) => name),
      minMonRelease: 16,
      removedRanks: [],
      strategy: 1,
      disallowedLeaders: [],
      stretchModeEnabled: false,
      tiebreakerMon: "",
      stretchMarkedDownMons: [],
      authCiphers: { epoch: 0, service: 1, allowed: [1, 2], preferred: 1 },
    };
  }

  #connect(options: DialOptions, handler: ConnectionHandler, signal?: AbortSignal): Promise<Connection> {
    const monitor = this.all.find(({ addr }) => sameAddr(addr, options.addr))!;
    monitor.dialled++;
    if (monitor.state === "down") return Promise.reject(new Error("Connection refused"));
    const [ours, theirs] = bytePipe();
    if (monitor.state === "up") this.#serve(monitor, theirs);
    const parameters = {
      entityType: EntityType.mgr,
      target: options.addr,
      targetType: options.peerType,
      authenticator: options.authenticator,
      nonce: 1,
      globalSeq: 1n,
    };
    const connection = new Connection(
      ours,
      options.addr,
      { kind: "client", parameters },
      this.clock,
      handler,
    );
    connection.run();
    signal?.throwIfAborted();
    return Promise.resolve(connection);
  }

  #serve(monitor: FakeMonitor, stream: ByteStream): void {
    const login = new CephxMonServer({
      life: this.life,
      secrets: (service) => this.secrets(service),
      wall: () => this.clock.wall(),
      random: randomBytes,
      entity: (name) =>
        formatEntityName(name) === "mgr.x"
          ? { key: this.key, caps: new Map([["mon", "allow profile mgr"]]) }
          : undefined,
      newGlobalId: () => this.#nextId++,
      modes: [ConMode.crc],
      insecureReclaim: false,
    });
    const parameters = {
      entityType: EntityType.mon,
      addrs: () => [monitor.addr],
      socketAddr: { ...monitor.addr, port: 40000 },
      gid: () => 0n,
      globalSeq: 1n,
    };
    const role = { kind: "server", parameters } as const;
    const freezing: ByteStream = {
      read: async (into) => {
        const n = await stream.read(into);
        return monitor.frozen ? await new Promise<never>(() => {}) : n;
      },
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
    };
    const handler: ConnectionHandler = {
      open: (connection) => void monitor.sessions.push(connection),
      message: (connection, raw) => this.#answer(monitor, connection, raw, login),
      closed: (connection) => void monitor.sessions.splice(monitor.sessions.indexOf(connection) >>> 0, 1),
    };
    new Connection(freezing, parameters.socketAddr, role, this.clock, handler, login).run();
  }

  #answer(monitor: FakeMonitor, connection: Connection, raw: RawMessage, login: CephxMonServer): void {
    monitor.received.push(raw);
    if (raw.type === MMonGetMap.type) connection.send(pack(MMonMap, { monMap: this.monMap(1) }));
    if (raw.type === MAuth.type && this.answersAuth) {
      const { result, payload } = login.answer(unpack(MAuth, raw).payload);
      const reply = { protocol: 2, result, globalId: 0n, payload, message: "" };
      connection.send(pack(MAuthReply, reply));
    }
    if (raw.type !== MMonCommand.type) return;
    const { cmd } = unpack(MMonCommand, raw);
    const r = this.onCommand(JSON.parse(cmd[0]!));
    const nothing = new Uint8Array(0);
    if (r !== undefined) {
      connection.send(pack(MMonCommandAck, { version: 1, r, rs: "", cmd, data: nothing }, raw.tid));
    }
  }
}
