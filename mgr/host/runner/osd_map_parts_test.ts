/** Parts of the OSDMap, made one by one and handed on to the next map. */

import { assert, assertEquals } from "@std/assert";
import { bigOsdMap } from "../../../tests/fakes/big_osd_map.ts";
import { nextEpoch } from "../../../tests/fakes/random_osd_map.ts";
import { dumpOsdTree } from "../../crush/osd_tree.ts";
import { encodeAll, Packed } from "../../encoding/mod.ts";
import { dumpCrushMap } from "../../types/crush_dump.ts";
import { CrushMap } from "../../types/crush_map.ts";
import { OsdState } from "../../types/osd_map_bits.ts";
import type { OsdMap } from "../../types/osd_map.ts";
import { dumpOsdMap } from "../../types/osd_map_dump.ts";
import type { OsdMapIncremental } from "../../types/osd_map_incremental.ts";
import { PgPool } from "../../types/pg_pool.ts";
import { withExactTypes } from "@ganglion/sdk";
import { inherit, partsOf } from "./osd_map_parts.ts";

const map = bigOsdMap({ osds: 20, pgs: 32, upmaps: 3 });

Deno.test("OsdMapParts.fields() answers what is wanted and there, in the order of the question", () => {
  const part = partsOf(map).fields(["pools", "nosuch", "epoch", "constructor"]);
  assertEquals(Object.keys(part), ["pools", "epoch"]);
  assertEquals(part.pools!.map(({ pool_name }) => pool_name), ["pool1"]);
});

Deno.test("OsdMapParts.osdMap() is the dump with the types of the SDK, made of the same parts", () => {
  const parts = partsOf(map);
  const whole = parts.osdMap();
  assertEquals(whole, withExactTypes(dumpOsdMap(map, "python")) as typeof whole);
  assertEquals(Object.keys(whole), Object.keys(dumpOsdMap(map, "python")));
  assert(whole.osds === parts.part("osds"));
  assert(partsOf(map).osdMap() === whole);
  assertEquals(typeof whole.osd_xinfo[0]!.features, "bigint");
});

/** Everything that an increment can change of what is long. */
const CHANGES: Readonly<Record<string, Partial<OsdMapIncremental>>> = {
  "a flag": { newFlags: 1 },
  "an OSD down": { newState: new Map([[7, 0]]) },
  "a weight": { newWeight: new Map([[3, 0x8000]]) },
  "an affinity": { newPrimaryAffinity: new Map([[3, 0x8000]]) },
  "an address": { newUpClient: new Map([[9, map.clientAddrs.at(10)!]]) },
  "a back address": { newHbBackUp: new Map([[9, map.clientAddrs.at(10)!]]) },
  "an up_thru": { newUpThru: new Map([[2, 9]]) },
  "an uuid": { newUuid: new Map([[2, "11111111-0000-4000-8000-000000000000"]]) },
  "an OSD that is purged": { newState: new Map([[7, OsdState.exists | OsdState.up]]) },
  "more OSDs": { newMaxOsd: 30, newWeight: new Map([[25, 0x10000]]) },
  "an upmap": { newPgUpmapItems: new Map([[1, new Map([[5, [{ from: 1, to: 2 }]]])]]) },
  "a temporary mapping": { newPgTemp: new Map([[1, new Map([[5, [3, 4, 5]]])]]) },
  "a temporary primary": { newPrimaryTemp: new Map([[1, new Map([[5, 4]])]]) },
  "a pool": { newPools: new Map([[1, Packed.of(PgPool, { ...map.pools.get(1)!, size: 2 })]]) },
  "a name": { newPoolNames: new Map([[1, "other"]]) },
  "a CRUSH map": {
    crush: encodeAll(CrushMap.encode, {
      ...map.crush,
      itemNames: new Map([...map.crush.itemNames, [0, "osd.zero"]]),
    }),
  },
};

const fresh = (m: OsdMap) => ({
  osd_map: withExactTypes(dumpOsdMap(m, "python")),
  osd_map_tree: dumpOsdTree(m, "python"),
  osd_map_crush: dumpCrushMap(m.crush),
});

const made = (m: OsdMap) => ({
  osd_map: partsOf(m).osdMap(),
  osd_map_tree: partsOf(m).part("osd_map_tree"),
  osd_map_crush: partsOf(m).part("osd_map_crush"),
});

for (const [name, changes] of Object.entries(CHANGES)) {
  Deno.test(`inherit() takes over nothing that ${name} changes`, () => {
    const before = made(map);
    const next = nextEpoch(map, changes);
    inherit(next, map);
    const after = made(next);
    assertEquals(after, fresh(next) as typeof after);
    assertEquals(
      Object.keys(after.osd_map_tree.nodes.at(-1)!),
      Object.keys(fresh(next).osd_map_tree.nodes.at(-1)!),
    );
    assertEquals(before, fresh(map) as typeof before);
  });
}

Deno.test("inherit() takes over the rows of OSDs that the new map leaves alone, over maps that nobody looked at", () => {
  const { osd_map: before, osd_map_tree: tree } = made(map);
  const unseen = nextEpoch(map, { newState: new Map([[7, 0]]) });
  const next = nextEpoch(unseen, { newWeight: new Map([[3, 0x8000]]) });
  inherit(unseen, map);
  inherit(next, unseen);
  const { osd_map: { osds }, osd_map_tree: { nodes } } = made(next);
  const other = osds.filter((row, i) => row !== before.osds[i]).map(({ osd }) => osd);
  assertEquals(other, [3, 7]);
  assertEquals(nodes.filter((node, i) => node !== tree.nodes[i]).map(({ id }) => id).sort(), [3, 7]);
});

Deno.test("inherit() takes over what is long and the same", () => {
  const before = made(map);
  const next = nextEpoch(map, { newFlags: 1 });
  inherit(next, map);
  const { osd_map, osd_map_tree, osd_map_crush } = made(next);
  assert(osd_map.osds === before.osd_map.osds && osd_map.pools === before.osd_map.pools);
  assert(osd_map_tree === before.osd_map_tree && osd_map_crush === before.osd_map_crush);
  assertEquals(osd_map.epoch, before.osd_map.epoch + 1);
});
