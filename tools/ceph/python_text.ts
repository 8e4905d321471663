/** Numbers and lists as the stock CLI, a Python program, reads and prints them. Pure. */

const INTEGER =
  /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*)$/;
const FLOAT = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const SPECIAL_FLOAT = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

/** `int(text, 0)`: decimal, 0x, 0o or 0b; undefined when it is no number. */
export function parseInteger(text: string): bigint | undefined {
  const body = text.trim();
  if (!INTEGER.test(body)) return undefined;
  const magnitude = BigInt(body.replace(/^[+-]/, "").replaceAll("_", ""));
  return body.startsWith("-") ? -magnitude : magnitude;
}

/** `int(text)`: decimal only, with leading zeros; undefined when it is no number. */
export function parseDecimal(text: string): bigint | undefined {
  const body = text.trim();
  return /^[+-]?\d(?:_?\d)*$/.test(body) ? BigInt(body.replace("+", "").replaceAll("_", "")) : undefined;
}

/** `float(text)`; undefined when it is no number. */
export function parseFloatText(text: string): number | undefined {
  const body = text.trim();
  const special = SPECIAL_FLOAT.exec(body);
  if (special) return special[2] === undefined ? NaN : special[1] === "-" ? -Infinity : Infinity;
  return FLOAT.test(body) ? Number(body.replaceAll("_", "")) : undefined;
}

/** `repr` of a float: `1.0`, `0.5`, `1e+16`, `inf`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** `repr` of a string: in single quotes, unless it holds some and no double ones. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll(
    "\t",
    "\\t",
  );
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** `str` of a list of strings: `['a', 'b']`. */
export function listText(words: readonly string[]): string {
  return `[${words.map(quoted).join(", ")}]`;
}
