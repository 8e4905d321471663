/** The two orders in which Ceph's structures come out as objects. */

/**
 * "json": the order of the commands' output. "python": that of `get()` in ceph-mgr, whose formatter puts what is written
 * through a stream behind everything else of its object. Upstream: mgr/PyFormatter.cc
 */
export type DumpOrder = "json" | "python";

/** The object with its streamed keys where they belong in that order; the literal is in that of "json". */
export function inOrder<T extends object>(order: DumpOrder, value: T, streamed: readonly (keyof T)[]): T {
  if (order === "json") return value;
  const last = new Set<PropertyKey>(streamed);
  const entries = Object.entries(value);
  return Object.fromEntries([
    ...entries.filter(([key]) => !last.has(key)),
    ...entries.filter(([key]) => last.has(key)),
  ]) as T;
}
