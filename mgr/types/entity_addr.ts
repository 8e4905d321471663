/** Addresses of daemons: entity_addr_t and entity_addrvec_t. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";

/** Kinds of addresses. Upstream: entity_addr_t::type_t in msg/msg_types.h */
export const AddrType = { none: 0, legacy: 1, msgr2: 2, any: 3 } as const;

const AF_INET = 2;
const AF_INET6 = 10;
/** sizeof(sockaddr_in6): what a blank address carries, and the most that any carries. */
const MAX_SOCKADDR = 28;
const SOCKADDR_STORAGE = 128;

/** One address. `ip` is the text form ("127.0.0.1", "fd00::2"), empty when there is none. */
export interface EntityAddr {
  readonly type: number;
  /** Tells two incarnations of a daemon at the same address apart. */
  readonly nonce: number;
  readonly ip: string;
  readonly port: number;
}

/** The addresses of one daemon, the v2 one first. */
export type EntityAddrVec = readonly EntityAddr[];

/** No address at all. */
export const BLANK_ADDR: EntityAddr = { type: AddrType.none, nonce: 0, ip: "", port: 0 };

/** The current form (feature MSG_ADDR2) and the legacy one; writes the current one. */
export const EntityAddr: Codec<EntityAddr> = {
  decode: (d) => d.struct("entity_addr_t", (d) => decodeAfterMarker(d, d.u8())),
  encode(e, v) {
    e.u8(1).versioned(1, 1, (e) => {
      e.u32(v.type).u32(v.nonce).blob((e) => encodeSockaddr(e, v));
    });
  },
};

/** Marker 2 and a count; markers 1 and 0 stand for one bare address. */
export const EntityAddrVec: Codec<EntityAddrVec> = {
  decode: (d) =>
    d.struct("entity_addrvec_t", (d) => {
      const marker = d.u8();
      if (marker === 2) return d.list((d) => EntityAddr.decode(d));
      return [decodeAfterMarker(d, marker)];
    }),
  encode: (e, v) => void e.u8(2).list(v, EntityAddr.encode),
};

/** Moves over an address. */
function skipAfterMarker(d: Decoder, marker: number): void {
  if (marker === 1) d.skipVersioned();
  else d.skip(3 + 4 + SOCKADDR_STORAGE);
}

/** Moves over the addresses of one daemon. */
export function skipAddrVec(d: Decoder): void {
  const marker = d.u8();
  if (marker !== 2) return skipAfterMarker(d, marker);
  for (let left = d.u32(); left > 0; left--) skipAfterMarker(d, d.u8());
}

function decodeAfterMarker(d: Decoder, marker: number): EntityAddr {
  if (marker === 0) return decodeLegacy(d);
  if (marker !== 1) d.fail(`address marker ${marker}`);
  return d.versioned("entity_addr_t", 1, (d) => {
    const type = d.u32();
    const nonce = d.u32();
    const length = d.u32();
    if (length > MAX_SOCKADDR) d.fail(`sockaddr of ${length} bytes`);
    return d.within(length, (d) => ({ type, nonce, ...decodeSockaddr(d, length === 0 ? 0 : d.u16()) }));
  });
}

function decodeLegacy(d: Decoder): EntityAddr {
  d.raw(3);
  const nonce = d.u32();
  return d.within(SOCKADDR_STORAGE, (d) => {
    const family = d.u8() * 256 + d.u8();
    return { type: family === 0 ? AddrType.none : AddrType.legacy, nonce, ...decodeSockaddr(d, family) };
  });
}

function decodeSockaddr(d: Decoder, family: number): { ip: string; port: number } {
  if (family === 0) return { ip: "", port: 0 };
  const port = d.u8() * 256 + d.u8();
  if (family === AF_INET) return { ip: `${d.u8()}.${d.u8()}.${d.u8()}.${d.u8()}`, port };
  if (family !== AF_INET6) d.fail(`address family ${family}`);
  d.u32();
  return { ip: formatIpv6(d.raw(16)), port };
}

function encodeSockaddr(e: Encoder, v: EntityAddr): void {
  if (v.ip === "") {
    e.raw(new Uint8Array(MAX_SOCKADDR));
    return;
  }
  const v6 = v.ip.includes(":");
  e.u16(v6 ? AF_INET6 : AF_INET).u8(v.port >> 8).u8(v.port & 0xff);
  if (v6) e.u32(0).raw(parseIpv6(v.ip)).u32(0);
  else e.raw(Uint8Array.from(v.ip.split("."), Number)).raw(new Uint8Array(8));
}

