/** What an entity may do at the monitor: its `mon` cap string. Upstream: mon/MonCap.cc */

import { type Constraint, type Grant, parseGrants, Perm } from "../../../mgr/auth/mgr_cap_parser.ts";
import { isInsideNetwork } from "../../../mgr/auth/network.ts";
import { fullMatch } from "../../../mgr/auth/posix_regex.ts";
import { PROFILES } from "./mon_profiles.ts";

/** One question. */
export interface MonCapRequest {
  /** "mon", "osd", "mgr", "config-key", "auth", .. */
  readonly service: string;
  /** The whole prefix of a command; "" for messages. */
  readonly command?: string;
  readonly args?: ReadonlyMap<string, string>;
  /** Letters of r, w, x. */
  readonly perm: string;
}

/** The text does not follow the grammar, in the words of the monitors. */
export class MonCapParseError extends Error {
  override readonly name = "MonCapParseError";
}

const BITS: Readonly<Record<string, number>> = { r: Perm.r, w: Perm.w, x: Perm.x };
/** CephFS clients name their file system in a grant of the monitors; there is none here. */
const FS_NAME = /(allow[ \t]+[rwx*]+)[ \t]+fsname[= \t]+\S+/g;

/** The grants of one entity. */
export class MonCap {
  readonly #grants: readonly Grant[];
  /** `mgr.x`: profiles give a daemon its own part of the key-value store. */
  readonly #entity: string;

  private constructor(grants: readonly Grant[], entity: string) {
    this.#grants = grants;
    this.#entity = entity;
  }

  /** Throws MonCapParseError with the text that `auth caps` answers. */
  static parse(text: string, entity: string): MonCap {
    const { grants, end } = parseGrants(text.replace(FS_NAME, "$1"));
    const whole = end === text.replace(FS_NAME, "$1").length;
    if (grants.length === 0 || !whole || grants.some(({ module }) => module !== undefined)) {
      const where = whole ? "stopped at end" : `stopped at '${text.slice(end)}'`;
      throw new MonCapParseError(`mon capability parse failed, ${where} of '${text}'`);
    }
    return new MonCap(grants, entity);
  }

  /** `allow *`: what grants of networks do not narrow. */
  isAllowAll(): boolean {
    return this.#grants.some(isBlanketAll);
  }

  /** Bits add up over the grants. Upstream: MonCap::is_capable */
  isCapable(request: MonCapRequest, peerIp: string): boolean {
    const needed = [...request.perm].reduce((bits, letter) => bits | (BITS[letter] ?? 0), 0);
    let allowed = 0;
    for (const grant of this.#grants) {
      if (grant.network !== undefined && !isInsideNetwork(peerIp, grant.network)) continue;
      if (isBlanketAll(grant)) return true;
      allowed |= this.#allowedBits(grant, request);
      if ((allowed & needed) === needed) return true;
    }
    return false;
  }

  /** Upstream: MonCapGrant::get_allowed */
  #allowedBits(grant: Grant, request: MonCapRequest): number {
    if (grant.profile !== undefined) {
      const grants = PROFILES.get(grant.profile)?.(this.#entity) ?? [];
      return grants.reduce((bits, g) => bits | this.#allowedBits(g, request), 0);
    }
    if (grant.service !== undefined) return grant.service === request.service ? grant.perms : 0;
    if (grant.command !== undefined) {
      return grant.command === request.command && matches(grant.args, request.args) ? Perm.any : 0;
    }
    // The key-value store is not for blanket grants, `allow *` aside.
    return request.service === "config-key" ? 0 : grant.perms;
  }
}

function isBlanketAll({ perms, profile, service, command }: Grant): boolean {
  return perms === Perm.any && profile === undefined && service === undefined && command === undefined;
}

function matches(
  constraints: ReadonlyMap<string, Constraint>,
  args: ReadonlyMap<string, string> = new Map(),
): boolean {
  return [...constraints].every(([key, { kind, value }]) => {
    const actual = args.get(key);
    if (actual === undefined) return false;
    if (kind === "equal") return actual === value;
    return kind === "prefix" ? actual.startsWith(value) : fullMatch(value, actual);
  });
}
