/** Pages of a part of the statistics: several are asked for at once, and the host packs while others are unpacked here. */

import type { StatPage, StatQuery } from "../stat_page.ts";

/** Pages under way: the host has other things to do, and each page would wait for its turn; each is a mebibyte. */
export const PAGES_AHEAD = 4;

/** Ids from one on, and below another. */
export type Range = Pick<StatQuery, "from" | "to">;

/**
 * What the first page has left out below `end`, or all of it when it is null: as many ids in each range as that page went
 * through. `ids` ascend.
 */
export function rangesOf(ids: Uint32Array, next: number, end: number | null = null): Range[] {
  const from = ids.indexOf(next);
  const last = end === null ? ids.length : countBelow(ids, end);
  const step = Math.max(1, from);
  const ranges: Range[] = [];
  for (let at = from; at < last; at += step) {
    ranges.push({ from: ids[at]!, to: at + step < last ? ids[at + step]! : end });
  }
  return ranges;
}

function countBelow(ids: Uint32Array, end: number): number {
  const at = ids.findIndex((id) => id >= end);
  return at < 0 ? ids.length : at;
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
