/** Full maps, increments, gaps and broken maps. */

import { assertEquals } from "@std/assert";
import { OsdMapStore, type OsdMapUpdate } from "./osd_map_store.ts";

const full = (n: number): Uint8Array => new Uint8Array([n]);
const inc = (n: number): Uint8Array => new Uint8Array([100 + n]);
const codec = {
  decode: (b: Uint8Array): string => `full ${b[0]}`,
  apply(map: string, b: Uint8Array): string {
    if (b[0] === 255) throw new Error("crc mismatch");
    return `${map} +${b[0]! - 100}`;
  },
};
const update = (maps: number[], incrementals: number[]): OsdMapUpdate => ({
  maps: new Map(maps.map((e) => [e, full(e)])),
  incrementals: new Map(incrementals.map((e) => [e, inc(e)])),
});

Deno.test("OsdMapStore.take() begins with the newest full map and applies what follows", () => {
  const seen: number[] = [];
  const store = new OsdMapStore(codec, (_, epoch) => seen.push(epoch));
  assertEquals(store.take(update([3, 5], [4, 6, 7])), { epochs: [5, 6, 7], next: 8 });
  assertEquals([store.map, store.epoch, seen], ["full 5 +6 +7", 7, [5, 6, 7]]);
});

Deno.test("OsdMapStore.take() ignores what it has", () => {
  const store = new OsdMapStore(codec);
  store.take(update([5], []));
  assertEquals(store.take(update([5], [4, 5])), { epochs: [], next: 6 });
});

Deno.test("OsdMapStore.take() asks for a full map after a gap and takes it", () => {
  const store = new OsdMapStore(codec);
  store.take(update([5], []));
  assertEquals(store.take(update([], [7])), { epochs: [], next: 0, trouble: "OSDMap epoch 6 is missing" });
  assertEquals(store.epoch, 5);
  assertEquals(store.take(update([9], [])), { epochs: [9], next: 10 });
});

Deno.test("OsdMapStore.take() keeps the last good map when an increment is broken", () => {
  const store = new OsdMapStore(codec);
  store.take(update([5], []));
  const broken = { maps: new Map(), incrementals: new Map([[6, new Uint8Array([255])]]) };
  assertEquals(store.take(broken), { epochs: [], next: 0, trouble: "crc mismatch" });
  assertEquals(store.map, "full 5");
});

Deno.test("OsdMapStore.take() waits for the next epoch when a full map is broken", () => {
  const store = new OsdMapStore({
    ...codec,
    decode: () => {
      throw new Error("of a later release");
    },
  });
  const trouble = "of a later release";
  assertEquals(store.take(update([5], [])), { epochs: [], next: 6, trouble });
  assertEquals(store.take(update([], [6])), { epochs: [], next: 0, trouble: "OSDMap epoch 1 is missing" });
  assertEquals(store.take(update([6], [])), { epochs: [], next: 7, trouble });
});

Deno.test("OsdMapStore.incrementsSince() has what makes the current map, as long as it is kept", () => {
  const store = new OsdMapStore(codec);
  store.take(update([5], [6, 7]));
  assertEquals(store.incrementsSince(5), [inc(6), inc(7)]);
  assertEquals(store.incrementsSince(7), []);
  assertEquals([store.incrementsSince(4), store.incrementsSince(8)], [undefined, undefined]);
  store.take(update([], Array.from({ length: 90 }, (_, i) => 8 + i)));
  for (let epoch = 98; epoch < 320; epoch++) {
    store.take({ maps: new Map(), incrementals: new Map([[epoch, inc(1)]]) });
  }
  assertEquals(store.incrementsSince(100), undefined);
  assertEquals(store.incrementsSince(119)?.length, 200);
});
