/** What the server of daemons and clients needs of the rest of the manager. */

import type { MPGStats } from "../messages/pg_stats.ts";
import type { PeerFacts } from "../msgr/handshake.ts";
import type { PerfCounters } from "../state/perf_counters.ts";
import type { DaemonIndex, DaemonKey } from "../state/daemon_state.ts";
import type { PendingServiceMap } from "../state/service_map_state.ts";
import type { EntityAddr } from "../types/entity_addr.ts";
import type { MetricKind, MetricReportMessage } from "../types/metric_message.ts";
import type { MonCommand } from "../types/mon_command.ts";
import type { LimitedQuery, QueryReport } from "../types/perf_query.ts";
import type { RawMessage } from "../types/raw_message.ts";
import type { Uuid } from "../types/uuid.ts";
import type { ArgValue } from "./command_json.ts";
import type { Session } from "./session.ts";

/** The part of a connection that a session uses; msgr's Connection has it. */
export interface DaemonConnection {
  /** The socket's other end. */
  readonly socketAddr: EntityAddr;
  /** Undefined before the session is open. */
  readonly peer: PeerFacts | undefined;
  /** False when the connection is gone. */
  send(raw: RawMessage): boolean;
  close(reason: string): void;
}

/** mgr_stats_period in seconds, and mgr_stats_threshold. */
export interface StatsOptions {
  readonly period: number;
  readonly threshold: number;
}

/** A command on its way to who carries it out. */
export interface CommandCall {
  readonly prefix: string;
  /** All arguments, `prefix` included, as the client sent them. */
  readonly args: ReadonlyMap<string, ArgValue>;
  /** How the answer is to be printed; undefined = plain text. */
  readonly format: CommandFormat | undefined;
  /** The data segment. */
  readonly inbuf: Uint8Array;
  /** Who asks; its cap answers is_authorized. */
  readonly session: Session;
}

/** Formats that Ceph's formatter knows. */
export const COMMAND_FORMATS = [
  "json",
  "json-pretty",
  "xml",
  "xml-pretty",
  "table",
  "table-kv",
  "html",
  "html-pretty",
] as const;

/** One of COMMAND_FORMATS. */
export type CommandFormat = typeof COMMAND_FORMATS[number];

/** What a command comes to. */
export interface CommandResult {
  /** 0 or a negative errno. */
  readonly retval: number;
  readonly stdout: string | Uint8Array;
  readonly stderr: string;
}

/** A command of a module, as it is announced. */
export interface ModuleCommand {
  readonly module: string;
  readonly command: MonCommand;
}

/** What `tell mgr version` and `git_version` print. */
export interface VersionFacts {
  /** "16.2.15" */
  readonly version: string;
  /** "pacific" */
  readonly release: string;
  /** "stable" */
  readonly releaseType: string;
  /** The commit. */
  readonly gitVersion: string;
}

/** What became of sessions in this tenure. */
export interface SessionFigures {
  /** Open now. */
  readonly sessions: number;
  /** A report that lies, or a message that does not decode, costs its sender the session. */
  readonly ended_for_faults: number;
}

/** The rest of the manager. Times are monotonic milliseconds (`now`) and milliseconds since 1970 (`wall`). */
export interface ServerContext {
  now(): number;
  wall(): number;
  /** Of the cluster. */
  fsid(): Uuid;
  /** We are the active manager and not fenced. */
  mayAct(): boolean;
  statsOptions(): StatsOptions;
  /** Perf queries that modules have asked for. */
  queries(kind: MetricKind): readonly LimitedQuery[];

  readonly index: DaemonIndex;
  readonly counters: PerfCounters;
  readonly serviceMap: PendingServiceMap;

  /** Settles when the monitors have told the metadata of all daemons; undefined when they have. Never rejects. */
  metadataLoading(): Promise<void> | undefined;
  /** Asks the monitors for the metadata of an unknown osd, mds or mon, once at a time; the index has it then. */
  fetchMetadata(key: DaemonKey): void;
  /** A daemon has declared or withdrawn counters. */
  perfSchemaChanged(key: DaemonKey): void;
  /** The statistics of an OSD; the entity and the fsid have been checked. Throws DecodeError. */
  ingestPgStats(osd: number, stats: MPGStats): void;
  /** Counters of perf queries: deltas from OSDs, totals from MDSs. Throws DecodeError. */
  ingestPerfReport(key: DaemonKey, report: MetricReportMessage): void;

  /** Module commands in the order of the modules' names. */
  moduleCommands(): readonly ModuleCommand[];
  /** Carries out a command of a module; undefined when there is no such command. */
  dispatchCommand(call: CommandCall): Promise<CommandResult | undefined>;
  /** Carries out a command of an operator about modules: `module ls` and others. */
  operate(call: Pick<CommandCall, "prefix" | "args" | "format">): Promise<CommandResult>;
  /** Reads a module anew from disk and restarts it. */
  reloadModule(name: string): Promise<CommandResult>;
  version(): VersionFacts;
  /** Fields of `tell mgr session_figures`. */
  sessions(): SessionFigures;
  /** Fields of `tell mgr mgr_status`. */
  status(): Readonly<Record<string, unknown>>;

  /** An entry of the audit channel. `prio` is one of LogPrio. */
  audit(prio: number, text: string): void;
  /** An entry of the cluster channel. */
  clusterLog(prio: number, text: string): void;
}

/** What the handlers of messages use of the server. */
export interface SessionHost {
  readonly context: ServerContext;
  /** Tells a daemon what to report. */
  configure(session: Session): void;
  /** The session is one of those that hear of changes. */
  follow(session: Session): void;
}

/** An OSD's counters of Octopus and before, in the form of newer ones. */
export function osdPerfReport(reports: readonly QueryReport[]): MetricReportMessage {
  return { kind: "osd", reports };
}
