/** Whether the OSDMap shuts somebody out. */

import { AddrType, compareAddr, type EntityAddr, parseIpv6 } from "./entity_addr.ts";
import type { OsdMap } from "./osd_map.ts";

/**
 * Whether an address is blocklisted: itself, all of its host (port and nonce 0), or a range around it.
 * Upstream: OSDMap::is_blocklisted in osd/OSDMap.cc
 */
export function isBlocklisted(map: Pick<OsdMap, "blocklist" | "rangeBlocklist">, addr: EntityAddr): boolean {
  const instance = { ...addr, type: AddrType.any };
  const host = { ...instance, port: 0, nonce: 0 };
  const entries = map.blocklist.map(({ addr }) => addr);
  return entries.some((entry) => compareAddr(entry, instance) === 0 || compareAddr(entry, host) === 0) ||
    map.rangeBlocklist.some((range) => isInRange(range.addr, addr));
}

/** The nonce of the range is the length of its prefix. */
function isInRange(range: EntityAddr, addr: EntityAddr): boolean {
  const [network, host] = [bytesOf(range.ip), bytesOf(addr.ip)];
  if (network.length === 0 || network.length !== host.length) return false;
  const difference = network.map((byte, i) => byte ^ host[i]!);
  return difference.every((bits, i) => bits >>> (8 - prefixBits(range.nonce, i)) === 0);
}

/** How many bits of byte `i` belong to the prefix. */
function prefixBits(prefix: number, i: number): number {
  return Math.min(8, Math.max(0, prefix - 8 * i));
}

function bytesOf(ip: string): number[] {
  if (ip === "") return [];
  return ip.includes(":") ? [...parseIpv6(ip)] : ip.split(".").map(Number);
}
