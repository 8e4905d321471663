/** JSON as Ceph prints it. */

import { assertEquals } from "@std/assert";
import { cephFloat, cephJson } from "./ceph_json.ts";

Deno.test("cephFloat() has 17 significant digits, and exponents as printf", () => {
  const values = [1, 0.5, Math.fround(0.95), 3.4540269552962855e-05, 0.0009918212890625, 1e20, 2 ** 53];
  assertEquals(values.map(cephFloat), [
    "1",
    "0.5",
    "0.94999998807907104",
    "3.4540269552962855e-05",
    "0.0009918212890625",
    "100000000000000000000",
    "9007199254740992",
  ]);
});

Deno.test("cephJson() keeps the order of keys and takes 64-bit integers", () => {
  const value = { b: new Map([["10", 1], ["9", 2]]), a: 2n ** 63n, e: [], o: {}, s: "\x7f\n" };
  assertEquals(
    cephJson(value),
    '{"b":{"10":1,"9":2},"a":9223372036854775808,"e":[],"o":{},"s":"\\u007f\\n"}',
  );
  assertEquals(cephJson({ a: [1, {}] }, true), '{\n    "a": [\n        1,\n        {}\n    ]\n}\n');
});
