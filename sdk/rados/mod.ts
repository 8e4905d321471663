/** RADOS for modules. */

export { ALL_NAMESPACES, IoContext, type OperateResult, Rados } from "./io_context.ts";
export type {
  ListedObject,
  ListOptions,
  NotifyOptions,
  NotifyResult,
  ObjectNotification,
  ObjectPage,
  ObjectPlace,
  OperateOptions,
  RadosLink,
  Watch,
  WatchHandler,
} from "./link.ts";
export {
  type Bytes,
  type Comparison,
  type ObjectStat,
  type OmapPage,
  type OmapRange,
  type RadosStep,
  step,
  type StepResults,
  type Watcher,
} from "./steps.ts";
