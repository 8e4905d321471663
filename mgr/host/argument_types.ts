/** The types of arguments of commands: how the CLI prints them, and what fits. Upstream: pybind/ceph_argparse.py */

import { isIPv4, isIPv6 } from "node:net";
import type { ArgumentDeclaration } from "./contract.ts";

/** An argument does not fit: -EINVAL with this message. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

/** One value of an argument, as clients send it. */
export type ArgumentValue = string | number | boolean;

/** One type. */
export interface ArgumentKind {
  /** As usage lines print it: `<int[1-10]>`. */
  shape(argument: ArgumentDeclaration): string;
  /** The value in its type. Throws ArgumentError with the words of the CLI. */
  check(value: ArgumentValue, argument: ArgumentDeclaration): ArgumentValue;
  /** What may be declared beside the type: the CLI ends with a stack trace at anything else. */
  readonly attribute?: "range" | "strings" | "goodchars";
}

const any = (value: ArgumentValue): string => String(value);

/** By name. Pools, objects and paths are texts of any form: the CLI alone knows the client's files. */
export const ARGUMENT_TYPES: Readonly<Record<string, ArgumentKind>> = {
  CephString: {
    shape: ({ goodchars }) => `<string${goodchars === undefined ? "" : `(goodchars ${goodchars})`}>`,
    check: checkString,
    attribute: "goodchars",
  },
  CephInt: { shape: (argument) => `<int${bounds(argument)}>`, check: checkInt, attribute: "range" },
  CephFloat: { shape: (argument) => `<float${bounds(argument)}>`, check: checkFloat, attribute: "range" },
  CephBool: { shape: () => "<bool>", check: checkBool },
  CephChoices: { shape: ({ strings = [] }) => strings.join("|"), check: checkChoice, attribute: "strings" },
  CephPoolname: { shape: () => "<poolname>", check: any },
  CephObjectname: { shape: () => "<objectname>", check: any },
  CephPgid: { shape: () => "<pgid>", check: checkPgid },
  CephName: { shape: () => "<name (type.id)>", check: checkName },
  CephOsdName: { shape: () => "<osdname (id|osd.id)>", check: checkOsdName },
  CephIPAddr: { shape: () => "<IPaddr[:port]>", check: (value) => checkIp(any(value)) },
  CephEntityAddr: { shape: () => "<EntityAddr>", check: checkEntityAddr },
  CephUUID: { shape: () => "<uuid>", check: checkUuid },
  CephFilepath: { shape: () => "<outfilename>", check: any },
};

/** The numbers of `min` or `min|max`. */
export function rangeOf({ range }: ArgumentDeclaration): readonly number[] {
  return range === undefined ? [] : range.split("|").map(Number);
}

function bounds(argument: ArgumentDeclaration): string {
  const [min, max] = rangeOf(argument);
  return min === undefined ? "" : `[${min}-${max ?? ""}]`;
}

function checkString(value: ArgumentValue, { goodchars }: ArgumentDeclaration): string {
  const text = String(value);
  if (goodchars === undefined) return text;
  const good = new RegExp(goodchars);
  const bad = new Set([...text].filter((char) => !good.test(char)));
  if (bad.size > 0) throw new ArgumentError(`invalid chars ${[...bad].join("")} in ${text}`);
  return text;
}

/** Decimal, 0x, 0o and 0b, as int(text, 0) of Python. */
const INT = /^\s*[-+]?(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|[1-9]\d*|0+)\s*$/i;

function checkInt(value: ArgumentValue, argument: ArgumentDeclaration): number {
  if (typeof value === "string" ? !INT.test(value) : !Number.isInteger(value)) {
    throw new ArgumentError(`${value} doesn't represent an int`);
  }
  return inRange(typeof value === "string" ? integerOf(value.trim()) : Number(value), argument);
}

function integerOf(text: string): number {
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text.replace(/^\+/, ""));
}

const FLOAT = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

function checkFloat(value: ArgumentValue, argument: ArgumentDeclaration): number {
  if (typeof value === "string" ? !FLOAT.test(value) : !Number.isFinite(value)) {
    throw new ArgumentError(`${value} doesn't represent a float`);
  }
  return inRange(Number(value), argument);
}

function inRange(number: number, argument: ArgumentDeclaration): number {
  const [min = -Infinity, max = Infinity] = rangeOf(argument);
  if (number >= min && number <= max) return number;
  throw new ArgumentError(`${number} not in range [${rangeOf(argument).join(", ")}]`);
}

