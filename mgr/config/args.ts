/** The command line of ceph-mgr. Upstream: common/ceph_argparse.cc, global/global_init.cc */

import { optionName } from "./ceph_conf.ts";
import { readOption, Words } from "./option_words.ts";
import { findOption } from "./options.ts";

/** The command line cannot be used: print the message alone and exit with 1. */
export class ArgsError extends Error {
  override name = "ArgsError";
}

/** Run the daemon. */
export interface RunInvocation {
  readonly kind: "run";
  /** Always a manager's: `admin` when no id was given, as in Ceph. */
  readonly id: string;
  readonly idGiven: boolean;
  /** `--cluster`. */
  readonly cluster?: string;
  /** `-c`: one path or several by commas; empty or "--no-config-file": none. */
  readonly conf?: string;
  /** `--setuser`, `--setgroup`: a name or a number. */
  readonly setuser?: string;
  readonly setgroup?: string;
  /** `-f` or `-d`. */
  readonly foreground: boolean;
  /** `-d`: the log goes to stderr. */
  readonly logToStderr: boolean;
  /** `--show-config-value NAME`: print that value and exit; `name` spelt with `_`. */
  readonly showValue?: string;
  /** Options, names spelt with `_`: of the command line, of the environment, and `--default-NAME`. */
  readonly options: ReadonlyMap<string, string>;
  readonly envOptions: ReadonlyMap<string, string>;
  readonly defaults: ReadonlyMap<string, string>;
  /** One line for each word that was not understood; as in ceph-mgr they do not stop it. */
  readonly warnings: readonly string[];
}

/** What the command line asks for. */
export type Invocation = RunInvocation | { readonly kind: "help" } | { readonly kind: "version" };

interface Draft {
  id?: string;
  cluster?: string;
  conf?: string;
  setuser?: string;
  setgroup?: string;
  foreground: boolean;
  logToStderr: boolean;
  showValue?: string;
  stop?: "help" | "version";
  options: Map<string, string>;
  defaults: Map<string, string>;
  warnings: string[];
}

type Flag = { readonly takesValue: boolean; readonly apply: (draft: Draft, value: string) => void };

const withValue = (apply: Flag["apply"]): Flag => ({ takesValue: true, apply });
const alone = (apply: (draft: Draft) => void): Flag => ({ takesValue: false, apply });
const option = (name: string): Flag => withValue((d, value) => void d.options.set(name, value));

const ID = withValue((d, value) => d.id = value);
const NAME = withValue((d, value) => d.id = idOfName(value));
const CONF = withValue((d, value) => d.conf = value);
const FOREGROUND = alone((d) => {
  d.foreground = true;
  d.options.set("daemonize", "false");
});

/** Flags that are no options of Ceph, by their spelling with `-`. */
const FLAGS: ReadonlyMap<string, Flag> = new Map([
  ["-i", ID],
  ["--id", ID],
  ["--user", ID],
  ["-n", NAME],
  ["--name", NAME],
  ["-c", CONF],
  ["--conf", CONF],
  ["--no-config-file", alone((d) => d.conf = "")],
  ["--cluster", withValue((d, value) => d.cluster = value)],
  ["-k", option("keyring")],
  ["--keyring", option("keyring")],
  ["-K", option("keyfile")],
  ["-m", option("mon_host")],
  ["--mon-host", option("mon_host")],
  ["--setuser", withValue((d, value) => d.setuser = value)],
  ["--setgroup", withValue((d, value) => d.setgroup = value)],
  ["-f", FOREGROUND],
  ["--foreground", FOREGROUND],
  [
    "-d",
    alone((d) => {
      FOREGROUND.apply(d, "");
      d.logToStderr = true;
      d.options.set("log_to_stderr", "true").set("err_to_stderr", "true");
    }),
  ],
  ["--no-mon-config", alone(() => {})],
  ["--show-config-value", withValue((d, value) => d.showValue = optionName(value))],
  ["-h", alone((d) => d.stop ??= "help")],
  ["--help", alone((d) => d.stop ??= "help")],
  ["-v", alone((d) => d.stop ??= "version")],
  ["--version", alone((d) => d.stop ??= "version")],
]);

