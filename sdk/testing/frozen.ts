/** Data that nobody may change. */

/** Freezes a value and all that is in it, and answers with it: who changes it gets a TypeError. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) {
    return value;
  }
  Object.freeze(value);
  for (const item of Object.values(value)) frozen(item);
  return value;
}
