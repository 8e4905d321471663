/** What a peer may do at the manager: its cap string, parsed once and asked for each command. Upstream: mgr/MgrCap.cc */

import { type Constraint, type Grant, parseGrants, Perm } from "./mgr_cap_parser.ts";
import { isInsideNetwork } from "./network.ts";
import { fullMatch } from "./posix_regex.ts";

/** One question. Built-in commands have a service and module ""; modules, and their commands, have service "py". */
export interface CapRequest {
  readonly service: string;
  readonly module: string;
  /** The whole prefix ("osd perf"); "" when a module asks for itself. */
  readonly command: string;
  /** Every other argument of the command as a string. */
  readonly args: ReadonlyMap<string, string>;
  /** Letters of the command's permission: some of "rwx". */
  readonly perm: string;
  /** The peer's address as text, "10.0.0.1" or "fd00::1"; undefined: no grant with a network applies. */
  readonly peerIp?: string | undefined;
}

/** The text does not follow the grammar, in the words of the monitors. */
export class CapParseError extends Error {
  override readonly name = "CapParseError";
}

const PREFIX = "mgr capability parse failed";
const RBD_KEYS: readonly string[] = ["pool", "namespace"];
const NO_ARGS: ReadonlyMap<string, Constraint> = new Map();
const READ_WRITE = Perm.r | Perm.w;

/** What a profile stands for. Throws CapParseError for arguments that it does not take. */
type Profile = (grant: Grant) => readonly Grant[];

const PROFILES: ReadonlyMap<string, Profile> = new Map<string, Profile>([
  ["read-only", () => [{ args: NO_ARGS, perms: Perm.r }]],
  ["read-write", () => [{ args: NO_ARGS, perms: READ_WRITE }]],
  ["crash", () => [{ command: "crash post", args: NO_ARGS, perms: Perm.any }]],
  ["osd", () => []],
  ["mds", () => []],
  ["rbd", (grant) => [rbdSupport(grant, READ_WRITE)]],
  ["rbd-read-only", (grant) => [rbdSupport(grant, Perm.r)]],
]);

interface CheckedGrant {
  readonly grant: Grant;
  /** What a profile stands for; undefined when the grant is none. */
  readonly expanded: readonly Grant[] | undefined;
}

/** Caps of tickets by their texts. A cluster has a few; keys with caps of their own must not fill our memory. */
const MAX_KNOWN = 256;
const known = new Map<string, MgrCap>();

/** The grants of one peer. */
export class MgrCap {
  readonly #grants: readonly CheckedGrant[];

  private constructor(grants: readonly CheckedGrant[]) {
    this.#grants = grants;
  }

  /** No grants at all: what a text that does not parse comes to. */
  static readonly none: MgrCap = new MgrCap([]);

  /** `allow *`: a ticket's allow_all, method none, or a monitor. */
  static readonly all: MgrCap = new MgrCap([{
    grant: { args: NO_ARGS, perms: Perm.any },
    expanded: undefined,
  }]);

  /** Throws CapParseError with the text that a monitor answers to `auth add`. */
  static parse(text: string): MgrCap {
    const { grants, end } = parseGrants(text);
    if (grants.length === 0 || end < text.length) {
      const where = end < text.length ? `stopped at '${text.slice(end)}'` : "stopped at end";
      throw new CapParseError(`${PREFIX}, ${where} of '${text}'`);
    }
    return new MgrCap(grants.map((grant) => ({ grant, expanded: expand(grant) })));
  }

  /**
   * For tickets: a text that does not parse grants nothing, and the peer may connect all the same. The same text is the
   * same cap: all OSDs have one.
   */
  static parseOrNone(text: string): MgrCap {
    let cap = known.get(text);
    if (cap !== undefined) return cap;
    try {
      cap = MgrCap.parse(text);
    } catch (e) {
      if (!(e instanceof CapParseError)) throw e;
      cap = MgrCap.none;
    }
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, cap);
    return cap;
  }

  /** A grant of everything, which tell commands need. Unlike 16.2, a network is looked at. */
  isAllowAll(peerIp?: string): boolean {
    return this.#grants.some(({ grant }) => isBlanketAll(grant) && applies(grant, peerIp));
  }

  /** Bits add up over the grants. A request without letters still needs one grant. Upstream: MgrCap::is_capable */
  isCapable(request: CapRequest): boolean {
    const needed = [...request.perm].reduce((bits, letter) => bits | letterBit(letter), 0);
    let allowed = 0;
    for (const { grant, expanded } of this.#grants) {
      if (!applies(grant, request.peerIp)) continue;
      if (isBlanketAll(grant)) return true;
      allowed |= (expanded ?? [grant]).reduce((bits, g) => bits | allowedBits(g, request), 0);
      if ((allowed & needed) === needed) return true;
    }
    return false;
  }
}

function expand(grant: Grant): readonly Grant[] | undefined {
  if (grant.profile === undefined) return undefined;
  const make = PROFILES.get(grant.profile);
  if (!make) throw profileError(`unrecognized profile '${grant.profile}'`);
  return make(grant);
}

function rbdSupport(grant: Grant, perms: number): Grant {
  for (const key of grant.args.keys()) {
    if (!RBD_KEYS.includes(key)) {
      throw profileError(`profile '${grant.profile}' does not recognize key '${key}'`);
    }
  }
  return { module: "rbd_support", args: grant.args, perms };
}

function profileError(why: string): CapParseError {
  return new CapParseError(`${PREFIX} during profile evaluation: ${why}`);
}

function letterBit(letter: string): number {
  return letter === "r" ? Perm.r : letter === "w" ? Perm.w : letter === "x" ? Perm.x : 0;
}

function isBlanketAll(grant: Grant): boolean {
  return grant.perms === Perm.any && grant.service === undefined && grant.module === undefined &&
    grant.command === undefined;
}

/** 16.2 compares a blank address, so a network never matches there; the real one is what is documented. */
function applies(grant: Grant, peerIp: string | undefined): boolean {
  return grant.network === undefined || (peerIp !== undefined && isInsideNetwork(peerIp, grant.network));
}

/** Upstream: MgrCapGrant::get_allowed */
function allowedBits(grant: Grant, request: CapRequest): number {
  if (grant.service !== undefined) return grant.service === request.service ? grant.perms : 0;
  if (grant.module !== undefined) {
    if (grant.module !== request.module) return 0;
    // Constraints of a module grant count when the module asks for itself, not when a command is dispatched.
    return request.command !== "" || matches(grant.args, request.args) ? grant.perms : 0;
  }
  if (grant.command !== undefined) {
    return grant.command === request.command && matches(grant.args, request.args) ? grant.perms : 0;
  }
  return grant.perms;
}

function matches(constraints: ReadonlyMap<string, Constraint>, args: ReadonlyMap<string, string>): boolean {
  return [...constraints].every(([key, constraint]) => {
    const actual = args.get(key);
    return actual !== undefined && meets(constraint, actual);
  });
}

/** Whether the value of an argument is what the constraint wants. */
export function meets({ kind, value }: Constraint, actual: string): boolean {
  if (kind === "equal") return actual === value;
  return kind === "prefix" ? actual.startsWith(value) : fullMatch(value, actual);
}
