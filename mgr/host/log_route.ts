/** Which lines of a module go where, as its options and debug_mgr say. */

import { LogPrio } from "../types/log_entry.ts";
import { parseOption } from "../types/option_value.ts";
import { commonOptions } from "./common_options.ts";

/** A level of a line: its rank (higher is worse), and what it is in Ceph's log file and in the cluster log. */
export interface Severity {
  readonly name: string;
  readonly rank: number;
  readonly cephLevel: number;
  readonly priority: number;
  readonly write: "debug" | "info" | "warn" | "error";
}

const DEBUG: Severity = { name: "DEBUG", rank: 10, cephLevel: 20, priority: LogPrio.debug, write: "debug" };
const INFO: Severity = { name: "INFO", rank: 20, cephLevel: 4, priority: LogPrio.info, write: "info" };
/** Of what the manager itself says in a module's log. */
export const WARNING: Severity = {
  name: "WARNING",
  rank: 30,
  cephLevel: 1,
  priority: LogPrio.warn,
  write: "warn",
};
const ERROR: Severity = { name: "ERROR", rank: 40, cephLevel: 0, priority: LogPrio.error, write: "error" };
/** Above all lines: an option that names it silences the module. */
const CRITICAL: Severity = { ...ERROR, name: "CRITICAL", rank: 50 };

/** By the names of levels that a module may use and that options name. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["debug", DEBUG],
  ["info", INFO],
  ["warn", WARNING],
  ["warning", WARNING],
  ["error", ERROR],
  ["critical", CRITICAL],
]);

/**
 * The least of the lines that are written at a level of debug_mgr: errors always, as 0 is the level of an error.
 * Upstream: _ceph_log_level_to_python in mgr_module.py, which leaves errors out at debug_mgr 0
 */
function severityAt(debugLevel: number): Severity {
  if (debugLevel <= 0) return ERROR;
  if (debugLevel <= 1) return WARNING;
  return debugLevel <= 4 ? INFO : DEBUG;
}

/** What decides; read at every line, so changes act at once. */
export interface LogOptions {
  /** Text of an option of the module; undefined when it is not set. */
  option(name: string): string | undefined;
  /** debug_mgr */
  debugLevel(): number;
}

/** The level of a line by the name that the module gave it; one that does not exist is `info`. */
export function severityOf(level: string): Severity {
  return SEVERITIES.get(level) ?? INFO;
}

/** Whether a line goes to the manager's log, and whether to the cluster log: each has its own threshold. */
export function routeOf(
  { rank }: Severity,
  options: LogOptions,
): { readonly toLog: boolean; readonly toCluster: boolean } {
  const least = (option: string, otherwise: Severity): number =>
    (SEVERITIES.get(options.option(option) ?? "") ?? otherwise).rank;
  return {
    toLog: rank >= least("log_level", severityAt(options.debugLevel())),
    toCluster: isSet("log_to_cluster", options) && rank >= least("log_to_cluster_level", INFO),
  };
}

/** Whether an option is true; one with a text that is no truth value has its default. */
export function isSet(option: "log_to_file" | "log_to_cluster", { option: textOf }: LogOptions): boolean {
  try {
    return parseOption("bool", textOf(option) ?? "") === true;
  } catch {
    return commonOptions[option].default;
  }
}
