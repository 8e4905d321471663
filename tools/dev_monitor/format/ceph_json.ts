/** JSON as Ceph's formatter writes it: field order kept, 64-bit integers, floats with 17 digits. Upstream: common/Formatter.cc */

/** A value to print: arrays, objects (of such values) and maps, whose keys keep their order also where they look like numbers. */
export type CephJson =
  | string
  | number
  | bigint
  | boolean
  | null
  | object;

/** One line, or 4 blanks for each level and a line break at the end. Fields that are undefined are left out. */
export function cephJson(value: CephJson, pretty = false): string {
  return pretty ? `${write(value, "\n")}\n` : write(value, "");
}

/** `newline` is a line break with the present indentation, or empty for the compact form. */
function write(value: CephJson, newline: string): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return cephFloat(value);
  if (typeof value !== "object" || value === null) return String(value);
  const inner = newline === "" ? "" : `${newline}    `;
  const colon = newline === "" ? ":" : ": ";
  if (isArray(value)) return wrap("[", value.map((item) => write(item, inner)), "]", newline, inner);
  const entries = isMap(value) ? [...value] : Object.entries<CephJson>({ ...value });
  const fields = entries.filter(([, v]) => v !== undefined)
    .map(([key, v]) => `${quote(key)}${colon}${write(v, inner)}`);
  return wrap("{", fields, "}", newline, inner);
}

const isArray = (value: object): value is readonly CephJson[] => Array.isArray(value);
const isMap = (value: object): value is ReadonlyMap<string, CephJson> => value instanceof Map;

function wrap(open: string, items: readonly string[], close: string, newline: string, inner: string): string {
  if (items.length === 0) return open + close;
  return `${open}${inner}${items.join(`,${inner}`)}${newline}${close}`;
}

/** Control characters and DEL as \u00XX, like upstream's escape_json. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/** `%.17g`: what a double prints as; integers stay integers. */
export function cephFloat(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const [mantissa, exponent] = value.toExponential(16).split("e") as [string, string];
  const power = Number(exponent);
  const trim = (digits: string): string => digits.replace(/\.?0+$/, "");
  if (power < -4 || power >= 17) {
    const sign = power < 0 ? "-" : "+";
    return `${trim(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return trim(value.toFixed(16 - power));
}
