/** Who we are to which cluster: ceph.conf, the environment and the command line. */

import { type CephConf, EMPTY_CONF, optionName, parseCephConf } from "../../mgr/config/ceph_conf.ts";
import { Config } from "../../mgr/config/config.ts";
import { clusterName, confPaths } from "../../mgr/config/find_conf.ts";
import { readOption, Words } from "../../mgr/config/option_words.ts";
import { findOption } from "../../mgr/config/options.ts";
import { type EntityName, parseEntityName } from "../../mgr/types/entity_name.ts";
import { CliError, reasonText } from "./cli_error.ts";
import type { CliIo } from "./io.ts";
import type { CephOptions } from "./options.ts";

/** What a client knows before it meets its cluster. */
export interface Settings {
  readonly entity: EntityName;
  readonly config: Config;
  readonly file: CephConf;
  /** Words that are no options of Ceph, `--` and all. */
  readonly words: readonly string[];
  /** Whether this is the cluster of `deno task mgr`. */
  readonly development: boolean;
}

/** Of a client; that of a manager, in mgr/config/options.ts, is another. */
const KEYRINGS = [
  "/etc/ceph/$cluster.$name.keyring",
  "/etc/ceph/$cluster.keyring",
  "/etc/ceph/keyring",
  "/etc/ceph/keyring.bin",
].join(",");

/** Where `deno task mgr` keeps its development cluster. */
const DEVELOPMENT_CONF = ".dev/ceph.conf";

const SHORT: ReadonlyMap<string, string> = new Map([
  ["-m", "mon_host"],
  ["-k", "keyring"],
  ["-K", "keyfile"],
  ["--mon-host", "mon_host"],
]);
/** Flags of daemons; a client takes them and does nothing. */
const IGNORED: ReadonlySet<string> = new Set(["--no-mon-config", "--mon-config", "--foreground", "-d"]);

/** Which ceph.conf. */
type ConfChoice = Pick<CephOptions, "conf" | "cluster"> & {
  /** False: without any file defaults are enough. */
  readonly needed?: boolean;
};

/** Reads everything. Throws CliError. */
export function readSettings(
  options: ConfChoice & Pick<CephOptions, "id" | "name">,
  words: readonly string[],
  io: Pick<CliIo, "env">,
): Settings {
  const name = options.name ?? `client.${options.id || "admin"}`;
  const entity = parseEntityName(name);
  if (entity === undefined) throw initError(`'${name}' is no name: expected TYPE.ID, as client.admin`);
  const given = takeOptions(words);
  const found = findConf(options, given.options.has("mon_host"), io);
  const file = found ? parseFile(found) : EMPTY_CONF;
  const keyring = io.env("CEPH_KEYRING");
  const config = new Config({
    type: name.slice(0, name.indexOf(".")),
    id: entity.id,
    cluster: clusterName(options.cluster, found?.path),
    host: Deno.hostname().split(".")[0]!,
    pid: Deno.pid,
    home: io.env("HOME") ?? "",
    file,
    cmdline: given.options,
    defaults: new Map([["keyring", KEYRINGS]]),
    ...(keyring ? { env: new Map([["keyring", keyring]]) } : {}),
  });
  const problem = config.problems.find((text) => text.includes("(cmdline)"));
  if (problem !== undefined) throw initError(problem);
  const development = found !== undefined && developmentConfs().includes(found.path);
  return { entity, config, file, words: given.words, development };
}

/** The stock CLI says so, and then an exception of Python. */
function initError(why: string): CliError {
  return new CliError(`Error initializing cluster client: ${why}`, 1, why);
}

/** Takes the options of Ceph (`-m`, `-k`, `--debug-ms 1`) out of the words. Upstream: rados_conf_parse_argv_remainder */
export function takeOptions(
  all: readonly string[],
): { options: Map<string, string>; words: string[] } {
  const words = new Words(all);
  const options = new Map<string, string>();
  const rest: string[] = [];
  for (let word = words.take(); word !== undefined; word = words.take()) {
    // What follows belongs to the command, or to a daemon.
    if (word === "--" || word === "injectargs") return { options, words: [...rest, word, ...words.rest()] };
    const equals = word.indexOf("=");
    const flag = equals < 0 ? word : word.slice(0, equals);
    const name = SHORT.get(flag.replaceAll("_", "-")) ??
      (flag.startsWith("--") ? optionName(flag.slice(2)) : "");
    if (IGNORED.has(word)) continue;
    if (findOption(name) === undefined && findOption(name.replace(/^no_/, ""))?.type !== "bool") {
      rest.push(word);
      continue;
    }
    const read = readOption(name, equals < 0 ? undefined : word.slice(equals + 1), words);
    if (typeof read === "string") throw new CliError(`Option ${flag} requires an argument.`, 1);
    options.set(...read);
  }
  return { options, words: rest };
}

interface Found {
  readonly path: string;
  readonly text: string;
}

/** The first that exists; without any, that of the development cluster. Undefined when monitors were named by hand. */
function findConf(
  options: ConfChoice,
  monHost: boolean,
  io: Pick<CliIo, "env">,
): Found | undefined {
  const envConf = io.env("CEPH_CONF");
  const { conf, cluster } = options;
  const search = confPaths({
    ...(conf ? { conf } : {}),
    ...(cluster === undefined ? {} : { cluster }),
    ...(envConf ? { envConf } : {}),
    home: io.env("HOME") ?? "",
  });
  const named = Boolean(conf || envConf || cluster);
  const paths = named || monHost ? search.paths : [...search.paths, ...developmentConfs()];
  const found = readFirst(paths);
  if (found || (monHost && !conf) || options.needed === false) return found;
  const start = named ? "" : ", or start a development cluster: deno task mgr";
  throw initError(`there is no ${paths.join(", ")}.\nName a ceph.conf with -c${start}`);
}

/** In the working directory, and in the tree that this program is part of. */
function developmentConfs(): string[] {
  const own = decodeURIComponent(new URL(`../../${DEVELOPMENT_CONF}`, import.meta.url).pathname);
  return [...new Set([`${Deno.cwd()}/${DEVELOPMENT_CONF}`, own])];
}

function readFirst(paths: readonly string[]): Found | undefined {
  for (const path of paths) {
    try {
      return { path, text: Deno.readTextFileSync(path) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw initError(`Cannot read ${path}: ${reasonText(error)}`);
    }
  }
  return undefined;
}

function parseFile({ path, text }: Found): CephConf {
  try {
    return parseCephConf(text, path);
  } catch (error) {
    throw initError((error as Error).message);
  }
}
