/** The grammar of mgr capabilities: text -> grants. Upstream: MgrCapParser in mgr/MgrCap.cc */

/** Permission bits. Upstream: mgr_rwxa_t in mgr/MgrCap.h */
export const Perm = { r: 2, w: 4, x: 8, any: 0xff } as const;

/** What the value of an argument must be. */
export interface Constraint {
  readonly kind: "equal" | "prefix" | "regex";
  readonly value: string;
}

/** One grant as written. At most one of the names is set; none: a blanket grant. */
export interface Grant {
  readonly profile?: string;
  readonly service?: string;
  readonly module?: string;
  readonly command?: string;
  readonly args: ReadonlyMap<string, Constraint>;
  /** Bits of Perm; 0 for profiles, whose expansion has them. */
  readonly perms: number;
  /** A CIDR as written: the grant is for peers inside it. */
  readonly network?: string;
}

/** Longest text that is looked at: a monitor stores no caps near this size. */
const MAX_TEXT = 65_536;

const NO_ARGS: ReadonlyMap<string, Constraint> = new Map();

/** The grants of `text`, and how far it could be read: all of it, or it is wrong from there on. */
export function parseGrants(text: string): { grants: Grant[]; end: number } {
  if (text.length > MAX_TEXT) return { grants: [], end: 0 };
  const scanner = new Scanner(text);
  const grants: Grant[] = [];
  for (;;) {
    const grant = scanner.attempt((s) => (grants.length === 0 || separator(s)) && readGrant(s));
    if (!grant) return { grants, end: scanner.at };
    grants.push(grant);
  }
}

/** Constraints alone, as they follow `with`: undefined when the whole of the text is not that. */
export function parseConstraints(text: string): ReadonlyMap<string, Constraint> | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const scanner = new Scanner(` ${text}`);
  const found = scanner.attempt(constraints);
  scanner.match(OPTIONAL_SPACES);
  return scanner.at === text.length + 1 ? found : undefined;
}

/** A position in the text. `attempt` goes back to where it was when its reading fails: it yields `undefined`. */
class Scanner {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The match of a sticky pattern here, or undefined. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  attempt<T>(read: (s: Scanner) => T | false | undefined): T | undefined {
    const start = this.at;
    const value = read(this);
    if (value !== false && value !== undefined) return value;
    this.at = start;
    return undefined;
  }
}

const SEPARATOR = /[ \n\t]*[;,][ \n\t]*/y;
const SPACES = /[ \n\t]+/y;
const OPTIONAL_SPACES = /[ \n\t]*/y;
const EQUALS_OR_SPACES = /=|[ \n\t]+/y;
const ALLOW = /allow[ \n\t]+/y;
const PERMS = /\*|all|(?=[rwx])r?w?x?/y;
const NETWORK = /[ \n\t]+network[ \n\t]+([/.:a-fA-F0-9[\]]+)/y;
const STRING = /"[^"]+"|'[^']+'|[a-zA-Z0-9_./-]+/y;
const WITH = /[ \n\t]+with/y;
const EQUALS = /[ \n\t]*=[ \n\t]*/y;
const PREFIX = /[ \n\t]+prefix[ \n\t]+/y;
const REGEX = /[ \n\t]+regex[ \n\t]+/y;

const separator = (s: Scanner): boolean => s.match(SEPARATOR) !== undefined;
const allow = (s: Scanner): boolean => s.match(ALLOW) !== undefined;
const spaces = (s: Scanner): boolean => s.match(SPACES) !== undefined;

/** The order decides: the first form that fits is taken, and never given up again. */
const FORMS = [rwxa, profile, service, module, command];

function readGrant(s: Scanner): Grant | undefined {
  s.match(OPTIONAL_SPACES);
  for (const form of FORMS) {
    const grant = s.attempt(form);
    if (!grant) continue;
    const network = s.match(NETWORK)?.replace(/^\s*network\s*/, "");
    s.match(OPTIONAL_SPACES);
    return network === undefined ? grant : { ...grant, network };
  }
  return undefined;
}

function rwxa(s: Scanner): Grant | undefined {
  const bits = allow(s) ? perms(s) : undefined;
  return bits === undefined ? undefined : { args: NO_ARGS, perms: bits };
}

function profile(s: Scanner): Grant | undefined {
  s.match(ALLOW);
  const name = named(s, /profile/y);
  if (name === undefined) return undefined;
  return { profile: name, args: s.attempt(constraints) ?? NO_ARGS, perms: 0 };
}

function service(s: Scanner): Grant | undefined {
  const name = allow(s) ? named(s, /service/y) : undefined;
  const bits = name !== undefined && spaces(s) ? perms(s) : undefined;
  return name === undefined || bits === undefined ? undefined : { service: name, args: NO_ARGS, perms: bits };
}

function module(s: Scanner): Grant | undefined {
  const name = allow(s) ? named(s, /module/y) : undefined;
  if (name === undefined) return undefined;
  const args = withConstraints(s);
  const bits = spaces(s) ? perms(s) : undefined;
  return bits === undefined ? undefined : { module: name, args, perms: bits };
}

function command(s: Scanner): Grant | undefined {
  const name = allow(s) ? named(s, /command/y) : undefined;
  return name === undefined ? undefined : { command: name, args: withConstraints(s), perms: Perm.any };
}

/** `word=name` or `word name`. */
function named(s: Scanner, word: RegExp): string | undefined {
  return s.match(word) !== undefined && s.match(EQUALS_OR_SPACES) !== undefined ? string(s) : undefined;
}

function string(s: Scanner): string | undefined {
  const text = s.match(STRING);
  return text?.startsWith('"') || text?.startsWith("'") ? text.slice(1, -1) : text;
}

function perms(s: Scanner): number | undefined {
  const text = s.match(PERMS);
  if (text === undefined) return undefined;
  if (text === "*" || text === "all") return Perm.any;
  return [...text].reduce((bits, letter) => bits | Perm[letter as "r" | "w" | "x"], 0);
}

function withConstraints(s: Scanner): ReadonlyMap<string, Constraint> {
  return s.attempt((s) => s.match(WITH) !== undefined && constraints(s)) ?? NO_ARGS;
}

/** At least one. A key that is given twice keeps its first constraint, as in a std::map. */
function constraints(s: Scanner): ReadonlyMap<string, Constraint> | undefined {
  const all = new Map<string, Constraint>();
  for (;;) {
    const pair = s.attempt((s) => spaces(s) && constraint(s));
    if (!pair) return all.size === 0 ? undefined : all;
    if (!all.has(pair[0])) all.set(...pair);
  }
}

function constraint(s: Scanner): [string, Constraint] | undefined {
  const key = string(s);
  if (key === undefined) return undefined;
  for (const [kind, pattern] of [["equal", EQUALS], ["prefix", PREFIX], ["regex", REGEX]] as const) {
    const value = s.attempt((s) => (s.match(pattern) === undefined ? undefined : string(s)));
    if (value !== undefined) return [key, { kind, value }];
  }
  return undefined;
}
