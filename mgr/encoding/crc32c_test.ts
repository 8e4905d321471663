/** CRC32C against the examples of RFC 3720 (appendix B.4) and recorded registers. */

import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { specVectors } from "../../tests/spec_vectors.ts";
import { crc32c, crc32cAppend, crc32cZeros } from "./crc32c.ts";

const SEED = 0xffffffff;

/** As a library prints it: with the final inversion that Ceph leaves out. */
const inverted = (bytes: Uint8Array): string => ((crc32c(SEED, bytes) ^ SEED) >>> 0).toString(16);
const bytes32 = (f: (i: number) => number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => f(i));

Deno.test("crc32c() agrees with RFC 3720", () => {
  assertEquals(inverted(bytes32(() => 0)), "8a9136aa");
  assertEquals(inverted(bytes32(() => 0xff)), "62a8ab43");
  assertEquals(inverted(bytes32((i) => i)), "46dd794e");
  assertEquals(inverted(bytes32((i) => 31 - i)), "113fdb5c");
  assertEquals(inverted(new TextEncoder().encode("123456789")), "e3069283");
});

interface CrcVector {
  readonly name: string;
  readonly inputs: { readonly seed: number; readonly data: string };
  readonly expected: number;
}

for (const { name, inputs, expected } of specVectors<CrcVector[]>("crc32c") ?? []) {
  Deno.test(`crc32c() agrees with ${name}`, () => {
    assertEquals(crc32c(inputs.seed, Uint8Array.fromHex(inputs.data)), expected);
  });
}

Deno.test("crc32c() goes on where it stopped, wherever that was", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(70), fc.nat(SEED), (bytes, at, seed) => {
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const whole = crc32c(seed, bytes);
    assertEquals(crc32c(crc32c(seed, head), tail), whole);
    assertEquals(crc32cAppend(crc32c(seed, head), crc32c(0, tail), tail.length), whole);
    assertEquals(crc32cZeros(seed, at), crc32c(seed, new Uint8Array(at)));
  }));
});
