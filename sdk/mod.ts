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
  type ProgressEvent,
} from "./context.ts";
export type { CommandOptions, CommandReply, CommandTarget, CommandWord, CommandWords } from "./command.ts";
export type * from "./data/mod.ts";
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
export {
  AccessDeniedError,
  CommandError,
  MethodNotFoundError,
  ModuleNotFoundError,
  NotActiveError,
  NotSupportedError,
  OutcomeUnknownError,
  PermissionError,
  RadosError,
  RemoteError,
  TimedOutError,
  UnknownOptionError,
} from "./errors.ts";
export { BIGINT_KEYS, formatData, parseData, withExactTypes } from "./exact.ts";
export { ModuleFacts } from "./module_facts.ts";
export {
  type CommandHandlers,
  type HandleCommandResult,
  MgrModule,
  type NotifyType,
  type StoreChanges,
} from "./module.ts";
export { type Log, ModuleBase } from "./module_base.ts";
export { MgrStandbyModule } from "./standby_module.ts";
export {
  type CRUSHMap,
  DEFAULT_CHOOSE_ARGS,
  ITEM_NONE,
  type OSDMap,
  type OSDMapIncremental,
  type PgToOsds,
} from "./osd_map.ts";
export type {
  MdsPerfMetrics,
  MdsPerfQuery,
  MdsQueryCounter,
  MdsSubKey,
  OsdQueryCounter,
  OsdSubKey,
  PerfQuery,
  PerfQueryRow,
} from "./perf_query.ts";
export { CALL_TIMEOUT_MS, type CallOptions, type ExportsOf, type Remote, remoteObject } from "./remote.ts";
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
export {
  ALL_NAMESPACES,
  type Bytes,
  type Comparison,
  IoContext,
  type ListedObject,
  type ListOptions,
  type NotifyOptions,
  type NotifyResult,
  type ObjectNotification,
  type ObjectPage,
  type ObjectPlace,
  type ObjectStat,
  type OmapPage,
  type OmapRange,
  type OperateOptions,
  type OperateResult,
  Rados,
  type RadosLink,
  type RadosStep,
  step,
  type StepResults,
  type Watch,
  type Watcher,
  type WatchHandler,
} from "./rados/mod.ts";
