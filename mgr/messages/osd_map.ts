/** New epochs of the OSDMap: MOSDMap. The maps stay encoded. */

import type { Decoder, Encoder } from "../encoding/mod.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MOSDMap.h */
export interface MOSDMap {
  readonly fsid: Uuid;
  /** Encoded OSDMap::Incremental by the epoch it leads to. */
  readonly incrementals: ReadonlyMap<number, Uint8Array>;
  /** Encoded OSDMap by epoch. */
  readonly maps: ReadonlyMap<number, Uint8Array>;
  /** Oldest and newest epoch that the sender has; 0 = not said. */
  readonly oldestMap: number;
  readonly newestMap: number;
}

const decodeMaps = (d: Decoder) => d.map((d) => d.u32(), (d) => d.bytes());
const encodeMaps = (e: Encoder, maps: ReadonlyMap<number, Uint8Array>) =>
  e.map(maps, (e, k) => e.u32(k), (e, v) => e.bytes(v));

/** v4/3. The last field, gap_removed_snaps, is always empty and therefore not read. */
export const MOSDMap: MessageType<MOSDMap> = {
  name: "MOSDMap",
  type: 41,
  version: 4,
  compat: 3,
  decode: (d, v) => ({
    fsid: Uuid.decode(d),
    incrementals: decodeMaps(d),
    maps: decodeMaps(d),
    oldestMap: v >= 2 ? d.u32() : 0,
    newestMap: v >= 2 ? d.u32() : 0,
  }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    encodeMaps(e, m.incrementals);
    encodeMaps(e, m.maps);
    e.u32(m.oldestMap).u32(m.newestMap).u32(0);
  },
};
