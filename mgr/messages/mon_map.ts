/** The map of the monitors: MMonMap. */

import { decodeAll } from "../encoding/mod.ts";
import { MonMap } from "../types/mon_map.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MMonMap.h */
export interface MMonMap {
  readonly monMap: MonMap;
}

/** v1/1: the map travels as a blob. */
export const MMonMap: MessageType<MMonMap> = {
  name: "MMonMap",
  type: 4,
  version: 1,
  compat: 1,
  decode: (d) => ({ monMap: decodeAll(d.bytes(), MonMap.decode) }),
  encode: (e, m) => void e.blob((e) => MonMap.encode(e, m.monMap)),
};
