/** The permissions of one module while the manager runs: asked before each call, changed under way. */

import type { ClusterLink } from "./cluster_link.ts";
import type { ModuleHome } from "./module_home.ts";
import { Grants } from "./permissions/grants.ts";
import type { Need, PlainVerb } from "./permissions/need.ts";
import { grantCommand, PermissionError } from "./permissions/permission_error.ts";
import {
  type Applicant,
  type GrantRecord,
  GRANTS_FRONT,
  readRecord,
  recordOf,
  type Standing,
  standingOf,
  writeRecord,
} from "./permissions/standing.ts";
import { Refusals } from "./refusals.ts";
import type { FoundModule } from "./registry.ts";

/** Where records are, and who is told. */
type PermissionLink = Pick<ClusterLink, "storeReady" | "storeValue" | "changed">;
type PermissionHome = Pick<ModuleHome, "clock" | "trusted"> & { readonly link: PermissionLink };

/** Permissions are told in a line each of `health detail`, with the command that grants them. */
export class ModulePermissions {
  readonly applicant: Applicant;
  readonly #link: PermissionLink;
  readonly #refusals: Refusals;
  readonly #trusted: ModuleHome["trusted"];
  #standing: Standing;

  /** `trusted` hears what a module may do that is wanted and has what it asks for. */
  constructor(applicant: Applicant, { clock, link, trusted }: PermissionHome) {
    this.applicant = applicant;
    this.#trusted = trusted;
    this.#link = link;
    this.#refusals = new Refusals(applicant.name, clock);
    this.#standing = standingOf(applicant, this.#record());
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Calls refused since the manager was started. */
  get refusals(): number {
    return this.#refusals.count;
  }

  /** Full key of the record. */
  get key(): string {
    return GRANTS_FRONT + this.applicant.name;
  }

  /** Throws PermissionError unless the module may do it; `call` is the method as the module knows it. */
  allow(call: string, need: Need): void {
    const missing = this.#standing.grants.missing(need);
    if (missing.length === 0) return;
    if (this.#refusals.add(call, missing)) this.#link.changed("health");
    throw new PermissionError(call, this.applicant.name, missing);
  }

  /** Whether it may use a verb that stands alone. */
  has(verb: PlainVerb): boolean {
    return this.#standing.grants.missing({ verb }).length === 0;
  }

  /** Reads the record anew. False when nothing is otherwise. */
  reread(): boolean {
    const standing = standingOf(this.applicant, this.#record());
    if (JSON.stringify(plain(standing)) === JSON.stringify(plain(this.#standing))) return false;
    this.#standing = standing;
    this.#forgetRefusals();
    return true;
  }

  /** What the operator is to decide: undefined, or what follows the module's name in a health detail. */
  get trouble(): string | undefined {
    const { pending } = this.#standing;
    const missing = [...new Set([...this.#refusals.missing, ...pending])].sort();
    if (missing.length === 0) return undefined;
    const what = this.#refusals.missing.length > 0 ? "was refused" : "asks for";
    return `${what} what it has no permission for: ${grantCommand(this.applicant.name, missing)}`;
  }

  /** What was missing for calls since the operator decided last. */
  get missing(): readonly string[] {
    return this.#refusals.missing;
  }

  /** The value of `key` that stands for these grants. */
  valueOf(grants: Grants): Uint8Array {
    return writeRecord(recordOf(this.applicant, grants));
  }

  /** The module is to run, or not any more. */
  wanted(isWanted: boolean): void {
    if (!isWanted) this.#forgetRefusals();
    else if (this.applicant.trusted) this.#trusted?.(this.applicant.name, this.#standing.grants.texts);
  }

  #forgetRefusals(): void {
    this.#refusals.forget();
    this.#link.changed("health");
  }

  /** Until the keys have come nothing is granted, and nothing asked for: the operator may have said no. */
  #record(): GrantRecord | undefined {
    if (!this.#link.storeReady()) return recordOf(this.applicant, new Grants(this.applicant.name, []));
    const value = this.#link.storeValue(this.key);
    return value === undefined ? undefined : readRecord(value);
  }
}

/** Those of a module that was found; of one that cannot be used there are none. */
export function modulePermissions(
  { name, builtin, manifest }: FoundModule,
  home: PermissionHome,
): ModulePermissions {
  const trusted = builtin || home.trusted !== undefined;
  const { clock, link } = home;
  // What comes with the manager has the same everywhere: that is no news.
  const told = builtin ? { clock, link } : home;
  return new ModulePermissions({ name, trusted, asked: manifest?.permissions ?? [] }, told);
}

const plain = ({ grants, pending, absent }: Standing) => [grants.texts, pending, absent];
