/** The map of service daemons: MServiceMap. */

import { ServiceMap } from "../types/service_map.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MServiceMap.h */
export interface MServiceMap {
  readonly serviceMap: ServiceMap;
}

/** v1/1. */
export const MServiceMap: MessageType<MServiceMap> = {
  name: "MServiceMap",
  type: 0x707,
  version: 1,
  compat: 1,
  decode: (d) => ({ serviceMap: ServiceMap.decode(d) }),
  encode: (e, m) => ServiceMap.encode(e, m.serviceMap),
};
