/** The order in which modules see keys: upstream's formatter for them puts texts that were written as streams last. */

/** By data name: keys whose value upstream writes as a stream. Upstream: PyFormatter::dump_stream, finish_pending_streams */
const STREAMS: Readonly<Record<string, ReadonlySet<string>>> = {
  mgr_map: new Set(["addr", "active_addr", "active_change"]),
  mon_map: new Set([
    ...["fsid", "modified", "created", "disallowed_leaders: ", "removed_ranks: "],
    ...["addr", "public_addr", "crush_location"],
  ]),
  fs_map: new Set(["addr", "state", "created", "modified"]),
  service_map: new Set(["modified", "start_stamp"]),
};

/** The value as modules are to see it. */
export function asModulesSee(name: string, value: unknown): unknown {
  const keys = STREAMS[name];
  return keys === undefined ? value : streamsLast(value, keys);
}

/** Moves texts under these keys to the end of their objects. */
export function streamsLast(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => streamsLast(item, keys));
  if (typeof value !== "object" || value === null) return value;
  const plain: [string, unknown][] = [];
  const streams: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const isStream = typeof item === "string" && keys.has(key);
    (isStream ? streams : plain).push([key, streamsLast(item, keys)]);
  }
  return Object.fromEntries([...plain, ...streams]);
}
