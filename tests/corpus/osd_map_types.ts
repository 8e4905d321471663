/** The OSDMap and what is in it: what of the corpus is proved of them. */

import { type Codec, Decoder } from "../../mgr/encoding/mod.ts";
import { CrushMap } from "../../mgr/types/crush_map.ts";
import { OsdInfo, OsdXInfo } from "../../mgr/types/osd_info.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import {
  decodeIncremental,
  encodeIncremental,
  type OsdMapIncremental,
} from "../../mgr/types/osd_map_incremental.ts";
import { PgPool } from "../../mgr/types/pg_pool.ts";
import { PoolOpts } from "../../mgr/types/pool_opts.ts";
import { BOTH, type CorpusRow, row } from "./row.ts";

const PACIFIC = ["16.2.0"];

/** Reads every field; nothing may be left that no field reads. */
function everyField({ client, osd }: OsdMap, d: Decoder): void {
  for (const { value } of [...Object.values(client.fields), ...Object.values(osd.fields)]) void value;
  if (client.tail.length + osd.tail.length > 0) d.fail("fields that are not known");
}

const WholeMap: Codec<OsdMap> = {
  decode(d) {
    const map = OsdMap.decode(d.rest());
    everyField(map, d);
    return new OsdMap(map.client, map.osd);
  },
  encode: (e, map) => void e.raw(map.bytes),
};

const Incremental: Codec<OsdMapIncremental> = {
  decode: (d) => decodeIncremental(d.rest()),
  encode: (e, incremental) => void e.raw(encodeIncremental(incremental)),
};

/** Rows of the OSDMap. */
export const OSD_MAP_TYPES: readonly CorpusRow[] = [
  row("CrushWrapper", CrushMap, BOTH),
  row("OSDMap", WholeMap, BOTH),
  row("OSDMap::Incremental", Incremental, BOTH),
  row("osd_info_t", OsdInfo, BOTH),
  row("osd_xinfo_t", OsdXInfo, BOTH),
  row("pg_pool_t", PgPool, PACIFIC),
  row("pool_opts_t", PoolOpts, BOTH),
];
