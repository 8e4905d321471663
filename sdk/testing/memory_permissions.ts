/** What a module may do in a test: asked before each of its calls, by the manager's own rules and in its words. */

import { needOf } from "../../mgr/host/call_needs.ts";
import type { HostSide } from "../../mgr/host/contract.ts";
import { Grants } from "../../mgr/host/permissions/grants.ts";
import type { Need, PlainVerb } from "../../mgr/host/permissions/need.ts";
import { formatPermission, parsePermission } from "../../mgr/host/permissions/permission.ts";
import { PermissionError as Refused } from "../../mgr/host/permissions/permission_error.ts";
import { PermissionError } from "../errors.ts";

/** Permissions that a module has: their texts, or the `deno.json` that asks for them. */
export type TestPermissions = readonly string[] | {
  /** The manager's part of it. */
  readonly mgr?: {
    /** Texts: `["get osd_map", "command mon osd tree"]`. */
    readonly permissions?: readonly string[];
  };
};

/** A call that was refused. */
export interface Refusal {
  /** Its name: "setHealthChecks". */
  readonly call: string;
  /** The permissions that it lacks: `["health"]`. */
  readonly missing: readonly string[];
}

/** Of one module. */
export class MemoryPermissions {
  readonly refusals: Refusal[] = [];
  readonly #module: string;
  /** Undefined: it may do everything. */
  #grants: Grants | undefined;

  /** Throws PermissionSyntaxError at the first text that is no permission. */
  constructor(module: string, granted: TestPermissions | undefined) {
    this.#module = module;
    this.#grants = granted && Grants.parse(module, textsOf(granted));
  }

  /** Throws PermissionError unless the module may do it. */
  allow(call: string, need: Need): void {
    const missing = this.#grants?.missing(need) ?? [];
    if (missing.length === 0) return;
    this.refusals.push({ call, missing });
    const { message } = new Refused(call, this.#module, missing);
    throw new PermissionError(message, { missing });
  }

  /** The same for a call that is told by its name. */
  allowCall(name: keyof HostSide, ...args: readonly unknown[]): void {
    const need = needOf(name, args);
    if (need !== undefined) this.allow(name, need);
  }

  /** Whether it may use a verb that stands alone. */
  has(verb: PlainVerb): boolean {
    return (this.#grants?.missing({ verb }) ?? []).length === 0;
  }

  /** Throws for a text that is no permission. */
  grant(text: string): void {
    const added = parsePermission(text);
    this.#grants = new Grants(this.#module, [...this.#required("grant", text).list(), added]);
  }

  /** Throws for one that it does not have. */
  revoke(text: string): void {
    const grants = this.#required("revoke", text);
    const revoked = formatPermission(parsePermission(text));
    if (!grants.texts.includes(revoked)) {
      const has = grants.texts.join(", ") || "none";
      throw new Error(`Cannot revoke '${revoked}': the module does not have it; it has: ${has}`);
    }
    this.#grants = new Grants(
      this.#module,
      grants.list().filter((one) => formatPermission(one) !== revoked),
    );
  }

  #required(verb: string, text: string): Grants {
    if (this.#grants !== undefined) return this.#grants;
    throw new Error(
      `Cannot ${verb} '${text}': the module may do everything; start it with { permissions: [..] }`,
    );
  }
}

function textsOf(granted: TestPermissions): readonly string[] {
  return "length" in granted ? granted : granted.mgr?.permissions ?? [];
}
