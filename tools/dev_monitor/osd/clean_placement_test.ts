/** What a new map takes with it: upmaps that are void, temporary mappings that nobody needs. */

import { assertEquals } from "@std/assert";
import { nextEpoch } from "../../../tests/fakes/random_osd_map.ts";
import { downOsd, OSDS, POOL, smallOsdMap, withPool } from "../../../tests/fakes/small_osd_map.ts";
import { OsdMapper } from "../../../mgr/crush/osd_mapper.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { cleanPlacement } from "./clean_placement.ts";
import { keepsRule } from "./upmap_check.ts";

const PG = { pool: POOL, seed: 0 };
const table = <V>(value: V) => new Map([[POOL, new Map([[0, value]])]]);

/** A map whose one PG is where CRUSH puts it; its OSDs, and one that it is not on. */
function plain(): { map: OsdMap; osds: readonly number[]; other: number } {
  const map = withPool(nextEpoch(smallOsdMap(), { newPgTemp: table([]) }), POOL, "p", { pgNumPending: 1 });
  const osds = new OsdMapper(map).map(PG)!.up;
  return { map, osds, other: OSDS.find((osd) => !osds.includes(osd))! };
}

/** The map after the increment as a monitor makes it. */
function commit(map: OsdMap, fields: Parameters<typeof nextEpoch>[1]): OsdMap {
  return nextEpoch(map, cleanPlacement(nextEpoch(map, fields), fields));
}

Deno.test("cleanPlacement() keeps upmaps that do something, and cancels those whose target goes out", () => {
  const { map, osds, other } = plain();
  const items = [{ from: osds[0]!, to: other }];
  const moved = commit(map, { newPgUpmapItems: table(items) });
  assertEquals(moved.pgUpmapItems.get(POOL)?.get(0), items);
  const out = commit(moved, { newWeight: new Map([[other, 0]]) });
  assertEquals(out.pgUpmapItems.get(POOL)?.has(0) ?? false, false);
});

Deno.test("cleanPlacement() refuses upmaps of the same step: from nowhere, of the wrong size, of no PG", () => {
  const { map, osds, other } = plain();
  const after = (fields: Parameters<typeof nextEpoch>[1]): [boolean, boolean] => {
    const next = commit(map, fields);
    return [next.pgUpmap.get(POOL)?.has(0) ?? false, next.pgUpmapItems.get(POOL)?.has(0) ?? false];
  };
  assertEquals(after({ newPgUpmapItems: table([{ from: other, to: osds[0]! }]) }), [false, false]);
  assertEquals(after({ newPgUpmap: table([other]) }), [false, false]);
  assertEquals(after({ newPgUpmap: table([...osds]) }), [false, false]);
  assertEquals(after({ newPgUpmap: table([osds[1]!, other]) }), [true, false]);
  const gone = commit(map, { newPgUpmapItems: new Map([[POOL, new Map([[7, [{ from: 0, to: 1 }]]])]]) });
  assertEquals(gone.pgUpmapItems.get(POOL)?.has(7) ?? false, false);
});

Deno.test("cleanPlacement() leaves of several items those that do something", () => {
  const { map, osds, other } = plain();
  const useful = { from: osds[0]!, to: other };
  const next = commit(map, { newPgUpmapItems: table([useful, { from: other, to: osds[1]! }]) });
  assertEquals(next.pgUpmapItems.get(POOL)?.get(0), [useful]);
});

Deno.test("cleanPlacement() ends temporary mappings that are redundant, too long, or all down", () => {
  const { map, osds, other } = plain();
  const temp = (map: OsdMap): readonly number[] | undefined => map.pgTemp.get(POOL)?.get(0);
  assertEquals(temp(commit(map, { newPgTemp: table([...osds]) })), undefined);
  assertEquals(temp(commit(map, { newPgTemp: table([0, 1, 2]) })), undefined);
  const served = commit(map, { newPgTemp: table([other]) });
  assertEquals(temp(served), [other]);
  const down = downOsd(served, other);
  assertEquals(temp(commit(down, {})), undefined);
});

Deno.test("keepsRule() wants the failure domains of a rule apart", () => {
  const { map } = plain();
  const { crushRule, size } = map.pools.get(POOL)!;
  assertEquals(keepsRule(map.crush, crushRule, size, [0, 1]), true);
  assertEquals(keepsRule(map.crush, crushRule, size, [0, 99]), false);
});
