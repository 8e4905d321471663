/** What a module may call, as the host carries it out: everything that comes is checked, for a module may send anything. */

import { z } from "zod";
import { type HealthCheck, HealthSeverity } from "../types/health.ts";
import { LogPrio } from "../types/log_entry.ts";
import type { Clock } from "../time/clock.ts";
import { andMore, RateLimit } from "../time/rate_limit.ts";
import type { Allow } from "./call_permits.ts";
import type { ClusterLink } from "./cluster_link.ts";
import type { HostSide, ModuleDescription, ModuleSide } from "./contract.ts";
import type { LimitOf } from "./limit_options.ts";
import type { StoreQuota } from "./store_quota.ts";
import type { HeldData } from "./held_data.ts";
import type { ModuleReports } from "./module_reports.ts";
import { parse } from "./parse.ts";
import { settingCalls } from "./calls/settings.ts";
import { commandCalls } from "./calls/commands.ts";
import { dataCalls } from "./calls/data.ts";
import type { PendingCalls } from "./calls/pending_calls.ts";
import { perfQueryCalls } from "./calls/perf_queries.ts";
import { radosCalls } from "./calls/rados.ts";
import { remoteCalls } from "./calls/remote.ts";
import type { ModuleLog } from "./module_log.ts";

/** A key, or the name of an option. */
const MAX_NAME_CHARS = 1024;

const Name = z.string().min(1).max(MAX_NAME_CHARS);
const MAX_LINE_CHARS = 16 * 1024;
const Line = z.string().max(MAX_LINE_CHARS);
const Count = z.number().int().nonnegative().max(2 ** 32);
const CapArguments = z.array(z.tuple([Name, z.string().max(MAX_NAME_CHARS)])).max(100);
const WearLevel = z.tuple([z.string().regex(/^[^/]{1,1024}$/, "must be the id of a device"), z.number()]);
const Progress = z.object({ message: Line, progress: z.number(), addToCephS: z.boolean() });
const Check = z.object({
  severity: z.enum(["warning", "error"]),
  summary: Line,
  detail: z.array(Line).max(1000).optional(),
  count: z.number().int().nonnegative().optional(),
});
const Checks = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must look like MY_CHECK"), Check);

/** What the calls of one module change in the host. */
export interface ModuleCallsOwner {
  readonly name: string;
  readonly mgrId: string;
  readonly link: ClusterLink;
  readonly log: ModuleLog;
  description(): ModuleDescription | undefined;
  /** Throws PermissionError unless the module may do it. For what only the arguments tell: the rest is in call_needs.ts. */
  readonly allow: Allow;
  /** The option decides about the module's sandbox: it is the operator's to set. */
  isOperators(module: string, option: string): boolean;
  readonly limit: LimitOf;
  readonly quota: StoreQuota;
  /** The module has failed. */
  failed(message: string): void;
  /** serve() has returned. */
  served(): void;
  readonly reports: ModuleReports;
  readonly clusterLogLimit: RateLimit;
  /** Calls of this process that are unanswered. */
  readonly pending: PendingCalls;
  /** Calls a method that another module exports. Rejects with an error of the SDK. */
  remote(module: string, method: string, args: Uint8Array): Promise<Uint8Array>;
  /** A command was answered: whoever wants to be told is told its tag. */
  commandAnswered(tag: string): void;
  readonly held: HeldData;
  /** Whether who gave a command that is being carried out may do this, by its caps. */
  isAuthorized(command: number, args: ReadonlyMap<string, string>): boolean;
  /** Methods of the module's process. */
  readonly tell: Pick<ModuleSide, "notified" | "watchChanged">;
}

/** Entries of a module in the cluster log: the log is everybody's, and a new entry may push out an old one. */
const CLUSTER_LOG_ENTRIES = 100;
const CLUSTER_LOG_PERIOD_MS = 10_000;

/** How often one module may write to the cluster log. */
export function clusterLogLimit(clock: Clock): RateLimit {
  return new RateLimit(clock, CLUSTER_LOG_ENTRIES, CLUSTER_LOG_PERIOD_MS);
}

/** The methods for one process. */
export function moduleCalls(owner: ModuleCallsOwner): HostSide {
  const { link, log, reports } = owner;
  return {
    ...settingCalls(owner),
    log: (level, text, logger) => done(log.write(String(level), String(text), String(logger ?? ""))),
    failed: (message) => done(owner.failed(String(message))),
    served: () => done(owner.served()),
    ...dataCalls(owner),
    setHealthChecks: (checks) => {
      reports.healthChecks = healthChecks(parse("health checks", Checks, checks), owner.limit);
      return done();
    },
    setUri: (uri) => {
      reports.uri = parse("URI", Line, uri);
      return done();
    },
    setProgress: (id, event) => {
      const checked = event === null ? undefined : parse("progress event", Progress, event);
      return done(reports.setProgress(parse("id", Name, id), checked));
    },
    clearProgress: () => done(reports.clearProgress()),
    clusterLog: (channel, priority, message) => {
      const level = priorityOf(String(priority));
      const checked = parse("channel", Name, channel);
      const text = String(message).slice(0, MAX_LINE_CHARS);
      return done(owner.clusterLogLimit.take((dropped) => {
        link.clusterLog(checked, level, text + andMore(dropped));
      }));
    },
    cancel: (call) => done(owner.pending.cancel(call)),
    ...perfQueryCalls(owner),
    ...remoteCalls(owner),
    ...commandCalls(owner),
    ...radosCalls(owner),
    isAuthorized: (command, args) => {
      const pairs = parse("arguments", CapArguments, args);
      return Promise.resolve(owner.isAuthorized(parse("command", Count, command), new Map(pairs)));
    },
    setDeviceWearLevel: async (...raw) => {
      const [devid, level] = parse("wear level", WearLevel, raw);
      await link.setDeviceWearLevel(devid, level);
    },
  };
}

const done = (_?: void): Promise<void> => Promise.resolve();

function healthChecks(checks: z.infer<typeof Checks>, limit: LimitOf): ReadonlyMap<string, HealthCheck> {
  const count = Object.keys(checks).length;
  const allowed = limit("limit_health_checks");
  if (count > allowed) {
    throw new RangeError(`Cannot take ${count} health checks: limit_health_checks allows ${allowed}`);
  }
  return new Map(
    Object.entries(checks).map(([code, { severity, summary, detail = [], count }]) => [code, {
      severity: HealthSeverity[severity === "error" ? "error" : "warn"],
      summary,
      detail,
      count: count ?? Math.max(1, detail.length),
    }]),
  );
}

function priorityOf(name: string): number {
  return Object.hasOwn(LogPrio, name) ? LogPrio[name as keyof typeof LogPrio] : LogPrio.info;
}
