/** Addresses of OSDs as the OSDMap's dumps show them. */

import type { DumpOrder } from "./dump_order.ts";
import { dumpAddr, type EntityAddrVec, formatAddr, legacyAddr } from "./entity_addr.ts";

/** `{"addrvec":[{"type":"v2","addr":"127.0.0.1:6800","nonce":1}]}`; in the order of get() "addr" is the last. */
export function dumpOsdAddrs(addrs: EntityAddrVec, order: DumpOrder) {
  if (order === "json") return { addrvec: addrs.map(dumpAddr) };
  return {
    addrvec: addrs.map((a) => {
      const { type, addr, nonce } = dumpAddr(a);
      return { type, nonce, addr };
    }),
  };
}

/** The one address that old readers know: `127.0.0.1:6801/1`. */
export function legacyAddrText(addrs: EntityAddrVec): string {
  return formatAddr(legacyAddr(addrs));
}
