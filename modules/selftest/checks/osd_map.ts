/** The OSDMap as an object: read, changed without telling anybody, and its CRUSH map. */

import { expectEqual, type Tested } from "./check.ts";

/** The root of every cluster that nobody has rearranged. */
const ROOT = -1;

/** Reads it, and makes the next epoch of it. */
export async function checkOsdMap(module: Tested): Promise<void> {
  const map = await module.getOsdmap();
  map.getCrushVersion();
  map.getRequireOsdRelease();
  expectEqual("the epoch of dump()", map.dump().epoch, map.getEpoch());
  for (const [id, { pool_name: name }] of map.getPools()) {
    expectEqual(`the id of pool ${name}`, map.getPoolsByName().get(name)?.pool, id);
    map.poolRawUsedRate(id);
    map.mapPoolPgsUp(id);
    map.pgToUpActingOsds(id, 0);
  }
  const incremental = map.newIncremental();
  incremental.setOsdReweights({});
  incremental.setCrushCompatWeightSetWeights({});
  incremental.dump();
  expectEqual("the epoch of newIncremental()", incremental.getEpoch(), map.getEpoch() + 1);
  expectEqual(
    "the epoch after it",
    map.applyIncremental(map.newIncremental()).getEpoch(),
    map.getEpoch() + 1,
  );
  map.calcPgUpmaps(map.newIncremental(), 1, 0);
}

/** Reads the CRUSH map. */
export async function checkCrush(module: Tested): Promise<void> {
  const map = await module.getOsdmap();
  const crush = map.getCrush();
  crush.dump();
  crush.getItemName(ROOT);
  crush.getItemWeight(ROOT);
  crush.findTakes();
  crush.deviceClassCounts();
  for (const root of crush.findRoots()) {
    crush.getTakeWeightOsdMap(root);
    crush.getOsdsUnder(root);
    map.getPoolsByTake(root);
  }
}
