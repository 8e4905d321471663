/** Numbers of OSDs in commands. Upstream: parse_osd_id in common/ceph_argparse, cmd_getval of CephOsdName */

import { fail } from "../commands/args.ts";

/** `3` or `osd.3`. Throws a CommandError for anything else. */
export function parseOsdId(text: string): number {
  const digits = text.startsWith("osd.") ? text.slice(4) : text;
  if (!/^\d+$/.test(digits)) {
    throw fail("inval", `Expected option value to be integer, got '${digits}'invalid osd id-1`);
  }
  return Number(digits);
}

/** `any`, `all` or `*` stands for all that `all` lists. */
export function parseOsdIds(words: readonly string[], all: () => readonly number[]): readonly number[] {
  const everybody = words.some((word) => word === "any" || word === "all" || word === "*");
  return everybody ? all() : words.map(parseOsdId);
}
