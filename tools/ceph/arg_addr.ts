/** Arguments that are addresses: CephIPAddr, CephEntityAddr. */

import { parseIpv6 } from "../../mgr/types/entity_addr.ts";
import { ArgError } from "./arg_error.ts";
import { parseDecimal } from "./python_text.ts";

const MAX_PORT = 65535;

/** `ip`, `ip:port`, `[ip6]:port`, each perhaps behind `v1:`, `v2:` or `any:`. Throws ArgError. */
export function checkIpAddr(word: string): void {
  const prefix = /^(?:v1|v2|any):/.exec(word)?.[0] ?? "";
  const text = word.slice(prefix.length);
  if (text.startsWith("[")) return checkIpv6(text);
  if (text.includes(".") || prefix === "v1:" || prefix === "any:") return checkIpv4(text);
  checkIpv6(text);
}

/** The same with `/nonce`. Throws ArgError. */
export function checkEntityAddr(word: string): void {
  const slash = word.indexOf("/");
  if (slash < 0) return checkIpAddr(word);
  const closing = word.endsWith("]") ? "]" : "";
  const nonce = word.slice(slash + 1, word.length - closing.length);
  checkIpAddr(word.slice(0, slash) + closing);
  const value = parseDecimal(nonce);
  if (nonce !== "" && (value === undefined || value < 0n)) {
    throw new ArgError(`${word}: invalid entity, nonce ${nonce} not integer > 0`);
  }
}

function checkIpv4(text: string): void {
  const colon = text.indexOf(":");
  const ip = colon < 0 ? text : text.slice(0, colon);
  if (colon >= 0) checkPort(text.slice(colon + 1), (port) => `${port}: invalid IPv4 port`);
  const parts = ip.split(".");
  const valid = parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  if (!valid) throw new ArgError(`${ip}: invalid IPv4 address`);
}

function checkIpv6(text: string): void {
  const match = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (text.startsWith("[") && !text.includes("]")) throw new ArgError(`${text} missing terminating ]`);
  const ip = match ? match[1]! : text;
  if (match?.[2] !== undefined) checkPort(match[2], () => `${text}: bad port number`);
  if (!isIpv6(ip)) throw new ArgError(`${text} not valid IPv6 address`);
}

function checkPort(port: string, message: (port: string) => string): void {
  const value = parseDecimal(port);
  if (value === undefined || value > BigInt(MAX_PORT)) throw new ArgError(message(port));
}

function isIpv6(ip: string): boolean {
  if (!ip.includes(":") || !/^[0-9a-fA-F:.]+$/.test(ip)) return false;
  try {
    parseIpv6(ip);
    return true;
  } catch {
    return false;
  }
}