function checkBool(value: ArgumentValue): boolean {
  const text = String(value).toLowerCase();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new ArgumentError(`${value} not one of 'true', 'false'`);
}

function checkChoice(value: ArgumentValue, { strings = [] }: ArgumentDeclaration): string {
  if (strings.includes(String(value))) return String(value);
  throw new ArgumentError(`${value} not in ${strings.join("|")}`);
}

function checkPgid(value: ArgumentValue): string {
  const text = String(value);
  const [pool, seed] = splitAt(text, ".");
  if (seed === undefined) throw new ArgumentError("pgid has no .");
  if (!/^-?\d+$/.test(pool)) throw new ArgumentError(`pool ${pool} not integer`);
  if (Number(pool) < 0) throw new ArgumentError(`pool ${pool} < 0`);
  if (!/^[0-9a-f]+$/i.test(seed)) throw new ArgumentError(`pgnum ${seed} not hex integer`);
  return text;
}

const NAME_TYPES: readonly string[] = ["osd", "mon", "client", "mds", "mgr"];

function checkName(value: ArgumentValue): string {
  const text = String(value);
  if (["*", "mgr", "mon"].includes(text)) return text;
  const [type, id] = splitAt(text, ".");
  if (id === undefined) throw new ArgumentError(`CephName: no . in ${text}`);
  if (!NAME_TYPES.includes(type)) throw new ArgumentError(`unknown type ${type}`);
  if (type === "osd" && id !== "*" && !/^[-+]?\d+$/.test(id)) {
    throw new ArgumentError(`osd id ${id} not integer`);
  }
  return text;
}

/** `5` and `osd.5` are 5; `*` stands for all. */
function checkOsdName(value: ArgumentValue): number | string {
  if (value === "*") return "*";
  const [first, second] = splitAt(String(value), ".");
  if (second !== undefined && first !== "osd") throw new ArgumentError(`unknown type ${first}`);
  const id = second ?? first;
  if (!/^[-+]?\d+$/.test(id)) throw new ArgumentError(`osd id ${id} not integer`);
  if (Number(id) < 0) throw new ArgumentError(`osd id ${Number(id)} is less than 0`);
  return Number(id);
}

/** `1.2.3.4`, `1.2.3.4:6789`, `[::1]:6789`, `::1`, and the same after `v1:`, `v2:` or `any:`, which is left out. */
function checkIp(text: string): string {
  const [, front, rest] = /^(v1:|v2:|any:)?(.*)$/s.exec(text)!;
  const isV4 = front === undefined ? !rest!.startsWith("[") && rest!.includes(".") : front !== "v2:";
  if (isV4) checkIpv4(rest!);
  else checkIpv6(rest!);
  return rest!;
}

function checkIpv4(text: string): void {
  const [address, port] = splitAt(text, ":");
  if (port !== undefined && !isPort(port)) throw new ArgumentError(`${port}: invalid IPv4 port`);
  if (!isIPv4(address)) throw new ArgumentError(`${address}: invalid IPv4 address`);
}

function checkIpv6(text: string): void {
  if (text.startsWith("[") && !text.includes("]")) {
    throw new ArgumentError(`${text} missing terminating ]`);
  }
  const [, address, port] = /^\[(.*?)\](?::(.*))?/s.exec(text) ?? ["", text];
  if (port !== undefined && !isPort(port)) throw new ArgumentError(`${text}: bad port number`);
  if (!isIPv6(address!) || address!.includes("%")) throw new ArgumentError(`${text} not valid IPv6 address`);
}

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 65535;

/** An address with a nonce: `1.2.3.4:6789/12`, `[::1]:6789/12`. */
function checkEntityAddr(value: ArgumentValue): string {
  const text = String(value);
  const [address, nonce] = splitAt(text, "/");
  checkIp(address);
  if (nonce !== undefined && nonce !== "" && !/^\d+$/.test(nonce)) {
    throw new ArgumentError(`${text}: invalid entity, nonce ${nonce} not integer > 0`);
  }
  return text;
}

function checkUuid(value: ArgumentValue): string {
  const text = String(value);
  const digits = text.replace(/urn:|uuid:/g, "").replace(/^[{}]+|[{}]+$/g, "").replaceAll("-", "");
  if (/^[0-9a-f]{32}$/i.test(digits)) return text;
  throw new ArgumentError(`invalid UUID ${text}: badly formed hexadecimal UUID string`);
}

/** What stands before and after the first separator; the second is undefined without one. */
function splitAt(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
