/** What `deno task mgr` is to run: the real daemon, or a development cluster. Never a surprise where there is a ceph.conf. */

import { parseArgs } from "../../mgr/config/args.ts";
import { confPaths } from "../../mgr/config/find_conf.ts";

/** How a development cluster is run. */
export interface DevOptions {
  /** Throws away the cluster of before. */
  readonly fresh: boolean;
  /** Reloads modules whose files are saved. */
  readonly watch: boolean;
  /** A directory of modules instead of the usual one. */
  readonly modules: string | undefined;
}

/** What to run. */
export type TaskInvocation =
  | { readonly kind: "daemon"; readonly args: readonly string[] }
  | { readonly kind: "dev" } & DevOptions
  | { readonly kind: "usage"; readonly message: string };

/** What the choice depends on beside the words. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a file exists. */
  readonly exists: (path: string) => boolean;
}

const DEV = "--dev";
const FRESH = "--fresh";
const WATCH = "--watch";
const MODULES = "--modules";
/** Flags of ours, and whether a word follows. */
const OWN_FLAGS: ReadonlyMap<string, boolean> = new Map([
  [DEV, false],
  [FRESH, false],
  [WATCH, false],
  [MODULES, true],
]);

/** Decides by the words behind `deno task mgr`, with or without the `--` that deno passes on. */
export function chooseInvocation(words: readonly string[], around: Surroundings): TaskInvocation {
  const all = words[0] === "--" ? words.slice(1) : words;
  const { own, args } = takeOwn(all);
  const conf = findConf(args, around);
  if (own.size > 0) return devInvocation(own, args, conf);
  if (args.length === 0 && conf === undefined && namesNoCluster(around.env)) return dev(own);
  return daemonInvocation(args, around.env, conf);
}

/** Our own flags with their values, and the words that are left. */
function takeOwn(all: readonly string[]): { own: ReadonlyMap<string, string>; args: readonly string[] } {
  const own = new Map<string, string>();
  const args: string[] = [];
  const words = all[Symbol.iterator]();
  for (const word of words) {
    const takesValue = OWN_FLAGS.get(word);
    if (takesValue === undefined) args.push(word);
    else own.set(word, takesValue ? words.next().value ?? "" : "");
  }
  return { own, args };
}

function dev(own: ReadonlyMap<string, string>): TaskInvocation {
  return { kind: "dev", fresh: own.has(FRESH), watch: own.has(WATCH), modules: own.get(MODULES) };
}

function devInvocation(
  own: ReadonlyMap<string, string>,
  args: readonly string[],
  conf: string | undefined,
): TaskInvocation {
  const [flag] = own.keys();
  if (args.length > 0) {
    const flags = [...OWN_FLAGS.keys()].join(", ");
    return usage(`Cannot use ${args[0]} with ${flag}: a development cluster takes ${flags} only`);
  }
  if (own.get(MODULES) === "") return usage(`Cannot use ${MODULES}: name a directory of modules behind it`);
  if (!own.has(DEV) && conf !== undefined) {
    return usage(
      `Cannot use ${flag}: there is ${conf}, so this would be the manager of that cluster. ` +
        `"deno task mgr ${DEV} ${flag}" runs a development cluster beside it`,
    );
  }
  return dev(own);
}

function daemonInvocation(
  args: readonly string[],
  env: Surroundings["env"],
  conf: string | undefined,
): TaskInvocation {
  const parsed = tryParse(args, env);
  const wantsId = parsed?.kind === "run" && !parsed.idGiven && parsed.showValue === undefined;
  if (wantsId && conf !== undefined) {
    return usage(
      `Cannot start: there is ${conf}, and no id says which manager of that cluster to run. ` +
        `"deno task mgr -i x" runs mgr.x; "deno task mgr ${DEV}" runs a development cluster instead`,
    );
  }
  return { kind: "daemon", args };
}

const usage = (message: string): TaskInvocation => ({ kind: "usage", message });

/** What the daemon would read. Words that it refuses are its own to explain. */
function tryParse(args: readonly string[], env: Surroundings["env"]) {
  try {
    return parseArgs(args, env);
  } catch {
    return undefined;
  }
}

function findConf(args: readonly string[], { env, exists }: Surroundings): string | undefined {
  const parsed = tryParse(args, env);
  if (parsed?.kind !== "run") return undefined;
  const search = { ...parsed, home: env.HOME ?? "", ...(env.CEPH_CONF ? { envConf: env.CEPH_CONF } : {}) };
  return confPaths(search).paths.find(exists);
}

/** A variable that names a cluster is meant, even if its file is missing. */
function namesNoCluster({ CEPH_CONF, CEPH_ARGS }: Surroundings["env"]): boolean {
  return !CEPH_CONF && !CEPH_ARGS;
}
