/** The daemon's log as its options say: they may change while it runs. */

import { getLogger } from "@logtape/logtape";
import type { Config } from "./config/config.ts";
import { configureLog, LogFile } from "./log_file.ts";

const log = getLogger(["ganglion", "main"]);

/** Which option rules what a part of the daemon logs. */
const LEVEL_OPTIONS: Readonly<Record<string, "debug_ms" | "debug_monc">> = {
  ms: "debug_ms",
  monc: "debug_monc",
};
const FILE_OPTIONS = ["log_file", "log_to_file"];

/**
 * Takes every record of this process. Its file is that of `log_file` while `log_to_file` is true; without one all goes
 * to stderr. Upstream: LogObs in common/ceph_context.cc
 */
export class DaemonLog implements Disposable {
  readonly #config: Config;
  readonly #stderrOnly: boolean;
  readonly #complain: (text: string) => void;
  readonly #unlisten: () => void;
  #file: LogFile | undefined;

  /** `complain` is told when the first file cannot be opened: there is no log yet. */
  constructor(config: Config, stderrOnly: boolean, complain: (text: string) => void) {
    this.#config = config;
    this.#stderrOnly = stderrOnly;
    this.#complain = complain;
    this.#follow();
    this.#complain = (text) => log.error(text);
    const level = (place: string): number =>
      Number(config.text(LEVEL_OPTIONS[place] ?? "debug_mgr").split("/")[0]);
    configureLog({
      file: () => this.#file,
      stderr: () => this.#file === undefined || config.get("log_to_stderr"),
      errorsToStderr: () => config.get("err_to_stderr"),
      level,
    });
    this.#unlisten = config.onChange((names) => {
      if (names.some((name) => FILE_OPTIONS.includes(name))) this.#follow();
    });
  }

  /** Path of the file; undefined when there is none. */
  get path(): string | undefined {
    return this.#file?.path;
  }

  /** The file was rotated away. Throws when there can be no new one; the old one is kept then. */
  reopen(): void {
    this.#file?.reopen();
  }

  [Symbol.dispose](): void {
    this.#unlisten();
    this.#file?.[Symbol.dispose]();
  }

  /** A file that cannot be opened leaves the log where it is. */
  #follow(): void {
    const path = this.#config.text("log_file");
    const wanted = this.#config.get("log_to_file") && path !== "" && !this.#stderrOnly;
    if (wanted && path === this.#file?.path) return;
    const old = this.#file;
    try {
      this.#file = wanted ? new LogFile(path) : undefined;
      old?.[Symbol.dispose]();
    } catch (e) {
      const where = old === undefined ? "stderr" : old.path;
      this.#complain(`Cannot open log_file ${path}: ${(e as Error).message}. Logging to ${where}`);
    }
  }
}
