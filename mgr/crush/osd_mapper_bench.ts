/** What mapping and balancing cost at 1,000 and 10,000 OSDs in racks, hosts and devices. Run with `deno bench`. */

import { bigOsdMap } from "../../tests/fakes/big_osd_map.ts";
import { OsdMapper } from "./osd_mapper.ts";
import { dumpOsdTree } from "./osd_tree.ts";
import { ruleWeights } from "./tree.ts";
import { calcPgUpmaps } from "./upmap.ts";

/** Of one bench run: the figures are for so many PGs. */
const PGS = 1000;

for (const [osds, pgs] of [[1_000, 16_384], [10_000, 100_000]] as const) {
  const map = bigOsdMap({ osds, pgs, upmaps: 0 });
  const group = `${osds} OSDs, ${pgs} PGs`;
  const pool = new OsdMapper(map).pool(1)!;
  let seed = 0;

  Deno.bench({
    name: `map ${PGS} PGs`,
    group,
    fn() {
      for (let i = 0; i < PGS; i++) pool.map(seed++ % pool.pool.pgNum);
    },
  });
  Deno.bench({ name: "ruleWeights()", group, fn: () => void ruleWeights(map.crush, 0) });
  Deno.bench({ name: "dumpOsdTree()", group, fn: () => void dumpOsdTree(map, "python") });
  Deno.bench({
    name: "calcPgUpmaps() of one pool, 10 changes",
    group,
    n: 3,
    fn: () => void calcPgUpmaps(map, { maxDeviation: 5, maxChanges: 10, pools: [1] }),
  });
}