/** 16 bytes of an IPv6 address. Throws a TypeError when the text is none. */
export function parseIpv6(text: string): Uint8Array<ArrayBuffer> {
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [head, tail] = host.split("::") as [string, string | undefined];
  const words = (s: string | undefined): number[] => (s ? s.split(":").map((w) => parseInt(w, 16)) : []);
  const left = words(head);
  const right = words(tail);
  const all = [...left, ...new Array(8 - left.length - right.length).fill(0), ...right];
  return Uint8Array.from(all.flatMap((w: number) => [w >> 8, w & 0xff]));
}

function formatIpv6(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16));
  return new URL(`http://[${words.join(":")}]/`).hostname.slice(1, -1);
}

function hostPort(a: EntityAddr): string {
  if (a.ip === "") return "(unrecognized address family 0)";
  return a.ip.includes(":") ? `[${a.ip}]:${a.port}` : `${a.ip}:${a.port}`;
}

/** `127.0.0.1:6800/123`: without the type. */
export function formatAddr(a: EntityAddr): string {
  return `${hostPort(a)}/${a.nonce}`;
}

/** `v2:127.0.0.1:6800/123`; `-` for a blank one; type any has no prefix. */
export function formatTypedAddr(a: EntityAddr): string {
  if (a.type === AddrType.none) return "-";
  const prefix = a.type === AddrType.msgr2 ? "v2:" : a.type === AddrType.legacy ? "v1:" : "";
  return prefix + formatAddr(a);
}

/** `[v2:127.0.0.1:6800/123,v1:127.0.0.1:6801/123]`; one address stands without brackets. */
export function formatAddrVec(v: EntityAddrVec): string {
  const all = v.map(formatTypedAddr);
  return all.length === 1 ? all[0]! : `[${all.join(",")}]`;
}

const TYPE_NAMES = ["none", "v1", "v2", "any"] as const;

/** What dumps print: `{"type":"v2","addr":"127.0.0.1:6800","nonce":123}` */
export function dumpAddr(a: EntityAddr): { type: string; addr: string; nonce: number } {
  return { type: TYPE_NAMES[a.type] ?? "???", addr: hostPort(a), nonce: a.nonce };
}

/** `{"addrvec":[..]}` */
export function dumpAddrVec(v: EntityAddrVec): { addrvec: ReturnType<typeof dumpAddr>[] } {
  return { addrvec: v.map(dumpAddr) };
}

/** The address that old dumps show: the v1 one, else the first, else a blank one. */
export function legacyAddr(v: EntityAddrVec): EntityAddr {
  return v.find((a) => a.type === AddrType.legacy) ?? v[0] ?? BLANK_ADDR;
}

/** The msgr2 address, or undefined: such a peer cannot be reached. */
export function msgr2Addr(v: EntityAddrVec): EntityAddr | undefined {
  return v.find((a) => a.type === AddrType.msgr2);
}

/** The order of upstream's maps: the bytes of the structure as they lie in memory. */
export function compareAddr(a: EntityAddr, b: EntityAddr): number {
  return compareWords(a.type, b.type) || compareWords(a.nonce, b.nonce) || family(a) - family(b) ||
    a.port - b.port || compareIps(a.ip, b.ip);
}

/** Words as their little-endian bytes. */
function compareWords(a: number, b: number): number {
  const difference = a ^ b;
  for (let shift = 0; difference !== 0 && shift < 32; shift += 8) {
    const byte = ((a >>> shift) & 0xff) - ((b >>> shift) & 0xff);
    if (byte !== 0) return byte;
  }
  return 0;
}

function family({ ip }: EntityAddr): number {
  return ip === "" ? 0 : ip.includes(":") ? AF_INET6 : AF_INET;
}

/** Of the same family. */
function compareIps(a: string, b: string): number {
  if (a === b) return 0;
  const bytes = (ip: string): ArrayLike<number> =>
    ip.includes(":") ? parseIpv6(ip) : ip.split(".").map(Number);
  const left = bytes(a);
  const right = bytes(b);
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return 0;
}

/** Equality over all fields, the nonce included. */
export function sameAddr(a: EntityAddr, b: EntityAddr): boolean {
  return a.type === b.type && a.nonce === b.nonce && a.ip === b.ip && a.port === b.port;
}
