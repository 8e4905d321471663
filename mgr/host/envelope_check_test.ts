/** MessagePack that lies about how much is to come. */

import { assertEquals, assertThrows } from "@std/assert";
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { checkEnvelope, MAX_ENVELOPE_VALUES } from "./envelope_check.ts";

Deno.test("checkEnvelope() passes everything that encodes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 300 }), (value, bytes) => {
      checkEnvelope(encode([value, bytes, { bytes, value }]));
    }),
  );
  const values = [
    2 ** 31,
    -(2 ** 40),
    1.5,
    Math.fround(0.1),
    "x".repeat(70_000),
    new Date(),
    new Uint8Array(70_000),
  ];
  checkEnvelope(encode([...values, Array.from({ length: 70_000 }, (_, i) => i), "x".repeat(300)]));
  checkEnvelope(encode(Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [i, i]))));
});

Deno.test("checkEnvelope() refuses what is cut off or goes on", () => {
  const envelope = encode([1, 2, "abc", { a: [new Uint8Array(300)] }, 1.5]);
  for (let length = 0; length < envelope.length; length++) {
    assertThrows(() => checkEnvelope(envelope.subarray(0, length)), Error);
  }
  assertThrows(() => checkEnvelope(new Uint8Array([...envelope, 0])), Error, "its length is wrong");
});

Deno.test("checkEnvelope() refuses arrays and maps that announce more than there is", () => {
  const nested = new Uint8Array(500);
  for (let i = 0; i < 100; i++) nested.set([0xdd, 0, 0x0f, 0x42, 0x40], 5 * i);
  assertThrows(() => checkEnvelope(nested), Error, "it ends too early");
  assertThrows(
    () => checkEnvelope(new Uint8Array([0xdf, 0xff, 0xff, 0xff, 0xff, 0, 0])),
    Error,
    "it ends too early",
  );
  assertThrows(
    () => checkEnvelope(new Uint8Array([0xc6, 0xff, 0xff, 0xff, 0xff, 0])),
    Error,
    "its length is wrong",
  );
});

Deno.test("checkEnvelope() refuses more values than memory is for", () => {
  const envelope = new Uint8Array(5 + MAX_ENVELOPE_VALUES);
  envelope.set([0xdd], 0);
  new DataView(envelope.buffer).setUint32(1, MAX_ENVELOPE_VALUES);
  assertThrows(() => checkEnvelope(envelope), Error, `more than ${MAX_ENVELOPE_VALUES} values`);
});

Deno.test("checkEnvelope() throws an Error, and nothing else, for any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    try {
      checkEnvelope(bytes);
    } catch (e) {
      assertEquals(e instanceof Error, true);
    }
  }));
});
