/** What a call of a module needs to be allowed. Pure. */

import { makePermission, type Permission, PermissionSyntaxError } from "./permission.ts";

/** Whom a command goes to. */
export type CommandTarget = "mon" | "osd" | "mds" | "pg" | "mgr";

/** One call, before it is carried out. Names and arguments may be anything: they come from the module. */
export type Need =
  /** `or`: the same bytes serve these names too, any one of them will do. */
  | { readonly verb: "get"; readonly name: string; readonly or?: readonly string[] }
  | {
    readonly verb: "command";
    readonly target: CommandTarget;
    readonly prefix: string;
    /** Without the prefix, as they go into the JSON of the command. */
    readonly args: Readonly<Record<string, unknown>>;
  }
  | { readonly verb: "remote"; readonly module: string; readonly method: string }
  | { readonly verb: "rados"; readonly pool: string; readonly write: boolean }
  /** An option of another module; a module's own need no permission. */
  | { readonly verb: "option"; readonly module: string; readonly name: string; readonly write: boolean }
  | { readonly verb: PlainVerb };

/** Verbs that stand alone. */
export type PlainVerb =
  | "health"
  | "progress"
  | "uri"
  | "cluster_log"
  | "perf_query"
  | "service_daemon"
  | "device";

/** The needs of one verb. */
export type NeedOf<V extends Need["verb"]> = Extract<Need, { readonly verb: V }>;

const access = (write: boolean): string => (write ? "write" : "read");
const nothing = (): string[] => [];

const WORDS: { readonly [V in Need["verb"]]: (need: NeedOf<V>) => string[] } = {
  get: ({ name }) => [name],
  // Not split by blanks of any kind: what is no prefix must not become one.
  command: ({ target, prefix }) => [target, ...prefix.split(" ")],
  remote: ({ module, method }) => [module, method],
  rados: ({ pool, write }) => [access(write), pool],
  option: ({ module, name, write }) => [access(write), module, name],
  health: nothing,
  progress: nothing,
  uri: nothing,
  cluster_log: nothing,
  perf_query: nothing,
  service_daemon: nothing,
  device: nothing,
};

/**
 * The least permission that allows it, without regard to arguments. Throws PermissionSyntaxError for what no permission
 * could name: nothing of the kind is ever carried out.
 */
export function permissionFor(need: Need): Permission {
  const words = (WORDS[need.verb] as (need: Need) => string[])(need);
  if (words.includes("*")) {
    throw new PermissionSyntaxError(`Cannot allow '${need.verb} ${words.join(" ")}': '*' is no name`);
  }
  return makePermission(need.verb, words);
}

/** All that would do: one, or one for each name that the same bytes serve. */
export function permissionsFor(need: Need): [Permission, ...Permission[]] {
  const others = need.verb === "get" ? need.or ?? [] : [];
  return [permissionFor(need), ...others.map((name) => permissionFor({ verb: "get", name }))];
}
