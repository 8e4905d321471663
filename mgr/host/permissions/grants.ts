/** What one module may do: its permissions, asked before each call. Pure. */

import { meets } from "../../auth/mgr_cap.ts";
import type { Constraint } from "../../auth/mgr_cap_parser.ts";
import { needsAdmin } from "./admin_commands.ts";
import { type Need, type NeedOf, permissionsFor } from "./need.ts";
import { formatPermission, parsePermission, type Permission } from "./permission.ts";

/** Longer arguments meet no constraint: a regular expression must not take its time over them. */
const MAX_CONSTRAINED_CHARS = 256;

/** The permissions of a module, in the order of their texts. */
export class Grants {
  readonly #byText: ReadonlyMap<string, Permission>;
  readonly #module: string;

  constructor(module: string, permissions: Iterable<Permission>) {
    this.#module = module;
    const pairs = [...permissions].map((one) => [formatPermission(one), one] as const);
    this.#byText = new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Throws PermissionSyntaxError at the first text that is no permission. */
  static parse(module: string, texts: Iterable<string>): Grants {
    return new Grants(module, [...texts].map(parsePermission));
  }

  /** All, or those of some verbs. */
  list(verbs?: ReadonlySet<string>): Permission[] {
    return [...this.#byText.values()].filter(({ verb }) => verbs?.has(verb) ?? true);
  }

  /** All, as `parsePermission` reads them. */
  get texts(): string[] {
    return [...this.#byText.keys()];
  }

  /**
   * What is missing for a call, as texts that `module permissions grant` takes; none: it is allowed. Throws
   * PermissionSyntaxError for a need that no permission could name.
   */
  missing(need: Need): string[] {
    const wanted = permissionsFor(need);
    if (this.#isOwn(need)) return [];
    const args = need.verb === "command" ? need.args : {};
    const isCovered = wanted.some((one) => this.list().some((granted) => covers(granted, one, args)));
    return [
      ...isCovered ? [] : [formatPermission(wanted[0])],
      ...need.verb === "command" && needsAdmin(need) && !this.#byText.has("admin") ? ["admin"] : [],
    ];
  }

  /** Whether every call that `other` allows is allowed here: what an operator need not be asked again. */
  includes(other: Permission): boolean {
    return this.#byText.has(formatPermission(other)) ||
      this.list().some((granted) => granted.constraints.size === 0 && covers(granted, other, {}));
  }

  /** Its own options, and its own methods. */
  #isOwn(need: Need): boolean {
    return (need.verb === "option" || need.verb === "remote") && need.module === this.#module;
  }
}

/** Whether a grant allows what is wanted, a permission without constraints, of a command with these arguments. */
function covers(granted: Permission, wanted: Permission, args: NeedOf<"command">["args"]): boolean {
  return granted.verb === wanted.verb && coversWords(granted, wanted) &&
    [...granted.constraints].every(([key, constraint]) =>
      Object.hasOwn(args, key) && meetsAll(constraint, args[key])
    );
}

function coversWords({ verb, words }: Permission, { words: wanted }: Permission): boolean {
  // `command mon *`: the rest, however many words it has.
  if (verb === "command" && words[1] === "*") return words[0] === wanted[0];
  const isSame = (word: string, i: number): boolean => word === "*" || word === wanted[i];
  return words.length === wanted.length &&
    words.every((word, i) => isSame(word, i) || (i === 0 && WITH_ACCESS.has(verb) && word === "write"));
}

/** Their first word is read or write, and who may write may read. */
const WITH_ACCESS: ReadonlySet<string> = new Set(["option", "rados"]);

/** A list is as good as its worst element; what is neither text nor number meets nothing. */
function meetsAll(constraint: Constraint, value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => meetsOne(constraint, one));
  return meetsOne(constraint, value);
}

function meetsOne(constraint: Constraint, value: unknown): boolean {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return false;
  const text = String(value);
  return text.length <= MAX_CONSTRAINED_CHARS && meets(constraint, text);
}
