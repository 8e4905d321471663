/** Packed values against plain ones: every splice gives the bytes of a fresh encoding. */

import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  crc32c,
  crc32cAppend,
  crc32cZeros,
  decodeAll,
  Decoder,
  encodeAll,
  type Item,
  type MapLayout,
  mapOf,
  Packed,
  PackedList,
  PackedMap,
  Str,
  U32,
} from "./mod.ts";

const Text: Item<string> = { ...Str, skip: (d) => d.skip(d.u32()) };
const Numbered = mapOf(U32, Str);
const LAYOUT: MapLayout<number, string, ReadonlyMap<number, string>> = {
  key: U32,
  value: Text,
  compare: (a, b) => a - b,
  decode: Numbered.decode,
};

const sorted = (entries: Iterable<[number, string]>): Map<number, string> =>
  new Map([...new Map(entries)].sort(([a], [b]) => a - b));

const entry = fc.tuple(fc.nat(20), fc.string({ maxLength: 5 }));
const change = fc.tuple(fc.nat(20), fc.option(fc.string({ maxLength: 5 }), { nil: undefined }));

Deno.test("PackedMap.with() gives the bytes of the changed map", () => {
  fc.assert(fc.property(fc.array(entry), fc.array(change), (entries, changes) => {
    const before = sorted(entries);
    const packed = PackedMap.readMap(new Decoder(encodeAll(Numbered.encode, before)), LAYOUT);
    const after = new Map(before);
    for (const [k, v] of changes) v === undefined ? after.delete(k) : after.set(k, v);
    const next = packed.with(changes);
    assertEquals(next.bytes.toHex(), encodeAll(Numbered.encode, sorted(after)).toHex());
    assertEquals([next.size, next.value], [after.size, sorted(after)]);
    assertEquals(packed.value, before);
  }));
});

Deno.test("PackedMap.with() without changes is the same object", () => {
  const empty = PackedMap.empty(LAYOUT);
  assertEquals([empty.with([]) === empty, empty.cleared() === empty, empty.size], [true, true, 0]);
});

Deno.test("PackedList.with() and resized() give the bytes of the changed list", () => {
  const list = fc.array(fc.string({ maxLength: 5 }));
  fc.assert(fc.property(list, fc.array(entry), fc.nat(30), (items, changes, length) => {
    const inside = new Map(changes.filter(([i]) => i < items.length));
    const packed = PackedList.ofItems(Text, items);
    const changed = items.map((item, i) => inside.get(i) ?? item);
    assertEquals(packed.with(inside).value, changed);
    const resized = Array.from({ length }, (_, i) => items[i] ?? "-");
    assertEquals(decodeAll(packed.resized(length, "-").bytes, (d) => d.strings()), resized);
    assertEquals([packed.length, packed.at(items.length), packed.at(-1)], [
      items.length,
      undefined,
      undefined,
    ]);
    assertEquals(packed.at(0), items[0]);
  }));
});

Deno.test("Packed.appendTo() continues the checksum over short and long values", () => {
  for (const length of [0, 1, 255, 256, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    const packed = new Packed(bytes, (d) => d.rest());
    for (const seed of [0, 1, 0xffffffff]) {
      assertEquals([packed.appendTo(seed), packed.appendTo(seed)], [
        crc32c(seed, bytes),
        crc32c(seed, bytes),
      ]);
    }
  }
});

Deno.test("crc32cZeros() and crc32cAppend() are crc32c() without the bytes", () => {
  const seed = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(fc.property(seed, fc.nat(5000), (seed, n) => {
    assertEquals(crc32cZeros(seed, n), crc32c(seed, new Uint8Array(n)));
  }));
  fc.assert(fc.property(seed, fc.uint8Array({ maxLength: 300 }), (seed, bytes) => {
    assertEquals(crc32cAppend(seed, crc32c(0, bytes), bytes.length), crc32c(seed, bytes));
  }));
});

Deno.test("Packed.value is decoded once, Packed.of() knows it already", () => {
  let reads = 0;
  const packed = new Packed(new Uint8Array([7, 0, 0, 0]), (d) => (reads++, d.u32()));
  assertEquals([packed.value, packed.value, reads], [7, 7, 1]);
  assertEquals(Packed.of(U32, 258).bytes, new Uint8Array([2, 1, 0, 0]));
});
