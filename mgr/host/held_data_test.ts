/** What a process is told of data that it holds. */

import { assertEquals } from "@std/assert";
import { HeldData, MAX_HELD } from "./held_data.ts";

/** Moments by source, all 0 unless a test says otherwise. */
function fixture() {
  const moments = new Map<string, number>();
  const moment = (source: string): number => moments.get(source) ?? 0;
  return { moments, held: new HeldData(moment), moment };
}

Deno.test("HeldData: a source that has moved on is told once, and again when it has been asked for again", () => {
  const { moments, held } = fixture();
  held.hold("df", 0);
  held.hold("health", 0);
  assertEquals(held.takeOutdated(), []);
  moments.set("df", 1).set("osd_map", 1);
  assertEquals([held.takeOutdated(), held.takeOutdated()], [["df"], []]);
  moments.set("df", 2);
  assertEquals(held.takeOutdated(), []);
  held.hold("df", 2);
  moments.set("df", 3);
  assertEquals(held.takeOutdated(), ["df"]);
});

Deno.test("HeldData: an answer that was out of date when it was given is told at once", () => {
  const { moments, held } = fixture();
  moments.set("statHead", 5);
  held.hold("statHead", 4);
  assertEquals(held.takeOutdated(), ["statHead"]);
});

Deno.test("HeldData: of too many sources the oldest are given up, and told", () => {
  const { held } = fixture();
  for (let i = 0; i < MAX_HELD + 2; i++) held.hold(`device ${i}`, 0);
  assertEquals(held.takeOutdated(), ["device 0", "device 1"]);
  assertEquals([held.takeOutdated(), held.isEmpty], [[], false]);
});
