/** What backends answer, as text. */

/** Lines of a list; nothing for nothing. Upstream: OrchResult.result_str */
export function resultText(result: unknown): string {
  if (result === undefined || result === null) return "";
  return Array.isArray(result) ? result.map(text).join("\n") : text(result);
}

/** As Python's `str()`. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    return `[${value.map((one) => typeof one === "string" ? `'${one}'` : text(one)).join(", ")}]`;
  }
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