/**
 * Reads the words after `ceph-mgr` and the environment (CEPH_ARGS, CEPH_KEYRING). Throws ArgsError for a flag
 * without its value and for a name that is no manager's.
 */
export function parseArgs(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Invocation {
  const fromEnv = draft();
  if (env.CEPH_KEYRING) fromEnv.options.set("keyring", env.CEPH_KEYRING);
  readWords((env.CEPH_ARGS ?? "").split(/\s+/).filter((word) => word !== ""), fromEnv);
  const line = draft();
  readWords(args, line);
  const stop = line.stop ?? fromEnv.stop;
  if (stop) return { kind: stop };
  const id = line.id ?? fromEnv.id;
  return {
    kind: "run",
    id: id ?? "admin",
    idGiven: id !== undefined,
    ...given("cluster", line.cluster ?? fromEnv.cluster),
    ...given("conf", line.conf ?? fromEnv.conf),
    ...given("setuser", line.setuser ?? fromEnv.setuser),
    ...given("setgroup", line.setgroup ?? fromEnv.setgroup),
    ...given("showValue", line.showValue ?? fromEnv.showValue),
    foreground: line.foreground || fromEnv.foreground,
    logToStderr: line.logToStderr || fromEnv.logToStderr,
    options: line.options,
    envOptions: fromEnv.options,
    defaults: new Map([...fromEnv.defaults, ...line.defaults]),
    warnings: [...fromEnv.warnings, ...line.warnings],
  };
}

/** What `-h` prints. */
export const HELP = `usage: ceph-mgr -i <ID> [flags]

  -i, --id ID           the manager's id
  -n, --name mgr.ID     the same, with the type
  -c, --conf FILE       configuration file
      --cluster NAME    name of the cluster (ceph)
  -k, --keyring FILE    keyring
  -m HOSTS              monitors
      --mgr-data DIR    our directory
      --mgr-module-path DIRS
      --setuser USER, --setgroup GROUP
  -f                    stay in the foreground, log to the usual place
  -d                    stay in the foreground, log to stderr
      --debug-mgr N     log level; so for all debug options
      --OPTION[=VALUE]  any option of Ceph; - and _ are the same
  -h, --help
  -v, --version
`;

function draft(): Draft {
  return { foreground: false, logToStderr: false, options: new Map(), defaults: new Map(), warnings: [] };
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : { [key]: value } as Record<K, string>;
}

function idOfName(name: string): string {
  const match = /^([a-z]+)\.(.+)$/.exec(name);
  if (match?.[1] !== "mgr") throw new ArgsError(`Cannot use name '${name}': expected mgr.ID`);
  return match[2]!;
}

function readWords(all: readonly string[], d: Draft): void {
  const words = new Words(all);
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === "--") return warnOfPositional(words.rest(), d);
    if (!word.startsWith("-") || word === "-") {
      warnOfPositional([word], d);
      continue;
    }
    const equals = word.indexOf("=");
    const flag = equals < 0 ? word : word.slice(0, equals);
    readFlag(flag, equals < 0 ? undefined : word.slice(equals + 1), words, d);
  }
}

function readFlag(flag: string, attached: string | undefined, words: Words, d: Draft): void {
  const known = FLAGS.get(flag.length > 2 ? flag.replaceAll("_", "-") : flag);
  if (known?.takesValue) return known.apply(d, attached ?? words.take() ?? missing(flag));
  if (known && attached === undefined) return known.apply(d, "");
  const name = flag.startsWith("--") ? optionName(flag.slice(2)) : "";
  const isDefault = name.startsWith("default_") && findOption(name) === undefined;
  const read = readOption(isDefault ? name.slice("default_".length) : name, attached, words);
  if (typeof read === "string") d.warnings.push(`Cannot use flag ${flag}: ${read} (ignored)`);
  else (isDefault ? d.defaults : d.options).set(...read);
}

function missing(flag: string): never {
  throw new ArgsError(`Option ${flag} requires an argument.`);
}

function warnOfPositional(words: readonly string[], d: Draft): void {
  for (const word of words) d.warnings.push(`Cannot use argument '${word}': flags only (ignored)`);
}
