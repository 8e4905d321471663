/** What a JSON value is made of, without its values: to hold a made up answer against a real one. */

/** Where two shapes differ, as paths; [] when they are the same. Lists that are empty on a side are not looked into. */
export function shapeDifferences(ours: unknown, theirs: unknown, path = ""): string[] {
  const [a, b] = [kindOf(ours), kindOf(theirs)];
  if (a !== b) return [`${path}: ${a}, not ${b}`];
  if (Array.isArray(ours)) return listDifferences(ours, theirs as unknown[], path);
  if (a !== "object") return [];
  const [left, right] = [ours as Record<string, unknown>, theirs as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => {
    if (!Object.hasOwn(left, key)) return [`${path}.${key}: is missing`];
    if (!Object.hasOwn(right, key)) return [`${path}.${key}: is too much`];
    return shapeDifferences(left[key], right[key], `${path}.${key}`);
  });
}

/** The items of a list are alike. */
function listDifferences(ours: readonly unknown[], theirs: readonly unknown[], path: string): string[] {
  if (ours.length === 0 || theirs.length === 0) return [];
  return shapeDifferences(ours[0], theirs[0], `${path}[]`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "bigint" ? "number" : typeof value;
}
