/** Dumps as text, as Ceph's formatters write them. */

declare global {
  // TypeScript's library does not know it yet: https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** Numbers above 2^53 keep their digits. */
const exact = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? JSON.rawJSON(String(value)) : value;

/** One line, or indented by four blanks. Upstream: JSONFormatter in common/Formatter.cc */
export function cephJson(value: unknown, pretty = false): string {
  return JSON.stringify(value, exact, pretty ? 4 : undefined);
}
