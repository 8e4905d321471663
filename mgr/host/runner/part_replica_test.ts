/** A part of the statistics in a module's process. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { packIds, packItems, type StatPage, type StatQuery, unpackItems } from "../stat_page.ts";
import { MomentGoneError, PartReplica } from "./part_replica.ts";

/** What the host has by version: one byte for each id. It sends `perPage` items at once, and only what differs. */
class Pages {
  readonly moments = new Map<number, Map<number, number>>();
  readonly asked: StatQuery[] = [];
  perPage = 2;
  /** Ends the moment after so many pages. */
  left = Infinity;

  readonly replica = new PartReplica(
    (query) => Promise.resolve(this.#page(query)),
    "osds",
    0,
    (items) => unpackItems(items, (d, id) => ({ id, byte: d.u8() })),
  );

  #page(query: StatQuery): StatPage | null {
    this.asked.push(query);
    if (this.left-- <= 0) return null;
    const moment = this.moments.get(query.version)!;
    const former = this.moments.get(query.have);
    const isWanted = (id: number): boolean => id >= query.from && (query.to === null || id < query.to);
    const changed = [...moment].filter(([id, byte]) => isWanted(id) && former?.get(id) !== byte);
    const { items } = packItems(
      changed.slice(0, this.perPage).map(([id, byte]) => [id, new Uint8Array([byte])]),
    );
    const next = changed[this.perPage]?.[0] ?? null;
    const isKnown = String([...moment.keys()]) === String([...former?.keys() ?? []]);
    return { items, next, ids: query.from === 0 && !isKnown ? packIds(moment.keys()) : null };
  }
}

const shown = (values: ReadonlyMap<number, { byte: number }>): [number, number][] =>
  [...values].map(([id, { byte }]) => [id, byte]);

Deno.test("PartReplica.at() is in the order of the ids whatever comes, goes and changes", async () => {
  const pages = new Pages();
  const moments: [number, number][][] = [
    [[1, 10], [3, 30], [5, 50]],
    [[1, 10], [2, 20], [3, 31], [5, 50]],
    [[0, 0], [2, 20], [5, 50], [6, 60]],
    [[0, 1], [2, 20], [5, 51], [6, 60]],
    [[2, 20]],
    [],
  ];
  for (const [i, moment] of moments.entries()) {
    pages.moments.set(i + 1, new Map(moment));
    assertEquals(shown(await pages.replica.at(i + 1)), moment);
  }
});

Deno.test("PartReplica.at() keeps objects that have not changed, and asks for nothing twice", async () => {
  const pages = new Pages();
  pages.moments.set(1, new Map([[1, 10], [2, 20]])).set(2, new Map([[1, 10], [2, 21]]));
  const one = (await pages.replica.at(1)).get(1);
  const two = await pages.replica.at(2);
  assert(two.get(1) === one);
  const { length } = pages.asked;
  assert(await pages.replica.at(2) === two);
  assertEquals(pages.asked.length, length);
});

Deno.test("PartReplica.at() asks at once for as many pages as it needed last time", async () => {
  const pages = new Pages();
  const all = (byte: number) => new Map([1, 2, 3, 4, 5].map((id) => [id, byte]));
  pages.moments.set(1, all(10)).set(2, all(20)).set(3, new Map([...all(20), [5, 30]])).set(4, all(40));
  pages.moments.set(5, new Map([[1, 50], [2, 50], [9, 50]]));
  const asked = async (version: number): Promise<(number | null)[][]> => {
    pages.asked.length = 0;
    assertEquals(shown(await pages.replica.at(version)), [...pages.moments.get(version)!]);
    return pages.asked.map(({ from, to }) => [from, to]);
  };
  const first = [[0, null], [3, 5], [5, null]];
  const alike = [[0, 3], [3, 5], [5, null]];
  assertEquals(await asked(1), first);
  assertEquals(await asked(2), alike);
  assertEquals([await asked(3), await asked(4)], [alike, first]);
  pages.perPage = 1;
  assertEquals(await asked(5), [[0, 3], [3, 5], [5, null], [2, 3]]);
});

Deno.test("PartReplica.at() begins anew when the moment is gone between two pages", async () => {
  const pages = new Pages();
  pages.moments.set(1, new Map([[1, 1], [2, 2], [3, 3]])).set(2, new Map([[1, 7], [2, 8], [3, 9]]));
  await pages.replica.at(1);
  pages.left = 1;
  await assertRejects(() => pages.replica.at(2), MomentGoneError);
  pages.left = Infinity;
  assertEquals(shown(await pages.replica.at(1)), [[1, 1], [2, 2], [3, 3]]);
  assertEquals(pages.asked.at(-1)!.have, 0);
});
