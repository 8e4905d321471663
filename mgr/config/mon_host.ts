/** Where the monitors are: every spelling of `mon host`, monitor sections, and DNS. Upstream: mon/MonMap.cc */

import { AddrType, type EntityAddr, type EntityAddrVec, parseIpv6 } from "../types/entity_addr.ts";

const MSGR2_PORT = 3300;
const LEGACY_PORT = 6789;
/** Far above any real quorum. */
const MAX_MONITORS = 1000;

/** One monitor to try. Its real name is learnt from the MonMap. */
export interface MonitorSeed {
  /** The name of its section, else `noname-a`, `noname-b`, .. */
  readonly name: string;
  readonly addrs: EntityAddrVec;
  /** Those with the lowest number are tried first. Only DNS tells other numbers than 0. */
  readonly priority: number;
  /** The greater, the earlier among equals. */
  readonly weight: number;
}

/** One SRV record. */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** DNS, injected. Both reject or yield nothing when there is no such name. */
export interface Resolver {
  /** IPv4 and IPv6 addresses of a host. */
  addresses(host: string): Promise<readonly string[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
}

/** Of monitors that are not found in DNS. */
const ALIKE = { priority: 0, weight: 0 };

/** What the search for monitors depends on. */
export interface MonitorSources {
  /** The option mon_host_override or mon_host. */
  readonly monHost: string;
  /** `mon addr` of the sections [mon.NAME]: name -> text. */
  readonly sections: ReadonlyMap<string, string>;
  /** The option mon_dns_srv_name: `ceph-mon`, or `ceph-mon_example.com`. */
  readonly srvName: string;
}

/**
 * The monitors to try: from mon_host, else from the sections, else from DNS. Never empty: throws an Error with one
 * line that says what was looked for.
 */
export async function findMonitors(sources: MonitorSources, resolver: Resolver): Promise<MonitorSeed[]> {
  if (sources.monHost.trim() !== "") return numbered(await parseMonHost(sources.monHost, resolver));
  if (sources.sections.size > 0) {
    const named = [...sources.sections].map(async ([name, text]) => {
      const groups = await parseMonHost(text, resolver);
      return { name, addrs: groups.flat(), ...ALIKE };
    });
    return await Promise.all(named);
  }
  return await monitorsFromDns(sources.srvName, resolver);
}

/**
 * Parses one `mon host`: monitors by commas, semicolons or blanks, each `[v2:ip:port,v1:ip:port]`, `v2:ip:port`,
 * `ip:port`, `ip` or the same with a host name. A bare address stands for v2 at 3300 and v1 at 6789. Throws an Error
 * for text that is none of these, and for a host that has no address.
 */
export async function parseMonHost(text: string, resolver: Resolver): Promise<EntityAddrVec[]> {
  const monitors: EntityAddrVec[] = [];
  for (const item of splitMonHost(text)) {
    if (isVector(item)) {
      const parts = splitMonHost(item.slice(1, -1)).map((part) => asMsgr2(parsePart(part, text)));
      const resolved = await Promise.all(parts.map((part) => addressesOf(part, resolver)));
      monitors.push(resolved.flat(2));
      continue;
    }
    monitors.push(...await addressesOf(parsePart(item, text), resolver));
  }
  if (monitors.length === 0) throw bad(text, "no monitor in it");
  if (monitors.length > MAX_MONITORS) throw bad(text, `more than ${MAX_MONITORS} monitors`);
  return monitors;
}

interface Part {
  readonly type: number;
  readonly host: string;
  readonly port: number;
}

/** Inside a vector an address without prefix is a v2 one, whatever its port. */
function asMsgr2(part: Part): Part {
  return part.type === AddrType.any ? { ...part, type: AddrType.msgr2 } : part;
}

function bad(text: string, why: string): Error {
  return new Error(`Cannot use mon_host '${text}': ${why}`);
}

/** Splits at separators outside of brackets. */
function splitMonHost(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let item = "";
  for (const char of text) {
    if (char === "[") depth++;
    if (char === "]") depth--;
    if (depth < 0) throw bad(text, "']' without '['");
    if (depth === 0 && /[,;\s]/.test(char)) {
      if (item !== "") items.push(item);
      item = "";
    } else item += char;
  }
  if (depth > 0) throw bad(text, "'[' without ']'");
  return item === "" ? items : [...items, item];
}

/** `[v2:..,v1:..]`, as against the IPv6 address `[fd00::2]`. */
function isVector(item: string): boolean {
  if (!item.startsWith("[") || !item.endsWith("]")) return false;
  const inside = item.slice(1, -1);
  return /^\s*v[12]:/.test(inside) || /[,\[]/.test(inside) || !isIpv6(inside);
}

function parsePart(item: string, text: string): Part {
  const prefix = /^(v1|v2|any):/.exec(item)?.[1];
  const type = prefix === "v2" ? AddrType.msgr2 : prefix === "v1" ? AddrType.legacy : AddrType.any;
  const rest = (prefix ? item.slice(prefix.length + 1) : item).replace(/\/\d+$/, "");
  const match = /^\[([^\]]+)\](?::(\d+))?$/.exec(rest);
  const [host, port] = match ? [match[1]!, match[2]] : hostAndPort(rest);
  if (match && !isIpv6(host)) throw bad(text, `'${host}' is no IPv6 address`);
  if (!match && !isIpv6(host) && !/^[A-Za-z0-9_.-]+$/.test(host)) throw bad(text, `'${item}' is no address`);
  if (/^[\d.]+$/.test(host) && !isIpv4(host)) throw bad(text, `'${host}' is no IPv4 address`);
  const number = Number(port ?? 0);
  if (number > 65535) throw bad(text, `port ${port} is above 65535`);
  return { type, host, port: number };
}

function hostAndPort(text: string): [string, string | undefined] {
  if (isIpv6(text)) return [text, undefined];
  const colon = text.lastIndexOf(":");
  const port = text.slice(colon + 1);
  return colon < 0 || !/^\d+$/.test(port) ? [text, undefined] : [text.slice(0, colon), port];
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function isIpv6(text: string): boolean {
  if (!text.includes(":") || !/^[0-9a-fA-F:.]+$/.test(text)) return false;
  try {
    parseIpv6(text);
    return true;
  } catch {
    return false;
  }
}

/** One vector for each address of the host. */
async function addressesOf(part: Part, resolver: Resolver): Promise<EntityAddr[][]> {
  const literal = isIpv4(part.host) || isIpv6(part.host);
  const ips = literal ? [part.host] : await resolve(part.host, resolver);
  return ips.map((ip) => vector(part, ip));
}

async function resolve(host: string, resolver: Resolver): Promise<readonly string[]> {
  const ips = await resolver.addresses(host).catch(() => []);
  if (ips.length === 0) throw new Error(`Cannot find monitors: host name '${host}' has no address`);
  return ips;
}

/** Ports decide the protocol where no prefix does: 3300 is v2, 6789 is v1, none is both, another may be either. */
function vector({ type, port }: Part, ip: string): EntityAddr[] {
  const addr = (type: number, port: number): EntityAddr => ({ type, nonce: 0, ip, port });
  if (type === AddrType.msgr2) return [addr(type, port || MSGR2_PORT)];
  if (type === AddrType.legacy) return [addr(type, port || LEGACY_PORT)];
  if (port === MSGR2_PORT) return [addr(AddrType.msgr2, port)];
  if (port === LEGACY_PORT) return [addr(AddrType.legacy, port)];
  return [addr(AddrType.msgr2, port || MSGR2_PORT), addr(AddrType.legacy, port || LEGACY_PORT)];
}

async function monitorsFromDns(srvName: string, resolver: Resolver): Promise<MonitorSeed[]> {
  const [service, ...domain] = srvName.split("_");
  const name = [`_${service}._tcp`, ...domain].join(".");
  const records = await resolver.srv(name).catch(() => []);
  const found = await Promise.all(
    records.slice(0, MAX_MONITORS).map(async (record) => {
      // /etc/hosts knows names without the final dot only.
      const host = record.target.replace(/\.$/, "");
      const ips = await resolver.addresses(host).catch(() => []);
      const label = host.split(".")[0]!;
      const part = { type: AddrType.any, host, port: record.port };
      const { priority, weight } = record;
      return ips.map((ip) => ({ name: label, addrs: vector(part, ip), priority, weight }));
    }),
  );
  const seeds = found.flat().sort((a, b) => a.priority - b.priority || b.weight - a.weight);
  if (seeds.length > 0) return seeds;
  throw new Error(`Cannot find monitors: mon_host is not set and DNS has no SRV record ${name}`);
}

function numbered(monitors: readonly EntityAddrVec[]): MonitorSeed[] {
  return monitors.map((addrs, i) => ({ name: `noname-${letters(i)}`, addrs, ...ALIKE }));
}

/** a .. z, aa, ab, .. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + index % 26);
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
