/** Pages of a part of the statistics: several are asked for at once, and the host packs while others are unpacked here. */

import type { StatPage, StatQuery } from "../stat_page.ts";

/** Pages under way: the host has other things to do, and each page would wait for its turn; each is a mebibyte. */
export const PAGES_AHEAD = 4;

/** Ids from one on, and below another. */
export type Range = Pick<StatQuery, "from" | "to">;

/** What the first page has left out: as many ids in each range as that page went through. `ids` ascend. */
export function rangesOf(ids: Uint32Array, next: number): Range[] {
  const step = Math.max(1, ids.indexOf(next));
  const ranges: Range[] = [];
  for (let at = step; at < ids.length; at += step) {
    ranges.push({ from: ids[at]!, to: ids[at + step] ?? null });
  }
  return ranges;
}

interface Asked {
  readonly to: number | null;
  readonly page: Promise<StatPage>;
}

/** The pages of all ranges, those of one in order; the first are asked for at once. Rejects with what a question rejects with. */
export function pagesAhead(
  ranges: readonly Range[],
  ask: (range: Range) => Promise<StatPage>,
): AsyncGenerator<StatPage> {
  const left = [...ranges];
  const asked: Asked[] = [];
  const askNext = (): void => {
    const range = left.shift();
    if (range === undefined) return;
    const page = ask(range);
    // Who waits for it hears of it; when an earlier one fails, nobody does.
    page.catch(() => {});
    asked.push({ to: range.to, page });
  };
  for (let i = 0; i < PAGES_AHEAD; i++) askNext();
  return arriving(asked, left, askNext);
}

async function* arriving(asked: Asked[], left: Range[], askNext: () => void): AsyncGenerator<StatPage> {
  for (let first = asked.shift(); first !== undefined; first = asked.shift()) {
    const page = await first.page;
    // Items may be longer than those of the first page.
    if (page.next !== null) left.unshift({ from: page.next, to: first.to });
    askNext();
    yield page;
  }
}
