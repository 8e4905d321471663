/** What stands behind a module: supplied by the manager, or by the test kit. Not for module authors. */

import type { DataName, DataTypes } from "./data.ts";

/** Levels of the log, most talkative first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Channels of importance in the cluster log. */
export type ClusterLogPriority = "debug" | "info" | "sec" | "warn" | "error";

/** A health check of a module. */
export interface HealthCheck {
  readonly severity: "warning" | "error";
  /** One line. */
  readonly summary: string;
  readonly detail?: readonly string[];
  /** How many things are affected. */
  readonly count?: number;
}

/** Everything that a module's methods reach. */
export interface ModuleContext {
  readonly moduleName: string;
  readonly mgrId: string;
  /** Value of a declared option; throws for an undeclared name. */
  option(name: string, localized: boolean): string | number | boolean | undefined;
  setOption(name: string, value: string | number | boolean | null, localized: boolean): Promise<void>;
  store(key: string): Uint8Array | undefined;
  storePrefix(prefix: string): ReadonlyMap<string, Uint8Array>;
  setStore(key: string, value: Uint8Array | null): Promise<void>;
  get<N extends DataName>(name: N): Promise<DataTypes[N]>;
  setHealthChecks(checks: Readonly<Record<string, HealthCheck>>): Promise<void>;
  setUri(uri: string): Promise<void>;
  clusterLog(channel: string, priority: ClusterLogPriority, message: string): Promise<void>;
  log(level: LogLevel, text: string): void;
}

/** Key under which a module takes its context: the same in every copy of this package. */
export const ATTACH: unique symbol = Symbol.for("@ganglion/sdk:attach") as never;
