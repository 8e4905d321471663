/** Where two values differ: to compare what was decoded with what was meant. */

/** Path of the first difference (`osdSum.statfs.total`, "" for the value itself); undefined when `b` is what `a` says. */
export function firstDifference(a: unknown, b: unknown): string | undefined {
  if (a === b) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return "";
  if (a instanceof Map && b instanceof Map) return inMaps(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return inArrays(a, b);
  if (a instanceof Map || b instanceof Map || Array.isArray(a) !== Array.isArray(b)) return "";
  return inObjects(a, b);
}

/** Whether `b` is what `a` says. */
export const isSame = (a: unknown, b: unknown): boolean => firstDifference(a, b) === undefined;

function inMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): string | undefined {
  if (a.size !== b.size) return "";
  for (const [key, value] of a) {
    const where = b.has(key) ? firstDifference(value, b.get(key)) : "";
    if (where !== undefined) return below(key, where);
  }
  return undefined;
}

/** By number, not by key: the keys of a list of 10,000 OSDs are as many strings. */
function inArrays(a: readonly unknown[], b: readonly unknown[]): string | undefined {
  if (a.length !== b.length) return "";
  for (let i = 0; i < a.length; i++) {
    const where = firstDifference(a[i], b[i]);
    if (where !== undefined) return below(i, where);
  }
  return undefined;
}

/** Of objects only what `a` has is compared: what was meant may carry more than goes over the wire. */
function inObjects(a: object, b: object): string | undefined {
  for (const key of Object.keys(a)) {
    const where = Object.hasOwn(b, key) ? firstDifference(Reflect.get(a, key), Reflect.get(b, key)) : "";
    if (where !== undefined) return below(key, where);
  }
  return undefined;
}

const below = (
  key: unknown,
  where: string,
): string => (where === "" ? String(key) : `${String(key)}.${where}`);
