/** The options of the `ceph` command: their names, their help, and where they go. */

import { parseDecimal, parseFloatText, quoted } from "./python_text.ts";
import { type OptionRow, readOptions } from "./word_parser.ts";

/** Formats that commands can be asked for. */
export const FORMATS = ["json", "json-pretty", "xml", "xml-pretty", "plain", "yaml"] as const;

/** Levels of the cluster log. */
export type WatchLevel = "debug" | "info" | "sec" | "warn" | "error";

/** What the options said. */
export interface CephOptions {
  help: boolean;
  version: boolean;
  verbose: boolean;
  /** Print what may follow the words: for completion. */
  completion: boolean;
  conf?: string;
  cluster?: string;
  /** `--id` and `--name`, as written. */
  id?: string;
  name?: string;
  inFile?: string;
  outFile?: string;
  setuser?: string;
  setgroup?: string;
  adminSocket?: string;
  format?: string;
  status: boolean;
  /** `-w` and its like: the lowest level that is shown. */
  watch?: WatchLevel;
  watchChannel?: string;
  /** Seconds; 0 is none. */
  connectTimeout: number;
  /** Seconds between two rounds of a command that repeats itself. */
  period: number;
  block: boolean;
}

const integer = (text: string): number => {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`invalid int value: ${quoted(text)}`);
  return Number(value);
};

const float = (text: string): number => {
  const value = parseFloatText(text);
  if (value === undefined) throw new Error(`invalid float value: ${quoted(text)}`);
  return value;
};

/** One line of help stands for all of them. */
const watch = (level: WatchLevel, help = ""): OptionRow<CephOptions> => ({
  flags: [`--watch-${level}`],
  help,
  set: (o) => o.watch = level,
});

/** In the order of the help. */
export const OPTION_ROWS: readonly OptionRow<CephOptions>[] = [
  {
    flags: ["-s", "--status"],
    help: "how the cluster is: the command status",
    set: (o) => o.status = true,
  },
  {
    flags: ["-f", "--format"],
    value: "FORMAT",
    choices: FORMATS,
    help: "json, json-pretty, xml, xml-pretty, yaml or plain",
    set: (o, value) => o.format = value,
  },
  { flags: ["-i", "--in-file"], value: "FILE", help: "input; - is stdin", set: (o, v) => o.inFile = v },
  { flags: ["-o", "--out-file"], value: "FILE", help: "output; - is stdout", set: (o, v) => o.outFile = v },
  {
    flags: ["-w", "--watch"],
    help: "status, then what the cluster logs, until Ctrl-C",
    set: (o) => o.watch ??= "info",
  },
  watch("debug", "the same with debug lines; or --watch-info, -sec, -warn, -error"),
  watch("info"),
  watch("sec"),
  watch("warn"),
  watch("error"),
  {
    flags: ["-W", "--watch-channel"],
    value: "CHANNEL",
    help: "watch that channel: cluster (the default), audit, cephadm; * is all",
    set(o, value) {
      o.watch ??= "info";
      o.watchChannel = value;
    },
  },
  {
    flags: ["--period", "-p"],
    value: "SECONDS",
    help: "pause of commands that repeat themselves, as iostat (1); 0 is once",
    set: (o, value) => o.period = float(value),
  },
  {
    flags: ["-c", "--conf"],
    value: "FILE",
    help: "configuration, else the first of those below",
    set: (o, v) => o.conf = v,
  },
  { flags: ["--cluster"], value: "NAME", help: "name of the cluster (ceph)", set: (o, v) => o.cluster = v },
  { flags: ["--name", "-n"], value: "TYPE.ID", help: "who we are (client.admin)", set: (o, v) => o.name = v },
  { flags: ["--id", "--user"], value: "ID", help: "short for --name client.ID", set: (o, v) => o.id = v },
  {
    flags: ["--connect-timeout"],
    value: "SECONDS",
    help: "how long to look for a monitor (300)",
    set: (o, value) => o.connectTimeout = integer(value),
  },
  {
    flags: ["--admin-daemon"],
    value: "SOCKET",
    help: "send the command to the admin socket of a daemon of this machine",
    set: (o, value) => o.adminSocket = value,
  },
  {
    flags: ["--setuser"],
    value: "USER",
    help: "owner of the output file",
    set: (o, v) => o.setuser = v,
  },
  { flags: ["--setgroup"], value: "GROUP", help: "group of the output file", set: (o, v) => o.setgroup = v },
  {
    flags: ["--block"],
    help: "wait until a scrub or deep-scrub of OSDs is done",
    set: (o) => o.block = true,
  },
  {
    flags: ["-h", "--help"],
    help: "this text; behind words, the commands that begin so",
    set: (o) => o.help = true,
  },
  { flags: ["--version", "-v"], help: "version", set: (o) => o.version = true },
  { flags: ["--verbose"], help: "say what is sent", set: (o) => o.verbose = true },
  { flags: ["--concise"], help: "do not say it", set: (o) => o.verbose = false },
  { flags: ["--completion"], help: "", set: (o) => o.completion = true },
];

/** Reads the options; `words` are the others, in order. Throws UsageError. */
export function parseCephOptions(all: readonly string[]): { options: CephOptions; words: string[] } {
  const options: CephOptions = {
    help: false,
    version: false,
    verbose: false,
    completion: false,
    status: false,
    connectTimeout: 0,
    period: 1,
    block: false,
  };
  return { options, words: readOptions(OPTION_ROWS, all, options) };
}

/**
 * CEPH_ARGS among the words of the command line: at the end, or before `injectargs`, whose words belong to a daemon.
 * Upstream: main() in ceph.in.
 */
export function withCephArgs(words: readonly string[], cephArgs: string): string[] {
  const extra = cephArgs.split(/\s+/).filter((word) => word !== "");
  const inject = words.indexOf("injectargs");
  if (inject >= 0) return [...words.slice(0, inject), ...extra, ...words.slice(inject)];
  return [...words, ...extra.filter((word) => !word.includes("--admin-socket"))];
}
