/** Whether an address is inside a network, for grants that name one. Upstream: parse_network, network_contains in common/pick_address.cc */

import { parseIpv6 } from "../types/entity_addr.ts";

/** `network` is `10.0.0.0/8` or `fd00::/64`. False for anything that is no address or no network: it grants nothing. */
export function isInsideNetwork(ip: string, network: string): boolean {
  const parts = /^(.+)\/(\d{1,3})$/.exec(network);
  const base = parts && addressBits(parts[1]!.replace(/^\[(.*)\]$/, "$1"));
  const address = addressBits(ip);
  if (!base || !address || base.width !== address.width) return false;
  const length = Number(parts[2]);
  if (length > base.width) return false;
  const shift = BigInt(base.width - length);
  return base.bits >> shift === address.bits >> shift;
}

function addressBits(text: string): { bits: bigint; width: number } | undefined {
  const bytes = text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
  if (!bytes) return undefined;
  return { bits: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n), width: bytes.length * 8 };
}

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split(".");
  const valid = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return valid ? parts.map(Number) : undefined;
}

function ipv6Bytes(text: string): number[] | undefined {
  try {
    return [...parseIpv6(text)];
  } catch {
    return undefined;
  }
}
