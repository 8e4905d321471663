/** A peer of the daemon server without a socket, and the rest of the manager in a box. */

import { TurnBudget, type TurnClock } from "../../mgr/time/turn_budget.ts";
import type { CommandCall, CommandResult, ModuleCommand, ServerContext } from "../../mgr/daemons/context.ts";
import { DaemonServer } from "../../mgr/daemons/daemon_server.ts";
import type { BuiltinHandler } from "../../mgr/daemons/builtin_commands.ts";
import type { MMgrOpen } from "../../mgr/messages/mgr_open.ts";
import type { MMgrReport } from "../../mgr/messages/mgr_report.ts";
import { type MessageType, pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import type { PeerFacts } from "../../mgr/msgr/handshake.ts";
import { DaemonIndex, type DaemonKey, formatDaemonKey } from "../../mgr/state/daemon_state.ts";
import { PerfCounters } from "../../mgr/state/perf_counters.ts";
import { PendingServiceMap } from "../../mgr/state/service_map_state.ts";
import { AddrType, type EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType, parseEntityName } from "../../mgr/types/entity_name.ts";
import type { MetricKind, MetricReportMessage } from "../../mgr/types/metric_message.ts";
import type { LimitedQuery } from "../../mgr/types/perf_query.ts";
import { FakeClock } from "./fake_clock.ts";

/** Of the cluster in which the fixtures were recorded. */
export const FSID = "bf099287-6db7-4896-a91c-39be77246951";

/** What a daemon says when it opens: osd.0 without any option. */
export const OPEN: MMgrOpen = {
  daemonName: "0",
  serviceName: "",
  serviceDaemon: false,
  daemonMetadata: new Map(),
  daemonStatus: new Map(),
  configBl: new Uint8Array(0),
  configDefaultsBl: new Uint8Array(0),
};

/** A report without any news. */
export const REPORT: MMgrReport = {
  daemonName: "0",
  declareTypes: [],
  packed: Uint8Array.fromHex("010100000000"),
  undeclareTypes: [],
  serviceName: "",
  daemonStatus: undefined,
  daemonHealthMetrics: [],
  configBl: new Uint8Array(0),
  osdPerfMetricReports: [],
  taskStatus: undefined,
  metricReportMessage: undefined,
};

/** A counter that a report may declare. */
export const GAUGE = { path: "x.y", description: "", nick: "", type: 2, priority: 5, unit: 1 };

/** Its number. */
export const ONE = Uint8Array.fromHex("0101080000000700000000000000");

/** A service daemon that registers itself. */
export const LAUNDRY = {
  ...OPEN,
  daemonName: "one",
  serviceName: "laundry",
  serviceDaemon: true,
  daemonMetadata: new Map([["hostname", "h2"], ["portal", "yes"]]),
};

const ONE_TURN: TurnClock = { now: () => 0, nextTurn: () => {} };

/** Who connects. */
export interface PeerOptions {
  readonly caps?: string;
  readonly allowAll?: boolean;
  readonly gid?: bigint;
  readonly ip?: string;
  /** What HELLO claims, when it is not what the ticket says. */
  readonly helloType?: number;
}

/** One connection, with what it was sent and why it was closed. */
export class FakePeer {
  readonly socketAddr: EntityAddr;
  readonly peer: PeerFacts;
  readonly sent: RawMessage[] = [];
  closedFor: string | undefined;
  readonly #server: DaemonServer;

  constructor(server: DaemonServer, name: string, options: PeerOptions = {}) {
    const { caps = "", allowAll = false, gid = 4195n, ip = "127.0.0.1" } = options;
    const entity = parseEntityName(name)!;
    const addr = { type: AddrType.msgr2, nonce: 1412209493, ip, port: 0 };
    this.#server = server;
    this.socketAddr = { ...addr, nonce: 0, port: 40000 };
    this.peer = {
      entityType: options.helloType ?? entity.type,
      addrs: [addr],
      gid: entity.type === EntityType.osd ? BigInt(entity.id) : gid,
      features: 0x3f01cfbdfffdffffn,
      mode: 2,
      identity: { entity, globalId: gid, caps, allowAll },
      seenAs: addr,
    };
    server.open(this, this.peer);
  }

  send(raw: RawMessage): boolean {
    if (this.closedFor !== undefined) return false;
    this.sent.push(raw);
    return true;
  }

  close(reason: string): void {
    if (this.closedFor !== undefined) return;
    this.closedFor = reason;
    this.#server.closed(this);
  }

  /** Gives the server a message. */
  says<T>(type: MessageType<T>, value: T, tid = 0n): void | Promise<void> {
    return this.saysRaw(pack(type, value, tid));
  }

  saysRaw(raw: RawMessage): void | Promise<void> {
    return this.#server.message(this, raw);
  }

  /** What it was sent of a type. */
  got<T>(type: MessageType<T>): T[] {
    return this.sent.filter((raw) => raw.type === type.type).map((raw) => unpack(type, raw));
  }
}

/** A server and everything around it. */
export class FakeManager implements ServerContext {
  readonly clock = new FakeClock();
  readonly index = new DaemonIndex();
  readonly counters = new PerfCounters();
  readonly serviceMap = new PendingServiceMap();
  readonly server: DaemonServer;
  readonly pgStats: number[] = [];
  readonly perfReports: { key: DaemonKey; report: MetricReportMessage }[] = [];
  readonly fetched: DaemonKey[] = [];
  readonly audited: string[] = [];
  readonly logged: string[] = [];
  readonly modules: ModuleCommand[] = [];
  /** Answers of the monitors by daemon. */
  readonly metadata = new Map<string, Record<string, unknown>>();
  readonly perfQueries = new Map<MetricKind, readonly LimitedQuery[]>();
  period = 5;
  threshold = 5;
  acting = true;
  /** What modules do. */
  onCommand: (call: CommandCall) => Promise<CommandResult | undefined> = () => Promise.resolve(undefined);

  /** Without a clock of its own all is done in one turn: what a peer says is handled when `says` returns. */
  constructor(builtins?: ReadonlyMap<string, BuiltinHandler>, reports = new TurnBudget(ONE_TURN)) {
    this.server = new DaemonServer(this, builtins, reports);
  }

  now = () => this.clock.now();
  wall = () => this.clock.wall();
  fsid = () => FSID;
  mayAct = () => this.acting;
  statsOptions = () => ({ period: this.period, threshold: this.threshold });
  queries = (kind: MetricKind) => this.perfQueries.get(kind) ?? [];
  /** Set by tests: metadata is on its way. */
  loading: Promise<void> | undefined;
  metadataLoading(): Promise<void> | undefined {
    return this.loading;
  }

  fetchMetadata(key: DaemonKey): void {
    this.fetched.push(key);
    const answer = this.metadata.get(`${key.type}.${key.name}`);
    if (answer !== undefined) this.index.load(key.type, answer, key);
  }
  readonly schemaChanges: string[] = [];
  perfSchemaChanged = (key: DaemonKey) => void this.schemaChanges.push(formatDaemonKey(key));
  ingestPgStats = (osd: number) => void this.pgStats.push(osd);
  ingestPerfReport = (key: DaemonKey, report: MetricReportMessage) =>
    void this.perfReports.push({ key, report });
  moduleCommands = () => this.modules;
  dispatchCommand = (call: CommandCall) => this.onCommand(call);
  operate = ({ prefix }: { readonly prefix: string }) =>
    Promise.resolve({ retval: 0, stdout: prefix, stderr: "" });
  reloadModule = (name: string) => Promise.resolve({ retval: 0, stdout: `reloaded ${name}`, stderr: "" });
  version = () => ({ version: "16.2.15", release: "pacific", releaseType: "stable", gitVersion: "618f440" });
  sessions = () => this.server.figures;
  status = () => ({ mon_epoch: 1 });
  audit = (prio: number, text: string) => void this.audited.push(`${prio} ${text}`);
  clusterLog = (prio: number, text: string) => void this.logged.push(`${prio} ${text}`);

  /** A new connection of `name`. */
  connect(name: string, options?: PeerOptions): FakePeer {
    return new FakePeer(this.server, name, options);
  }

  /** Makes a daemon known, as the monitors' metadata does. */
  know(type: string, name: string): void {
    this.index.load(type, { name, hostname: "h1", ceph_version: "ceph version 16.2.15" }, { type, name });
  }
}
