/** What `deno task mgr` is to run: the real daemon, or a development cluster. Never a surprise where there is a ceph.conf. */

import { parseArgs } from "../../mgr/config/args.ts";
import { confPaths } from "../../mgr/config/find_conf.ts";

/** What to run. */
export type TaskInvocation =
  | { readonly kind: "daemon"; readonly args: readonly string[] }
  | { readonly kind: "dev"; readonly fresh: boolean }
  | { readonly kind: "usage"; readonly message: string };

/** What the choice depends on beside the words. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a file exists. */
  readonly exists: (path: string) => boolean;
}

const DEV = "--dev";
const FRESH = "--fresh";

/** Decides by the words behind `deno task mgr`, with or without the `--` that deno passes on. */
export function chooseInvocation(words: readonly string[], around: Surroundings): TaskInvocation {
  const all = words[0] === "--" ? words.slice(1) : words;
  const own = all.filter((word) => word === DEV || word === FRESH);
  const args = all.filter((word) => word !== DEV && word !== FRESH);
  const conf = findConf(args, around);
  if (own.length > 0) return devInvocation(own, args, conf);
  if (args.length === 0 && conf === undefined && namesNoCluster(around.env)) {
    return { kind: "dev", fresh: false };
  }
  return daemonInvocation(args, around.env, conf);
}

function devInvocation(
  own: readonly string[],
  args: readonly string[],
  conf: string | undefined,
): TaskInvocation {
  if (args.length > 0) {
    return usage(
      `Cannot use ${args[0]} with ${own[0]}: a development cluster takes ${DEV} and ${FRESH} only`,
    );
  }
  if (!own.includes(DEV) && conf !== undefined) {
    return usage(
      `Cannot use ${FRESH}: there is ${conf}, so this would be the manager of that cluster. ` +
        `"deno task mgr ${DEV} ${FRESH}" makes a new development cluster beside it`,
    );
  }
  return { kind: "dev", fresh: own.includes(FRESH) };
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
