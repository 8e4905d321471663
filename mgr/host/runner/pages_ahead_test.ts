/** Pages that are asked for at once. */

import { assertEquals, assertRejects } from "@std/assert";
import type { StatPage } from "../stat_page.ts";
import { PAGES_AHEAD, pagesAhead, type Range, rangesOf } from "./pages_ahead.ts";

const ids = Uint32Array.from({ length: 25 }, (_, i) => 10 * i);
const page = (next: number | null): StatPage => ({ items: new Uint8Array(), ids: null, next });

Deno.test("rangesOf() cuts what is left into pieces as long as the first page", () => {
  assertEquals(rangesOf(ids, 100), [{ from: 100, to: 200 }, { from: 200, to: null }]);
  assertEquals(rangesOf(ids, 200), [{ from: 200, to: null }]);
  assertEquals(rangesOf(ids, 40, 65), [{ from: 40, to: 65 }]);
  assertEquals(rangesOf(ids, 40, 95), [{ from: 40, to: 80 }, { from: 80, to: 95 }]);
  assertEquals(rangesOf(ids, 200, 1000), [{ from: 200, to: 1000 }]);
});

Deno.test("pagesAhead() has so many questions under way and no more, and goes through each range to its end", async () => {
  const asked: Range[] = [];
  let under = 0;
  let most = 0;
  const ask = async (range: Range): Promise<StatPage> => {
    asked.push(range);
    most = Math.max(most, ++under);
    await Promise.resolve();
    under--;
    return page(range.from === 40 ? 45 : null);
  };
  const pages = await Array.fromAsync(pagesAhead(rangesOf(ids, 20), ask));
  assertEquals([most, pages.length], [PAGES_AHEAD, 13]);
  const again = asked.filter(({ from }) => from === 45);
  assertEquals(again, [{ from: 45, to: 60 }]);
  assertEquals(asked.filter(({ from }) => from !== 45), rangesOf(ids, 20));
});

Deno.test("pagesAhead() rejects when a page does, and leaves no rejection behind", async () => {
  const ask = (): Promise<StatPage> => Promise.reject(new Error("gone"));
  await assertRejects(() => Array.fromAsync(pagesAhead(rangesOf(ids, 20), ask)), Error, "gone");
});
