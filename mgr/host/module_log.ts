/** What a module logs: into the manager's log, a file of its own, the cluster log; as its options say, and never without end. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../time/clock.ts";
import { cephStamp, type ModuleRecord, oneLine } from "../types/log_line.ts";
import { MAX_LOG_CHARS } from "./contract.ts";
import { type LimitOf, limitReader } from "./limit_options.ts";
import { isSet, type LogOptions, routeOf, type Severity, severityOf, WARNING } from "./log_route.ts";

/** What an entry costs beside its characters: to write many empty ones takes time too. */
const ENTRY_CHARS = 100;

/** Of the loggers of a module the one without a name is called so, as in Python. */
const ROOT = "root";
/** A name of a logger. */
const MAX_LOGGER_CHARS = 100;

/** Where lines go. */
export interface ModuleLogLink extends LogOptions {
  readonly clock: Clock;
  /** The manager's log file; a module's own stands beside it. */
  logFile(): string | undefined;
  clusterLog(channel: string, priority: number, message: string): void;
}

/** One for each module. */
export class ModuleLog {
  readonly #module: string;
  readonly #link: ModuleLogLink;
  readonly #limit: LimitOf;
  #second = 0;
  #chars = 0;
  #dropped = 0;
  #file: Deno.FsFile | undefined;
  /** The manager's file that it stands beside. */
  #beside: string | undefined;

  constructor(module: string, link: ModuleLogLink) {
    this.#module = module;
    this.#link = link;
    this.#limit = limitReader((name) => link.option(name));
  }

  /** Takes a line of the module. An unknown level is `info`; no name of a logger is the one that has none. */
  write(level: string, text: string, logger = ""): void {
    const severity = severityOf(level);
    const { toLog, toCluster } = routeOf(severity, this.#link);
    if ((!toLog && !toCluster) || !this.#mayWrite(Math.min(text.length, MAX_LOG_CHARS) + ENTRY_CHARS)) {
      return;
    }
    const entry = text.slice(0, MAX_LOG_CHARS);
    if (toLog) this.#local(severity, entry, oneLine(logger.slice(0, MAX_LOGGER_CHARS)) || ROOT);
    if (toCluster) this.#link.clusterLog(this.#module, severity.priority, entry);
  }

  /** The file was rotated away. */
  reopen(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #local(severity: Severity, text: string, logger: string): void {
    // That it is written was decided here: the module's own level goes before debug_mgr.
    const place = `[${this.#module} ${severity.name} ${logger}]`;
    const module: ModuleRecord = { cephLevel: severity.cephLevel, place };
    getLogger(["ganglion", this.#module])[severity.write]("{text}", { text, module });
    if (isSet("log_to_file", this.#link)) this.#toFile(severity, text, logger);
  }

  #toFile({ name }: Severity, text: string, logger: string): void {
    const path = this.#link.logFile();
    if (path === undefined) return;
    const stamp = pythonStamp(this.#link.clock.wall());
    const line = `${stamp} [${this.#module}] [${name}] [${logger}] ${oneLine(text)}\n`;
    try {
      if (path !== this.#beside) this.reopen();
      this.#beside = path;
      this.#file ??= Deno.openSync(ownPath(path, this.#module), { append: true, create: true, mode: 0o640 });
      this.#file.writeSync(new TextEncoder().encode(line));
    } catch (e) {
      this.reopen();
      getLogger(["ganglion", "host"]).warn(
        `module ${this.#module}: Cannot write its log file: ${e instanceof Error ? e.message : e}`,
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
        this.#local(WARNING, `${dropped} lines were left out: the module logs too much`, ROOT);
      }
    }
    this.#chars += chars;
    if (this.#chars <= this.#limit("limit_log")) return true;
    this.#dropped++;
    return false;
  }
}

/** `mgr.x.log` -> `mgr.x.hello.log`. Upstream: FileHandler in mgr_module.py */
function ownPath(path: string, module: string): string {
  const end = path.lastIndexOf(".log");
  return end < 0 ? `${path}.${module}` : `${path.slice(0, end)}.${module}.log`;
}

/** `2026-11-23 14:40:34,011`, local time. */
function pythonStamp(wallMs: number): string {
  return cephStamp(wallMs).slice(0, 23).replace("T", " ").replace(".", ",");
}
