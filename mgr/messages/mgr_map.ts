/** The map of the managers: MMgrMap. */

import { MgrMap } from "../types/mgr_map.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MMgrMap.h */
export interface MMgrMap {
  readonly map: MgrMap;
}

/** v1/1. */
export const MMgrMap: MessageType<MMgrMap> = {
  name: "MMgrMap",
  type: 0x704,
  version: 1,
  compat: 1,
  decode: (d) => ({ map: MgrMap.decode(d) }),
  encode: (e, m) => MgrMap.encode(e, m.map),
};
