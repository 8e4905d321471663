/** Mappings and balancing against the real crushtool and osdmaptool, which need no cluster. */

import { assert, assertEquals } from "@std/assert";
import { calcPgUpmaps } from "../../mgr/crush/upmap.ts";
import { UpmapState } from "../../mgr/crush/upmap_state.ts";
import { OPTIMAL_TUNABLES } from "../../mgr/types/crush_map.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import type { UpmapItem } from "../../mgr/types/osd_map_layouts.ts";
import { parsePgId } from "../../mgr/types/pg_id.ts";
import { compareCase } from "../../tools/crush_compare.ts";
import { mappingCase } from "../fakes/mapping_cases.ts";
import { Random } from "../fakes/random.ts";
import { randomCrush } from "../fakes/random_crush.ts";
import { nextEpoch, randomOsdMap } from "../fakes/random_osd_map.ts";
import { runTool } from "./cluster_files.ts";
import { hasCeph } from "./real_cluster.ts";

const ignore = !await hasCeph();

/** The full run is tools/crush_compare.ts; other inputs than the recorded ones. */
const MAPS = 30;
const INPUTS = 250;

Deno.test(
  { name: "doRule() and OsdMapper.map() find what crushtool and osdmaptool find", ignore },
  async () => {
    let total = 0;
    for (let n = 0; n < MAPS; n++) {
      const { mappings, example } = await compareCase(mappingCase(1000 + n, INPUTS));
      assertEquals(example, undefined, `map ${1000 + n}`);
      total += mappings;
    }
    assert(total > 30_000);
  },
);

/** `ceph osd pg-upmap-items 1.2 0 1 3 4` */
function readUpmaps(text: string): Map<number, Map<number, UpmapItem[]>> {
  const table = new Map<number, Map<number, UpmapItem[]>>();
  for (const line of text.split("\n")) {
    const [, pgid, osds] = /^ceph osd pg-upmap-items (\S+) (.*)$/.exec(line) ?? [];
    if (pgid === undefined || osds === undefined) continue;
    const { pool, seed } = parsePgId(pgid)!;
    const ids = osds.trim().split(" ").map(Number);
    const items = ids.flatMap((from, i) => (i % 2 === 0 ? [{ from, to: ids[i + 1]! }] : []));
    table.set(pool, (table.get(pool) ?? new Map()).set(seed, items));
  }
  return table;
}

function maxDeviation(map: OsdMap): number {
  const state = new UpmapState(map, map.pools.keys());
  return Math.max(...state.byDeviation().map((osd) => Math.abs(state.deviation(osd))));
}

/** One pool: osdmaptool balances pool by pool. */
function skewedMap(seed: number): OsdMap {
  const random = new Random(seed);
  const shape = {
    alg: 5,
    tunables: OPTIMAL_TUNABLES,
    racks: 4,
    hostsPerRack: 4,
    osdsPerHost: 4,
    classes: true,
  };
  return randomOsdMap(random, { crush: randomCrush(random, shape), pools: 1, pgNum: 900, disorder: 0 });
}

Deno.test({ name: "calcPgUpmaps() balances at least as well as osdmaptool --upmap", ignore }, async () => {
  const path = await Deno.makeTempFile({ prefix: "ganglion-map-" });
  try {
    for (let seed = 1; seed <= 12; seed++) {
      const map = skewedMap(seed);
      await Deno.writeFile(path, map.bytes);
      const limits = ["--upmap-deviation", "1", "--upmap-max", "2000"];
      await runTool("osdmaptool", path, "--upmap", `${path}.out`, ...limits);
      const theirs = nextEpoch(map, { newPgUpmapItems: readUpmaps(await Deno.readTextFile(`${path}.out`)) });
      const { newPgUpmapItems } = calcPgUpmaps(map, { maxDeviation: 1, maxChanges: 2000 });
      const ours = nextEpoch(map, { newPgUpmapItems });
      const [a, b] = [maxDeviation(ours), maxDeviation(theirs)];
      assert(a <= Math.max(1, b), `map ${seed}: ours ${a}, theirs ${b}`);

      // Upstream's own test of upmaps finds nothing to take away.
      await Deno.writeFile(path, ours.bytes);
      await runTool("osdmaptool", path, "--upmap-cleanup", `${path}.out`);
      assertEquals(await Deno.readTextFile(`${path}.out`), "", `map ${seed}`);
    }
  } finally {
    await Deno.remove(path);
    await Deno.remove(`${path}.out`);
  }
});
