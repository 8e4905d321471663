/** The two orders in which Ceph's structures come out as objects. */

/**
 * "json": the order of the commands' output. "python": that of `get()` in ceph-mgr, whose formatter puts what is written
 * through a stream behind everything else of its object. Upstream: mgr/PyFormatter.cc
 */
export type DumpOrder = "json" | "python";

/**
 * The object with its streamed keys where they belong in that order: the literal is in that of "json". Streamed keys that
 * it does not have are passed over.
 */
export function inOrder<T extends object>(order: DumpOrder, value: T, streamed: readonly (keyof T)[]): T {
  if (order === "json") return value;
  const last = {} as T;
  const out = {} as T;
  // Key by key: the big dumps have a hundred thousand of these objects, and lists of entries take three times as long.
  for (const key in value) (streamed.includes(key) ? last : out)[key] = value[key];
  for (const key in last) out[key] = last[key];
  return out;
}
