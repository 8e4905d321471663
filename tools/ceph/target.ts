/** To whom a command goes: any monitor, one daemon, or the daemon of a placement group. Upstream: find_cmd_target */

import { ArgError } from "./arg_error.ts";
import { checkPgid, readName } from "./arg_types.ts";

/** One receiver. `id` of a monitor, a manager or an MDS is its name, rank or gid; without one it is the one that acts. */
export type Target =
  | { readonly kind: "mon" | "mgr"; readonly id?: string }
  | { readonly kind: "osd" | "mds" | "pg"; readonly id: string };

/** All daemons of a kind. */
export const EVERY = "*";

/** `mon.a`, `pg.1.0`, `mgr`. */
export function targetName({ kind, id }: Target): string {
  return id === undefined ? kind : `${kind}.${id}`;
}

/** The words that name a target, and the command that goes there. */
export interface Addressed {
  readonly target: Target;
  readonly words: readonly string[];
  /** Whether `tell` was said. */
  readonly tell: boolean;
}

/** Takes `tell TARGET` off the words; `pg PGID ..` stays as it is. Throws ArgError for a target that is none. */
export function addressed(words: readonly string[]): Addressed {
  if (words[0] === "tell") {
    const target = words.length > 1 ? tellTarget(words[1]!) : { kind: "mon" } as const;
    return { target, words: words.slice(2), tell: true };
  }
  const pg = words[0] === "pg" && words.length > 1 && isPgid(words[1]!);
  return { target: pg ? { kind: "pg", id: words[1]! } : { kind: "mon" }, words, tell: false };
}

function tellTarget(word: string): Target {
  if (isPgid(word)) return { kind: "pg", id: word };
  const { type, id } = readName(word);
  if (type === "mon" || type === "mgr") return id === undefined ? { kind: type } : { kind: type, id };
  if ((type === "osd" || type === "mds") && id !== undefined) return { kind: type, id };
  throw new ArgError(
    `Bad target type '${type ?? word}': name one as osd.0, mon.a, mds.a, mgr or a PG as 1.0`,
  );
}

function isPgid(word: string): boolean {
  try {
    checkPgid(word);
    return true;
  } catch {
    return false;
  }
}
