/** Addresses and networks of specifications, with the words of Python's `ipaddress` for what is none. */

/** An address as bits, and how many there are. */
interface Address {
  readonly bits: bigint;
  readonly width: 32 | 128;
}

/** Throws an Error when the text is no network, or when it has bits behind its prefix: `10.0.0.1/8`. */
export function checkNetwork(text: string): void {
  const [front = "", length, ...rest] = text.split("/");
  const address = rest.length === 0 ? parseAddress(front) : undefined;
  const prefix = address && prefixOf(length, address.width);
  if (address === undefined || prefix === undefined) {
    throw new Error(`'${text}' does not appear to be an IPv4 or IPv6 network`);
  }
  const hostBits = (1n << BigInt(address.width - prefix)) - 1n;
  if ((address.bits & hostBits) !== 0n) throw new Error(`${text} has host bits set`);
}

/** Throws an Error when the text is no address. */
export function checkAddress(text: string): void {
  if (parseAddress(text) === undefined) {
    throw new Error(`'${text}' does not appear to be an IPv4 or IPv6 address`);
  }
}

/** `[::1]` without its brackets. */
export function unwrapIpv6(address: string): string {
  return address.startsWith("[") && address.endsWith("]") ? address.slice(1, -1) : address;
}

function prefixOf(text: string | undefined, width: number): number | undefined {
  if (text === undefined) return width;
  if (/^\d{1,3}$/.test(text)) return Number(text) <= width ? Number(text) : undefined;
  // A mask: ones, then zeros.
  const mask = width === 32 ? parseAddress(text)?.bits : undefined;
  const ones = mask?.toString(2).padStart(32, "0").match(/^(1*)0*$/)?.[1];
  return ones?.length;
}

function parseAddress(text: string): Address | undefined {
  return parseIpv4(text) ?? parseIpv6(text);
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split(".");
  const isByte = (part: string): boolean => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  if (parts.length !== 4 || !parts.every(isByte)) return undefined;
  return { bits: parts.reduce((bits, part) => bits << 8n | BigInt(part), 0n), width: 32 };
}

function parseIpv6(text: string): Address | undefined {
  const [address = "", scope] = text.split("%");
  if (scope === "" || !/^[\da-f:.]+$/i.test(address)) return undefined;
  const halves = withoutIpv4Tail(address)?.split("::").map((half) => half === "" ? [] : half.split(":"));
  if (halves === undefined || halves.length > 2) return undefined;
  const [front = [], back = []] = halves;
  const gap = 8 - front.length - back.length;
  if (halves.length === 1 ? gap !== 0 : gap < 1) return undefined;
  const groups = [...front, ...Array(gap).fill("0"), ...back];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return { bits: groups.reduce((bits, group) => bits << 16n | BigInt(`0x${group}`), 0n), width: 128 };
}

/** `::ffff:1.2.3.4` with its last part as two groups. */
function withoutIpv4Tail(text: string): string | undefined {
  const at = text.lastIndexOf(":") + 1;
  if (!text.includes(".")) return text;
  const tail = parseIpv4(text.slice(at))?.bits;
  return tail === undefined
    ? undefined
    : `${text.slice(0, at)}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
}
