/** What passes from one module to another, and what does not. */

import { assertEquals, assertThrows } from "@std/assert";
import { encode } from "@msgpack/msgpack";
import {
  decodeArguments,
  decodePlain,
  encodeArguments,
  encodePlain,
  MAX_DEPTH,
  MAX_VALUES,
} from "./plain_value.ts";

const passed = (value: unknown): unknown => decodePlain(encodePlain(value));

function deep(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

Deno.test("encodePlain() and decodePlain() copy plain data", () => {
  const values = [
    null,
    undefined,
    true,
    -1,
    1.5,
    2 ** 52,
    2n ** 63n - 1n,
    "ä",
    new Uint8Array([0, 255]),
    new Date(1e12),
    [],
    { a: [{ b: null }], "": {} },
    deep(MAX_DEPTH),
  ];
  for (const value of values) assertEquals(passed(value), value);
  const given = { list: [1] };
  const got = passed(given) as typeof given;
  got.list.push(2);
  assertEquals(given.list, [1]);
  assertEquals(passed({ a: undefined, b: 1 }), { b: 1 });
});

Deno.test("encodePlain() refuses what would not arrive as it was", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const cases: readonly (readonly [unknown, string])[] = [
    [new Map([[1, 2]]), "an object of class Map cannot pass"],
    [{ a: new (class Box {})() }, "an object of class Box cannot pass"],
    [() => 1, "a function cannot pass"],
    [[Symbol("a")], "a symbol cannot pass"],
    [2n ** 64n, "has more than 64 bits"],
    [JSON.parse('{"__proto__": 1}'), "'__proto__' is no key"],
    [deep(MAX_DEPTH + 1), `it is deeper than ${MAX_DEPTH}`],
    [deep(100_000), `it is deeper than ${MAX_DEPTH}`],
    [circle, `it is deeper than ${MAX_DEPTH}`],
    [Array(MAX_VALUES).fill(1), `more than ${MAX_VALUES} values`],
  ];
  for (const [value, message] of cases) assertThrows(() => encodePlain(value), TypeError, message);
});

Deno.test("decodePlain() refuses depth, bombs and nonsense of a process that is not ours", () => {
  const nested = new Uint8Array(100_001).fill(0x91);
  nested[100_000] = 0;
  assertThrows(() => decodePlain(nested), TypeError, `it is deeper than ${MAX_DEPTH}`);
  assertThrows(() => decodePlain(new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff])), Error, "it ends too early");
  assertThrows(() => decodePlain(new Uint8Array([0xc1])), Error);
  assertThrows(() => decodePlain(encode([1]).subarray(0, 1)), Error);
  assertThrows(() => decodePlain(new Uint8Array([0xd4, 5, 0])), TypeError, "an object of class ExtData");
});

Deno.test("decodeArguments() gives the arguments of encodeArguments(); those left out at the end take their defaults", () => {
  assertEquals(decodeArguments(encodeArguments([1, undefined, "b", undefined])), [1, null, "b"]);
  assertEquals(decodeArguments(encodeArguments([undefined])), []);
  assertThrows(() => decodeArguments(encodePlain({})), TypeError, "they are no list");
});
