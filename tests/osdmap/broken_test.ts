/** Broken maps whose checksums are right: whatever is read of them, there is a DecodeError or a value. */

import { assert } from "@std/assert";
import { dumpOsdTree } from "../../mgr/crush/osd_tree.ts";
import { OsdMapper } from "../../mgr/crush/osd_mapper.ts";
import { crc32c, DecodeError } from "../../mgr/encoding/mod.ts";
import { dumpCrushMap } from "../../mgr/types/crush_dump.ts";
import type { CrushMap } from "../../mgr/types/crush_map.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { Random } from "../fakes/random.ts";
import { randomCrush, shapeOf } from "../fakes/random_crush.ts";
import { randomOsdMap } from "../fakes/random_osd_map.ts";

const MAPS = 400;
/** A mapping of a broken rule may choose often; more PGs are not needed. */
const PGS = 4;
/** Rules that try millions of times do so in upstream too. */
const SANE_TRIES = 1000;

function isSane({ tunables, rules }: CrushMap): boolean {
  const steps = rules.flatMap((rule) => rule?.steps ?? []);
  const tries = [tunables.chooseTotalTries, tunables.chooseLocalTries, tunables.chooseLocalFallbackTries];
  return [...tries, ...steps.map(({ arg1 }) => arg1)].every((n) => n < SANE_TRIES);
}

function withCrc(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 4;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(
    end,
    crc32c(0xffffffff, bytes.subarray(0, end)),
    true,
  );
  return bytes;
}

function readAll(bytes: Uint8Array): void {
  const map = OsdMap.decode(bytes);
  dumpOsdMap(map, "python");
  dumpCrushMap(map.crush);
  dumpOsdTree(map, "json");
  if (!isSane(map.crush)) return;
  const mapper = new OsdMapper(map);
  for (const pool of map.pools.keys()) {
    for (let seed = 0; seed < PGS; seed++) mapper.pool(pool)?.map(seed);
  }
}

Deno.test("OsdMap with any byte changed throws a DecodeError or answers", () => {
  const random = new Random(1);
  const crush = randomCrush(random, { ...shapeOf(random, 6), classes: true, chooseArgs: [-1, 1] });
  const good = randomOsdMap(random, { crush, pools: 3, pgNum: 16, disorder: 0.3 }).bytes;
  let refused = 0;
  for (let n = 0; n < MAPS; n++) {
    const bytes = good.slice();
    for (let i = 0; i <= n % 3; i++) bytes[random.below(bytes.length - 4)] = random.below(256);
    try {
      readAll(withCrc(bytes));
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      refused++;
    }
  }
  assert(refused > MAPS / 10 && refused < MAPS);
});
