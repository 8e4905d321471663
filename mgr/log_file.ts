/** Where log records go: the daemon's log file in Ceph's line format, and stderr. */

import { configureSync, type LogLevel, type LogRecord, type Sink } from "@logtape/logtape";

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

/** `2026-11-23T14:40:34.011+0000 7f45 0 mgr.mon text`: stamp, thread (our pid), level, place, text. */
export function formatRecord(record: LogRecord, pid: number): string {
  const stamp = new Date(record.timestamp).toISOString().replace("Z", "+0000");
  const place = record.category.slice(1).join(".");
  const text = record.message.map((part) => (typeof part === "string" ? part : Deno.inspect(part))).join("");
  const level = String(CEPH_LEVEL[record.level]).padStart(2);
  return `${stamp} ${pid.toString(16)} ${level} mgr.${place} ${text.replaceAll("\n", "\\n")}\n`;
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
  readonly file: LogFile | undefined;
  /** log_to_stderr: everything goes there. */
  stderr(): boolean;
  /** err_to_stderr */
  errorsToStderr(): boolean;
  /** debug_mgr, debug_ms or debug_monc, whichever rules this place. */
  level(place: string): number;
}

/** Sends every record of this process to the target. */
export function configureLog(target: LogTarget): void {
  const encoder = new TextEncoder();
  const sink: Sink = (record) => {
    // Lines of modules were chosen by the options of the module.
    if (record.properties.shown !== true && !shownAt(record.level, target.level(record.category[1] ?? ""))) {
      return;
    }
    const line = formatRecord(record, Deno.pid);
    target.file?.write(line);
    const isError = CEPH_LEVEL[record.level] < 0;
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
