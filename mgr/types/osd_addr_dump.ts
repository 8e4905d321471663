/** Addresses of OSDs as the OSDMap's dumps show them. */

import { type DumpOrder, inOrder } from "./dump_order.ts";
import { dumpAddr, type EntityAddrVec, formatAddr, legacyAddr } from "./entity_addr.ts";

/** `{"addrvec":[{"type":"v2","addr":"127.0.0.1:6800","nonce":1}]}` */
export function dumpOsdAddrs(addrs: EntityAddrVec, order: DumpOrder) {
  return { addrvec: addrs.map((addr) => inOrder(order, dumpAddr(addr), ["addr"])) };
}

/** The one address that old readers know: `127.0.0.1:6801/1`. */
export function legacyAddrText(addrs: EntityAddrVec): string {
  return formatAddr(legacyAddr(addrs));
}
