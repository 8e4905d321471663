/** What an OSDMap costs at 1,000 and 10,000 OSDs: decoding, one increment, the checksum, dumps. Run with `deno bench`. */

import { bigOsdMap } from "../../tests/fakes/big_osd_map.ts";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { decodeAll, Packed } from "../encoding/mod.ts";
import { dumpCrushMap } from "./crush_dump.ts";
import { OsdMap } from "./osd_map.ts";
import { osdMapCodec } from "./osd_map_apply.ts";
import { dumpOsdMap } from "./osd_map_dump.ts";
import { CrushBlob } from "./osd_map_fields.ts";
import { blankIncremental, encodeIncremental, type OsdMapIncremental } from "./osd_map_incremental.ts";
import { PgPool } from "./pg_pool.ts";

const SIZES = [
  { osds: 1_000, pgs: 16_384, upmaps: 1_000 },
  { osds: 10_000, pgs: 100_000, upmaps: 10_000 },
];

/** Makes osdMapCodec.apply() compare checksums. */
const ENCODE_FEATURES = 0x0f00088010212a04n;

/** The increment to the next epoch as a monitor sends it. */
function increment(map: OsdMap, changes: Partial<OsdMapIncremental>): Uint8Array {
  const inc = { ...blankIncremental(map.fsid, map.epoch + 1), encodeFeatures: ENCODE_FEATURES, ...changes };
  return encodeIncremental({ ...inc, fullCrc: nextEpoch(map, inc).crc });
}

for (const size of SIZES) {
  const fresh = bigOsdMap(size);
  const bytes = fresh.bytes;
  const map = OsdMap.decode(bytes);
  map.crc;
  // The first increment looks at all fields once; those after it find their checksums.
  const known = osdMapCodec.apply(map, increment(map, { newFlags: 1 }));
  const group = `${size.osds} OSDs, ${size.pgs} PGs, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`;

  Deno.bench({ name: "OsdMap.decode()", group, fn: () => void OsdMap.decode(bytes) });
  Deno.bench({
    name: "OsdMap.decode(), state and pools read",
    group,
    fn() {
      const map = OsdMap.decode(bytes);
      void [map.osdState, map.osdWeight, map.pools];
    },
  });
  Deno.bench({
    name: "CrushMap",
    group,
    fn: () => void decodeAll(map.client.fields.crush.bytes, CrushBlob.decode),
  });

  const cases: [string, Partial<OsdMapIncremental>][] = [
    ["a flag", { newFlags: 3 }],
    ["an OSD down", { newState: new Map([[7, 0]]) }],
    ["an OSD up", { newUpClient: new Map([[9, map.clientAddrs.at(10)!]]) }],
    ["ten up_thru", { newUpThru: new Map(Array.from({ length: 10 }, (_, i) => [i * 17, 9])) }],
    ["an upmap", { newPgUpmapItems: new Map([[1, new Map([[77, [{ from: 1, to: 2 }]]])]]) }],
    ["a pool", { newPools: new Map([[1, Packed.of(PgPool, map.pools.get(1)!)]]) }],
    ["a CRUSH map", { crush: map.client.fields.crush.bytes.subarray(4) }],
  ];
  for (const [name, changes] of cases) {
    const inc = increment(known, changes);
    Deno.bench({ name: `apply and check: ${name}`, group, fn: () => void osdMapCodec.apply(known, inc) });
  }
  Deno.bench({
    name: "OsdMap.bytes after an increment",
    group,
    fn: () => void new OsdMap(known.client, known.osd).bytes,
  });
  Deno.bench({
    name: "dumpOsdMap()",
    group,
    fn: () => void dumpOsdMap(new OsdMap(known.client, known.osd), "python"),
  });
  Deno.bench({ name: "dumpCrushMap()", group, fn: () => void dumpCrushMap(map.crush) });
}
