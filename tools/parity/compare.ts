/** What differs between two dumps of the same cluster: keys, their order, types and values. Pure. */

/** A value as it comes out of JSON; whole numbers above 2^53 are bigints. */
export type Dumped = null | boolean | number | bigint | string | Dumped[] | { [key: string]: Dumped };

/** One way in which two dumps can differ. */
export type DifferenceKind = "missing" | "extra" | "order" | "type" | "value";

/** One difference. Paths look like `osd_map.pools[2].pool`. */
export interface Difference {
  readonly path: string;
  readonly kind: DifferenceKind;
  /** Excerpts of both sides, as JSON. */
  readonly real: string;
  readonly own: string;
}

/**
 * What need not be equal. Patterns are paths in which `[]` stands for any element, `[name]` for the element of that name
 * in a keyed list, `*` for any key, and a final `**` for everything below; a dot or bracket inside a key is a colon.
 */
export interface Rules {
  /** Values that differ by nature, each with the reason; their types must agree all the same. */
  readonly natural: Readonly<Record<string, string>>;
  /** Numbers that move a little while the dumps are taken, each with the reason. */
  readonly drifting: Readonly<Record<string, string>>;
  /** Lists without an order: pattern of the list -> the field that names an element; "" when it is the element itself. */
  readonly keyed: Readonly<Record<string, string>>;
  /** Objects whose keys come from a hash table. */
  readonly unordered: readonly string[];
}

/** What a comparison comes to. */
export interface Comparison {
  /** Values looked at. */
  readonly values: number;
  /** Of these, the ones that are allowed to differ, wholly or a little. */
  readonly natural: number;
  readonly differences: readonly Difference[];
}

const EXCERPT_CHARS = 120;
/** By how much of the greater one two drifting numbers may differ. */
const DRIFT = 0.1;
const WILDCARDS: Readonly<Record<string, string>> = { "*": "[^.[]*", "**": ".*", "[]": "\\[[^\\]]*\\]" };

