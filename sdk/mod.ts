/**
 * The SDK for modules of Ganglion, a replacement of ceph-mgr.
 *
 * @module
 */

export {
  ATTACH,
  type ClusterLogPriority,
  type HealthCheck,
  type LogLevel,
  type ModuleContext,
} from "./context.ts";
export type { DataName, DataTypes, Health, HealthCheckSummary, Json, JsonObject, JsonText } from "./data.ts";
export {
  type AllowedOf,
  type Argument,
  type ArgumentsOf,
  type ArgumentType,
  type Command,
  type CommandOf,
  type Commands,
  commands,
  type Option,
  type Options,
  options,
  type OptionType,
  type OptionValue,
  type PlainOf,
  type Scalar,
  type TypeOf,
  type ValueOfArgument,
  type ValueOfOption,
} from "./declarations.ts";
export type { CephOption, DaemonHealthMetric, Server, ServerService } from "./daemons.ts";
export { BIGINT_KEYS, parseData } from "./exact.ts";
export {
  type HandleCommandResult,
  type Log,
  MgrModule,
  MgrStandbyModule,
  ModuleBase,
  type NotifyType,
  UnknownOptionError,
} from "./module.ts";
export type {
  ByDaemon,
  CounterHistory,
  CounterSample,
  LatestCounter,
  PerfColumns,
  PerfCounter,
  PerfCounterSchema,
  PerfSelection,
} from "./perf.ts";
