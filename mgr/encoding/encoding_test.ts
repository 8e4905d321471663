/** Decoder, encoder and crc32c against themselves and known values. */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { crc32c, decodeAll, DecodeError, Decoder, Encoder } from "./mod.ts";

interface Sample {
  a: number;
  b: string;
  c: number[];
}
const sample = (d: Decoder): Sample =>
  d.versioned("Sample", 2, (d) => ({ a: d.u32(), b: d.string(), c: d.list((d) => d.u16()) }));

function bytesOf(write: (e: Encoder) => void): Uint8Array<ArrayBuffer> {
  const e = new Encoder(1);
  write(e);
  return e.finish().slice();
}

Deno.test("Decoder and Encoder speak the same verbs", () => {
  const bytes = bytesOf((e) =>
    e.u8(1).u16(2).u32(3).i8(-1).i16(-2).i32(-3).u64(2n ** 64n - 1n).i64(-4n).u64n(2 ** 53).i64n(-5).f32(0.5)
      .f64(0.1).bool(true).string("é").varint(300).optional(7, (e, v) => void e.u8(v))
      .map(new Map([["k", "v"]]), (e, k) => void e.string(k), (e, v) => void e.string(v))
  );
  const d = new Decoder(bytes);
  assertEquals(
    [
      d.u8(),
      d.u16(),
      d.u32(),
      d.i8(),
      d.i16(),
      d.i32(),
      d.u64(),
      d.i64(),
      d.u64n(),
      d.i64n(),
      d.f32(),
      d.f64(),
    ],
    [1, 2, 3, -1, -2, -3, 2n ** 64n - 1n, -4n, 2 ** 53, -5, 0.5, 0.1],
  );
  assertEquals([d.bool(), d.string(), d.varint(), d.optional((d) => d.u8())], [true, "é", 300, 7]);
  assertEquals(d.stringMap(), new Map([["k", "v"]]));
  d.finish();
});

Deno.test("Encoder.i64n() and Decoder.i64n() keep every safe integer", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (n) => {
    assertEquals(decodeAll(bytesOf((e) => e.i64n(n)), (d) => d.i64n()), n);
    assertEquals(decodeAll(bytesOf((e) => e.i64n(n)), (d) => d.i64()), BigInt(n));
  }));
});

Deno.test("Decoder.versioned() skips what newer writers appended", () => {
  const bytes = bytesOf((e) => e.versioned(9, 1, (e) => e.u32(7).string("x").u32(0).u64(5n)).u8(42));
  const d = new Decoder(bytes);
  assertEquals(sample(d), { a: 7, b: "x", c: [] });
  assertEquals(d.u8(), 42);
});

Deno.test("Decoder.versioned() refuses a structure that needs a newer reader", () => {
  assertThrows(
    () => sample(new Decoder(bytesOf((e) => e.versioned(9, 3, (e) => e.u32(7))))),
    DecodeError,
    "Sample at offset",
  );
});

Deno.test("DecodeError names structure, field and offset", () => {
  const cut = bytesOf((e) => e.versioned(2, 1, (e) => e.u32(7).string("x")));
  assertThrows(
    () => sample(new Decoder(cut)),
    DecodeError,
    "Cannot decode Sample.c at offset 15: needs 4 bytes, 0 left",
  );
});

Deno.test("DecodeError names the structures around the failure", () => {
  const outer = (d: Decoder): unknown => d.struct("Outer", (d) => ({ first: d.u8(), inner: sample(d) }));
  assertThrows(
    () => outer(new Decoder(new Uint8Array([1, 2, 1]))),
    DecodeError,
    "Cannot decode Outer.Sample.length at offset 3",
  );
});

Deno.test("Decoder.count() refuses more elements than there are bytes", () => {
  const bytes = bytesOf((e) => e.u32(0xffffffff).u32(0));
  assertThrows(
    () => new Decoder(bytes).list((d) => d.u8()),
    DecodeError,
    "4294967295 elements announced, 4 bytes left",
  );
  assertThrows(() => new Decoder(bytes).bytes(), DecodeError, "needs 4294967295 bytes, 4 left");
});

Deno.test("Decoder.versioned() does not let a body read behind its length", () => {
  const bytes = bytesOf((e) => e.u8(2).u8(1).u32(2).u32(7).string("x").u32(0));
  assertThrows(() => sample(new Decoder(bytes)), DecodeError, "Sample.a");
});

Deno.test("Decoder throws nothing but DecodeError on any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    try {
      sample(new Decoder(bytes));
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
    }
  }));
});

Deno.test("crc32c() is the raw register", () => {
  assertEquals(crc32c(0xffffffff, new TextEncoder().encode("123456789")) ^ 0xffffffff, 0xe3069283 | 0);
  assertEquals(crc32c(0xffffffff, new Uint8Array(0)), 0xffffffff);
  const bytes = crypto.getRandomValues(new Uint8Array(100));
  assertEquals(crc32c(crc32c(5, bytes.subarray(0, 37)), bytes.subarray(37)), crc32c(5, bytes));
});

Deno.test("DecodeError is found soon, whatever a codec does with a count that it has refused itself", () => {
  const checked = (d: Decoder): { items: number[] } =>
    d.struct("Checked", (d) => {
      const n = d.u32();
      if (n > d.remaining) d.fail(`${n} elements`);
      return { items: Array.from({ length: n }, () => d.u8()) };
    });
  const greedy = (d: Decoder): { items: number[] } =>
    d.struct("Greedy", (d) => {
      const items: number[] = [];
      while (d.remaining > 0) items.push(d.u16());
      return { items };
    });
  const started = performance.now();
  assertThrows(() => checked(new Decoder(bytesOf((e) => e.u32(0xffffffff).u32(1)))), DecodeError, "Checked");
  assertThrows(() => greedy(new Decoder(bytesOf((e) => e.u16(1).u8(1)))), DecodeError, "Greedy");
  assertEquals(performance.now() - started < 1000, true);
});
