/** Values that pass from one module to another: checked and copied, never followed deeper than a limit. */

import { Decoder, Encoder } from "@msgpack/msgpack";
import { checkEnvelope } from "../envelope_check.ts";

/** Lists in lists: whoever gets the value may follow it by functions that call themselves. */
export const MAX_DEPTH = 64;
/** Values in one value: those in lists and objects counted. */
export const MAX_VALUES = 1_000_000;

const encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true, maxDepth: MAX_DEPTH + 2 });
const decoder = new Decoder({ useBigInt64: true });
const NOTHING = new Uint8Array(0);

/** The value in MessagePack; no bytes for undefined. Throws a TypeError that says what cannot pass. */
export function encodePlain(value: unknown): Uint8Array {
  if (value === undefined) return NOTHING;
  checkPlain(value);
  return encoder.encode(value);
}

/** The value of what another module has sent. Throws an Error for what is none. */
export function decodePlain(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  checkEnvelope(bytes);
  const value = decoder.decode(bytes);
  checkPlain(value);
  return value;
}

/** The list of arguments; those at the end that are left out take their defaults. Throws as encodePlain. */
export function encodeArguments(args: readonly unknown[]): Uint8Array {
  const given = args.findLastIndex((arg) => arg !== undefined) + 1;
  return encodePlain(args.slice(0, given));
}

/** The other end of encodeArguments. */
export function decodeArguments(bytes: Uint8Array): readonly unknown[] {
  const args = decodePlain(bytes);
  if (!Array.isArray(args)) throw new TypeError("Cannot take the arguments: they are no list");
  return args;
}

interface Place {
  readonly value: unknown;
  readonly depth: number;
}

/** Throws a TypeError when it holds something else than plain data, or too much, or itself. */
function checkPlain(value: unknown): void {
  const places: Place[] = [{ value, depth: 0 }];
  for (let place = places.pop(), count = 1; place !== undefined; place = places.pop(), count++) {
    if (count > MAX_VALUES) fail(`it holds more than ${MAX_VALUES} values`);
    const depth = place.depth + 1;
    for (const child of childrenOf(place.value)) places.push({ value: child, depth });
    if (depth > MAX_DEPTH + 1) fail(`it is deeper than ${MAX_DEPTH}`);
  }
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "function" || typeof value === "symbol") return fail(`a ${typeof value} cannot pass`);
  if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
    return fail(`${value} has more than 64 bits`);
  }
  if (typeof value !== "object" || value === null) return [];
  if (value instanceof Uint8Array || value instanceof Date) return [];
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return fail(`an object of class ${value.constructor?.name} cannot pass; make a plain object of it`);
  }
  if (Object.hasOwn(value, "__proto__")) return fail("'__proto__' is no key");
  return Object.values(value);
}

function fail(why: string): never {
  throw new TypeError(`Cannot pass the value to another module: ${why}`);
}
