/** Where log records go: the daemon's log file in Ceph's line format, and stderr. */

import { configureSync, type LogLevel, type LogRecord, type Sink } from "@logtape/logtape";
import { cephStamp, type ModuleRecord, oneLine } from "./types/log_line.ts";

/** Ceph's level of each of ours: what `debug_mgr` is compared with and what the line shows. -1 is an error, as derr. */
const CEPH_LEVEL: Readonly<Record<LogLevel, number>> = {
  trace: 25,
  debug: 20,
  info: 4,
  warning: 0,
  error: -1,
  fatal: -1,
};

/** Records up to this Ceph level are shown at `debug_mgr` N. Upstream: _ceph_log_level_to_python in mgr_module.py */
export function shownAt(level: LogLevel, debugLevel: number): boolean {
  if (debugLevel >= 5) return CEPH_LEVEL[level] <= Math.max(debugLevel, 20);
  if (debugLevel >= 2) return CEPH_LEVEL[level] <= 4;
  return CEPH_LEVEL[level] <= debugLevel;
}

/**
 * `2026-11-23T14:40:34.011+0000 7f45  4 mgr.monc text`: stamp, thread (our pid), level, place, text. Of a module the
 * place is `[hello INFO root]`, as ceph-mgr writes it. Upstream: Entry and Log::_flush in log/
 */
export function formatRecord(record: LogRecord, pid: number): string {
  const { cephLevel, place } = ofModule(record) ??
    { cephLevel: CEPH_LEVEL[record.level], place: `mgr.${record.category.slice(1).join(".")}` };
  const text = record.message.map((part) => (typeof part === "string" ? part : Deno.inspect(part))).join("");
  const level = String(cephLevel).padStart(2);
  return `${cephStamp(record.timestamp)} ${pid.toString(16)} ${level} ${place} ${oneLine(text)}\n`;
}

function ofModule({ properties }: LogRecord): ModuleRecord | undefined {
  return properties.module as ModuleRecord | undefined;
}

/** A file that can be opened anew after it was rotated away. */
export class LogFile implements Disposable {
  readonly path: string;
  #file: Deno.FsFile;

  /** Throws when the file cannot be opened. */
  constructor(path: string) {
    this.path = path;
    this.#file = this.#open();
  }

  #open(): Deno.FsFile {
    return Deno.openSync(this.path, { append: true, create: true, mode: 0o640 });
  }

  /** SIGHUP. Throws when there can be no new file; the old one is kept then. */
  reopen(): void {
    const old = this.#file;
    this.#file = this.#open();
    old.close();
  }

  /** A full disk loses the line, not the daemon. */
  write(line: string): void {
    try {
      this.#file.writeSync(new TextEncoder().encode(line));
    } catch {
      // Nowhere is left to say so.
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** What decides where records go; read at every record, so changes of options act at once. */
export interface LogTarget {
  file(): LogFile | undefined;
  /** log_to_stderr: everything goes there. */
  stderr(): boolean;
  /** err_to_stderr */
  errorsToStderr(): boolean;
  /** debug_mgr, debug_ms or debug_monc, whichever rules this place. */
  level(place: string): number;
}

/** Whether it is written: lines of modules were chosen by the options of the module. */
function isWanted(record: LogRecord, target: LogTarget): boolean {
  return ofModule(record) !== undefined || shownAt(record.level, target.level(record.category[1] ?? ""));
}

/** Sends every record of this process to the target. */
export function configureLog(target: LogTarget): void {
  const encoder = new TextEncoder();
  const sink: Sink = (record) => {
    if (!isWanted(record, target)) return;
    const line = formatRecord(record, Deno.pid);
    target.file()?.write(line);
    const isError = ofModule(record) === undefined && CEPH_LEVEL[record.level] < 0;
    if (target.stderr() || (isError && target.errorsToStderr())) Deno.stderr.writeSync(encoder.encode(line));
  };
  configureSync({
    reset: true,
    sinks: { ceph: sink },
    loggers: [
      { category: ["ganglion"], sinks: ["ceph"], lowestLevel: "trace" },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
    ],
  });
}
