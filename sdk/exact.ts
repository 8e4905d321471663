/** Numbers of 64 bits in cluster data: which of them are bigints, and how they come out of JSON with all their digits. */

/**
 * Keys whose numbers say who or which, or are masks of features: always `bigint`, whatever the value; `*` stands for a
 * number. All other numbers are quantities: `number`, rounded above 2^53.
 */
export const BIGINT_KEYS: readonly [
  ...["gid", "active_gid", "mds_*"],
  ...["features", "mgr_features", "active_mgr_features"],
  ...["ever_allowed_features", "explicitly_allowed_features"],
  ...["seq", "reported_seq", "state_seq"],
  ...["snap_seq", "snapid", "begin"],
  "auid",
] = [
  // Sessions: global ids; those of metadata servers by rank.
  ...["gid", "active_gid", "mds_*"] as const,
  // What a daemon can.
  ...["features", "mgr_features", "active_mgr_features"] as const,
  ...["ever_allowed_features", "explicitly_allowed_features"] as const,
  // Sequence numbers.
  ...["seq", "reported_seq", "state_seq"] as const,
  // Snapshots.
  ...["snap_seq", "snapid", "begin"] as const,
  // Owners of pools.
  "auid",
];

const KEYS = BIGINT_KEYS.map((key) => key.replace("*", "\\d+")).join("|");
const NUMBERS = new RegExp(`"(${KEYS})":(-?\\d+)(?=[,}])`, "g");
/** Stands before the digits while they pass through JSON.parse: no text of Ceph begins with it. */
const MARK = "\0";
const MARKED = /^\0-?\d+$/;

/** Parses cluster data as the manager writes it: without blanks between keys and values. */
export function parseData(json: string): unknown {
  const marked = json.replace(NUMBERS, (_, key, digits) => `"${key}":"\\u0000${digits}"`);
  const value: unknown = JSON.parse(marked);
  if (marked !== json) unmark(value);
  return value;
}

/** Writes what parseData() reads: JSON without blanks, bigints with all their digits. */
export function formatData(value: unknown): string {
  const marked = JSON.stringify(
    value,
    (_, item) => typeof item === "bigint" ? `${MARK}${item}` : item,
  );
  return marked.replace(/"\\u0000(-?\d+)"/g, "$1");
}

function unmark(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    const item = object[key];
    if (typeof item === "object") unmark(item);
    else if (typeof item === "string" && item.startsWith(MARK) && MARKED.test(item)) {
      object[key] = BigInt(item.slice(1));
    }
  }
}

const EXACT: ReadonlySet<string> = new Set(BIGINT_KEYS.filter((key) => !key.includes("*")));
/** Those with a number in them. */
const EXACT_PATTERNS = BIGINT_KEYS.filter((key) => key.includes("*")).map((key) => ({
  front: key.replace("*", ""),
  whole: new RegExp(`^${key.replace("*", "\\d+")}$`),
}));

function isExact(key: string): boolean {
  return EXACT.has(key) ||
    EXACT_PATTERNS.some(({ front, whole }) => key.startsWith(front) && whole.test(key));
}

/** Gives numbers of a value the types that parseData() gives them, in place. For values that nobody else has yet. */
export function withExactTypes(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  // Lists are long, and have no keys.
  if (Array.isArray(value)) return listWithExactTypes(value);
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    const item = object[key];
    if (typeof item === "object") withExactTypes(item);
    else if (typeof item === "bigint" && !isExact(key)) object[key] = Number(item);
    else if (typeof item === "number" && isExact(key)) object[key] = BigInt(item);
  }
  return value;
}

function listWithExactTypes(list: unknown[]): unknown[] {
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item === "object") withExactTypes(item);
    else if (typeof item === "bigint") list[i] = Number(item);
  }
  return list;
}
