/** What a module logs: into the manager's log, a file of its own, the cluster log; as its options say, and never without end. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../time/clock.ts";
import { LogPrio } from "../types/log_entry.ts";
import { parseOption } from "../types/option_value.ts";
import { commonOptions } from "./common_options.ts";
import { MAX_LOG_CHARS } from "./contract.ts";

/** Characters that a module may log in a second; what is more is counted and left out. */
export const MAX_CHARS_PER_SECOND = 256 * 1024;
/** What an entry costs beside its characters: to write many empty ones takes time too. */
const ENTRY_CHARS = 100;

/** Higher is worse. */
const Severity = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

/** By the names of levels that a module may use and that options name. */
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ...Object.entries(Severity),
  ["warn", Severity.warning],
]);

/** The severity from which on lines are written at a level of debug_mgr. Upstream: _ceph_log_level_to_python */
function severityAt(debugLevel: number): number {
  if (debugLevel <= 0) return Severity.critical;
  if (debugLevel <= 1) return Severity.warning;
  return debugLevel <= 4 ? Severity.info : Severity.debug;
}

/** Where lines go. */
export interface ModuleLogLink {
  readonly clock: Clock;
  /** Text of an option of the module; undefined when it is not set. */
  option(name: string): string | undefined;
  debugLevel(): number;
  /** The manager's log file; a module's own stands beside it. */
  logFile(): string | undefined;
  clusterLog(channel: string, priority: number, message: string): void;
}

/** One for each module. */
export class ModuleLog {
  readonly #module: string;
  readonly #link: ModuleLogLink;
  #second = 0;
  #chars = 0;
  #dropped = 0;
  #file: Deno.FsFile | undefined;

  constructor(module: string, link: ModuleLogLink) {
    this.#module = module;
    this.#link = link;
  }

  /** Takes a line of the module. An unknown level is `info`. */
  write(level: string, text: string): void {
    const severity = SEVERITIES.get(level) ?? Severity.info;
    const wanted = severity >= this.#threshold("log_level", severityAt(this.#link.debugLevel()));
    const toCluster = this.#flag("log_to_cluster") &&
      severity >= this.#threshold("log_to_cluster_level", Severity.info);
    if ((!wanted && !toCluster) || !this.#mayWrite(Math.min(text.length, MAX_LOG_CHARS) + ENTRY_CHARS)) {
      return;
    }
    const entry = text.slice(0, MAX_LOG_CHARS);
    if (wanted) this.#local(severity, entry);
    if (toCluster) this.#link.clusterLog(this.#module, priorityOf(severity), entry);
  }

  /** The file was rotated away. */
  reopen(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #local(severity: number, text: string): void {
    const logger = getLogger(["ganglion", this.#module]);
    // Whether it is shown was decided here: the module's own level goes before debug_mgr.
    const shown = { shown: true };
    if (severity >= Severity.error) logger.error("{text}", { text, ...shown });
    else if (severity >= Severity.warning) logger.warn("{text}", { text, ...shown });
    else if (severity >= Severity.info) logger.info("{text}", { text, ...shown });
    else logger.debug("{text}", { text, ...shown });
    if (this.#flag("log_to_file")) this.#toFile(severity, text);
  }

  #toFile(severity: number, text: string): void {
    const path = this.#link.logFile();
    if (path === undefined) return;
    const [name] = Object.entries(Severity).find(([, one]) => one === severity)!;
    const line = text.replaceAll("\n", "\\n");
    const stamp = new Date(this.#link.clock.wall()).toISOString().replace("Z", "+0000");
    try {
      this.#file ??= Deno.openSync(`${path.replace(/\.log$/, "")}.${this.#module}.log`, {
        append: true,
        create: true,
      });
      this.#file.writeSync(new TextEncoder().encode(`${stamp} [${name.toUpperCase()}] ${line}\n`));
    } catch (e) {
      this.reopen();
      getLogger(["ganglion", this.#module]).warn(
        `Cannot write its log file: ${e instanceof Error ? e.message : e}`,
      );
    }
  }

  #mayWrite(chars: number): boolean {
    const second = Math.floor(this.#link.clock.now() / 1000);
    if (second !== this.#second) {
      const dropped = this.#dropped;
      this.#second = second;
      this.#chars = this.#dropped = 0;
      if (dropped > 0) {
        this.#local(Severity.warning, `${dropped} lines were left out: the module logs too much`);
      }
    }
    this.#chars += chars;
    if (this.#chars <= MAX_CHARS_PER_SECOND) return true;
    this.#dropped++;
    return false;
  }

  #threshold(option: string, otherwise: number): number {
    return SEVERITIES.get(this.#link.option(option) ?? "") ?? otherwise;
  }

  #flag(option: "log_to_file" | "log_to_cluster"): boolean {
    try {
      return parseOption("bool", this.#link.option(option) ?? "") === true;
    } catch {
      return commonOptions[option].default;
    }
  }
}

function priorityOf(severity: number): number {
  if (severity >= Severity.error) return LogPrio.error;
  if (severity >= Severity.warning) return LogPrio.warn;
  return severity >= Severity.info ? LogPrio.info : LogPrio.debug;
}