/** Reads JSON; whole numbers that a double cannot hold keep their digits. */
export function parseExact(text: string): Dumped {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? "";
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

/** Reads a dump in which bigints are `{"$bigint": digits}`; other numbers are as exact as they were in the module. */
export function parseTagged(text: string): Dumped {
  return JSON.parse(text, (_key, value: unknown) => {
    const isTagged = typeof value === "object" && value !== null && "$bigint" in value;
    return isTagged ? BigInt(String(value.$bigint)) : value;
  });
}

/** Compares what stands under `path` on both sides. */
export function compareDumps(path: string, real: Dumped, own: Dumped, rules: Rules): Comparison {
  const walk = new Walk(rules);
  walk.compare(path, path, real, own);
  const { values, natural, differences } = walk;
  return { values, natural, differences };
}

class Walk implements Comparison {
  values = 0;
  natural = 0;
  readonly differences: Difference[] = [];
  readonly #natural: RegExp;
  readonly #drifting: RegExp;
  readonly #keyed: readonly (readonly [RegExp, string])[];
  readonly #unordered: RegExp;

  constructor(rules: Rules) {
    this.#natural = anyOf(Object.keys(rules.natural));
    this.#drifting = anyOf(Object.keys(rules.drifting));
    this.#keyed = Object.entries(rules.keyed).map(([pattern, key]) => [anyOf([pattern]), key]);
    this.#unordered = anyOf(rules.unordered);
  }

  /** `shape` is the path as patterns see it. */
  compare(path: string, shape: string, real: Dumped, own: Dumped): void {
    if (typeOf(real) !== typeOf(own)) return this.#add("type", path, real, own);
    if (this.#natural.test(shape)) return this.#leaf(true);
    if (Array.isArray(real)) return this.#lists(path, shape, real, own as Dumped[]);
    if (typeof real === "object" && real !== null) {
      return this.#objects(path, shape, real, own as { [key: string]: Dumped });
    }
    const drifting = this.#drifting.test(shape);
    this.#leaf(drifting);
    if (!sameValue(real, own) && !(drifting && isNear(real, own))) this.#add("value", path, real, own);
  }

  #objects(
    path: string,
    shape: string,
    real: { [key: string]: Dumped },
    own: { [key: string]: Dumped },
  ): void {
    const at = (top: string, key: string): string => `${top}.${key}`;
    this.#entries(path, shape, new Map(Object.entries(real)), new Map(Object.entries(own)), at);
    if (this.#unordered.test(shape)) return;
    const realOrder = visibleOrder(Object.keys(real).filter((key) => Object.hasOwn(own, key)));
    const ownOrder = visibleOrder(Object.keys(own).filter((key) => Object.hasOwn(real, key)));
    if (String(realOrder) !== String(ownOrder)) this.#add("order", path, realOrder, ownOrder);
  }

  #lists(path: string, shape: string, real: Dumped[], own: Dumped[]): void {
    const key = this.#keyed.find(([pattern]) => pattern.test(shape))?.[1];
    const named = (list: Dumped[]): Map<string, Dumped> =>
      new Map(list.map((item, i) => [key === undefined ? String(i) : elementName(item, key), item]));
    this.#entries(path, shape, named(real), named(own), (top, name) => `${top}[${name}]`);
  }

  #entries(
    path: string,
    shape: string,
    real: ReadonlyMap<string, Dumped>,
    own: ReadonlyMap<string, Dumped>,
    at: (top: string, key: string) => string,
  ): void {
    for (const key of new Set([...real.keys(), ...own.keys()])) {
      const [a, b] = [real.get(key), own.get(key)];
      const below = at(shape, key.replaceAll(/[.[\]]/g, ":"));
      if (a !== undefined && b !== undefined) this.compare(at(path, key), below, a, b);
      else if (!this.#natural.test(below)) {
        this.#add(b === undefined ? "missing" : "extra", at(path, key), a ?? null, b ?? null);
      }
    }
  }

  #leaf(natural: boolean): void {
    this.values++;
    if (natural) this.natural++;
  }

  #add(kind: DifferenceKind, path: string, real: Dumped, own: Dumped): void {
    this.differences.push({ path, kind, real: excerpt(real), own: excerpt(own) });
  }
}

/** JavaScript lists keys that look like array indices first, whatever order they were written in. */
function visibleOrder(keys: readonly string[]): string[] {
  return keys.filter((key) => !/^(?:0|[1-9]\d{0,9})$/.test(key));
}

function typeOf(value: Dumped): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "bigint" ? "number" : typeof value;
}

/** Small bigints are equal to numbers, which have no type of their own on the other side. Rounded ones are not. */
function sameValue(real: Dumped, own: Dumped): boolean {
  if (real === own) return true;
  const isWhole = (value: Dumped): value is number =>
    typeof value === "number" && Number.isSafeInteger(value);
  if (typeof own === "bigint") return isWhole(real) && BigInt(real) === own;
  return typeof real === "bigint" && isWhole(own) && real === BigInt(own);
}

function isNear(real: Dumped, own: Dumped): boolean {
  const [a, b] = [Number(real), Number(own)];
  return Math.abs(a - b) <= DRIFT * Math.max(Math.abs(a), Math.abs(b));
}

function elementName(item: Dumped, key: string): string {
  const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
  const name = key !== "" && isObject ? item[key] ?? null : item;
  return typeof name === "string" ? name : json(name);
}

/** One expression for many patterns. */
function anyOf(patterns: readonly string[]): RegExp {
  const one = (pattern: string): string =>
    pattern.replaceAll(/\*\*$|\*|\[\]|[.+?^${}()|\\[\]]/g, (token) => WILDCARDS[token] ?? `\\${token}`);
  return new RegExp(patterns.length === 0 ? "(?!)" : `^(?:${patterns.map(one).join("|")})$`);
}

function json(value: Dumped): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? String(item) : item));
}

function excerpt(value: Dumped): string {
  const text = json(value);
  return text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}..` : text;
}
