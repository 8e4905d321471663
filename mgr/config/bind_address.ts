/** Which address the manager listens on and announces. Upstream: common/pick_address.cc */

import { parseIpv6 } from "../types/entity_addr.ts";

/** One address of an interface, as Deno.networkInterfaces() lists them. */
export interface InterfaceAddress {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
}

/** The options that decide. */
export interface BindOptions {
  /** `ip`, `ip:port`, `[ip6]:port`, with or without `v2:`; empty or `-`: not set. */
  readonly publicAddr: string;
  readonly publicNetwork: string;
  readonly publicNetworkInterface: string;
  readonly bindIpv4: boolean;
  readonly bindIpv6: boolean;
}

/** The choice. */
export interface BindAddress {
  /** What to listen on; `0.0.0.0` or `::` when only the announced address is known. */
  readonly listen: string;
  /** What the beacon says; undefined: the address that the monitor's HELLO will tell. */
  readonly announce: string | undefined;
  /** A port that was asked for, or 0: the first free one of ms_bind_port_min..max. */
  readonly port: number;
}

/**
 * public_addr, else an interface address inside public_network, else the address learnt from a monitor (`learned`).
 * Throws an Error of one line when nothing fits.
 */
export function chooseBindAddress(
  options: BindOptions,
  interfaces: readonly InterfaceAddress[],
  learned?: string,
): BindAddress {
  if (!options.bindIpv4 && !options.bindIpv6) {
    throw new Error("Cannot choose an address: ms_bind_ipv4 and ms_bind_ipv6 are both false");
  }
  const given = options.publicAddr.trim();
  if (given !== "" && given !== "-") return fromPublicAddr(given);
  if (options.publicNetwork.trim() !== "") return fromNetworks(options, interfaces);
  const usable = learned !== undefined && isWanted(learned, options) ? learned : undefined;
  return { listen: options.bindIpv4 ? "0.0.0.0" : "::", announce: usable, port: 0 };
}

function fromPublicAddr(text: string): BindAddress {
  const plain = text.replace(/^(?:v1|v2|any):/, "").replace(/\/\d+$/, "");
  const match = /^\[([0-9a-fA-F:.]+)\](?::(\d+))?$|^([0-9.]+)(?::(\d+))?$/.exec(plain);
  const ip = match?.[1] ?? match?.[3] ?? plain;
  if (addressBits(ip) === undefined) throw new Error(`Cannot use public_addr '${text}': it is no address`);
  const port = Number(match?.[2] ?? match?.[4] ?? 0);
  if (port > 65535) throw new Error(`Cannot use public_addr '${text}': port above 65535`);
  return { listen: ip, announce: ip, port };
}

function fromNetworks(options: BindOptions, interfaces: readonly InterfaceAddress[]): BindAddress {
  const networks = words(options.publicNetwork);
  const names = words(options.publicNetworkInterface);
  for (const network of networks) {
    const prefix = parseNetwork(network);
    const hit = interfaces.find(({ name, address }) =>
      isWanted(address, options) && (names.length === 0 || names.includes(name)) && isInside(address, prefix)
    );
    if (hit) return { listen: hit.address, announce: hit.address, port: 0 };
  }
  throw new Error(
    `Cannot choose an address: unable to find any IP address in networks '${options.publicNetwork}' ` +
      `interfaces '${options.publicNetworkInterface}'`,
  );
}

function words(list: string): string[] {
  return list.split(/[,;\s]+/).filter((word) => word !== "");
}

function isWanted(address: string, options: BindOptions): boolean {
  return address.includes(":") ? options.bindIpv6 : options.bindIpv4;
}

interface Network {
  readonly bits: bigint;
  readonly width: number;
  readonly length: number;
}

function parseNetwork(text: string): Network {
  const [ip, length] = text.split("/") as [string, string | undefined];
  const parsed = addressBits(ip);
  const count = length === undefined ? parsed?.width : Number(length);
  const valid = parsed && count !== undefined && Number.isInteger(count) && count >= 0 &&
    count <= parsed.width;
  if (!valid) throw new Error(`Cannot use public_network '${text}': it is no network like 10.1.0.0/16`);
  return { ...parsed, length: count };
}

function isInside(address: string, network: Network): boolean {
  const parsed = addressBits(address);
  if (!parsed || parsed.width !== network.width) return false;
  const shift = BigInt(network.width - network.length);
  return parsed.bits >> shift === network.bits >> shift;
}

/** The address as one number and its width, 32 or 128; undefined when the text is no address. */
function addressBits(text: string): { bits: bigint; width: number } | undefined {
  try {
    const v6 = text.includes(":");
    const bytes = v6 ? parseIpv6(text) : parseIpv4(text);
    const bits = [...bytes].reduce((sum, byte) => sum << 8n | BigInt(byte), 0n);
    return { bits, width: bytes.length * 8 };
  } catch {
    return undefined;
  }
}

function parseIpv4(text: string): Uint8Array {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) {
    throw new TypeError(`'${text}' is no IPv4 address`);
  }
  return Uint8Array.from(parts, Number);
}
