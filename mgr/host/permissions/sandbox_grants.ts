/** What Deno is told of a module's permissions: names of options resolved, nothing of the manager's own let through. Pure. */

import type { Permission } from "./permission.ts";

/** Values of Deno's flags, in order; the same lists mean the same sandbox. */
export interface SandboxGrants {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly env: readonly string[];
  readonly sys: readonly string[];
  readonly run: readonly string[];
  readonly ffi: readonly string[];
  /** What could not be let through, and why: one line each. */
  readonly problems: readonly string[];
}

/** What permissions are resolved with. */
export interface SandboxContext {
  /** The text of an option of the module as it holds; undefined when there is none. */
  readonly option: (name: string) => string | undefined;
  /** Where a path really is; undefined when it does not exist yet. */
  readonly realPath: (path: string) => string | undefined;
  /** Paths of the manager that no module gets: not those, not what is below, not what they are in. */
  readonly reserved: readonly string[];
}

/** A sandbox that lets nothing through. */
export const NO_GRANTS: SandboxGrants = {
  net: [],
  read: [],
  write: [],
  env: [],
  sys: [],
  run: [],
  ffi: [],
  problems: [],
};

/** A value, or why there is none. */
type Resolved = string | { readonly problem: string };
type DenoVerb = Exclude<keyof SandboxGrants, "problems">;

const PATHS: ReadonlySet<string> = new Set(["read", "write", "run", "ffi"]);

/** The flags for these permissions; those of other verbs are passed over. */
export function sandboxGrants(permissions: readonly Permission[], context: SandboxContext): SandboxGrants {
  const lists: Record<DenoVerb, string[]> = {
    net: [],
    read: [],
    write: [],
    env: [],
    sys: [],
    run: [],
    ffi: [],
  };
  const problems: string[] = [];
  for (const { verb, words } of permissions) {
    if (!Object.hasOwn(lists, verb)) continue;
    const value = resolve(verb, words.at(-1)!, context);
    if (typeof value === "string") lists[verb as DenoVerb].push(value);
    else problems.push(`${[verb, ...words].join(" ")}: ${value.problem}`);
  }
  return { ...lists, problems };
}

/** Names of the options that decide where a module may listen and connect: the module itself must not set them. */
export function optionsInNet(permissions: readonly Permission[]): Set<string> {
  const texts = permissions.filter(({ verb }) => verb === "net").map(({ words }) => words.at(-1)!);
  return new Set(texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)));
}

function resolve(verb: string, word: string, context: SandboxContext): Resolved {
  if (verb === "net") return address(word, context);
  return PATHS.has(verb) ? path(word, context) : word;
}

/** Deno has no word for any port: a host alone is that. */
function address(word: string, context: SandboxContext): Resolved {
  const [, hostPart, portPart] = /^(.*):([^:\]]+)$/.exec(word)!;
  const host = part(hostPart!, context);
  const port = part(portPart!, context);
  if (typeof host !== "string") return host;
  if (typeof port !== "string") return port;
  const literal = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  if (!HOST.test(literal)) return { problem: `'${host}' is no host` };
  if (port === "*") return literal;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return { problem: `'${port}' is no port` };
  return `${literal}:${Number(port)}`;
}

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])$/;

function part(text: string, { option }: SandboxContext): Resolved {
  const name = /^\{(\w+)\}$/.exec(text)?.[1];
  if (name === undefined) return text;
  // A port may be any only by the word of the operator who grants it.
  const value = option(name)?.trim() ?? "";
  return value === "" || value === "*" ? { problem: `option ${name} has no value` } : value;
}

function path(word: string, { realPath, reserved }: SandboxContext): Resolved {
  const places = [word, realPath(word) ?? word];
  const taken = reserved.find((own) => places.some((place) => isWithin(place, own) || isWithin(own, place)));
  return taken === undefined ? word : { problem: `${taken} is the manager's own` };
}

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
