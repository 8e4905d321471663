/** JSON of two sources made comparable: numbers as values, integers to the last digit, keys in their order. */

/** `context` is there since ES2025; TypeScript's library does not know it yet. */
type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

const exactly: Reviver = (_key, value, { source }) =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? BigInt(source)
    : value;

/** Parses; integers beyond 2^53 are bigints. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, exactly as (key: string, value: unknown) => unknown);
}

/** One text for all texts of the same value; objects under the keys `unordered` are sorted by their keys. */
export function canonicalJson(text: string, unordered: readonly string[] = []): string {
  const sorted = (key: string, value: unknown): unknown =>
    unordered.includes(key) && typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(
    parseExactly(text),
    (key, value) => (typeof value === "bigint" ? `integer ${value}` : sorted(key, value)),
    1,
  );
}
