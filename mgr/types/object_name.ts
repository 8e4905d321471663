/** Names of objects, namespaces, keys and attributes: bytes in RADOS, strings here, and no byte is lost. */

import type { Codec } from "../encoding/mod.ts";

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A byte that is not part of UTF-8 is held as the lone surrogate U+DC00 + byte (as "surrogateescape" of Python). */
const ESCAPE = 0xdc00;
const LONE = /[\udc80-\udcff]/u;

/** The longest sequence of UTF-8. */
const MAX_SEQUENCE = 4;

/** A string with a u32 length, whose bytes may be anything. */
export const ObjectName: Codec<string> = {
  decode: (d) => nameOfBytes(d.bytes()),
  encode: (e, name) => void e.bytes(bytesOfName(name)),
};

/** Text where it is UTF-8; `bytesOfName` gives the same bytes again. */
export function nameOfBytes(bytes: Uint8Array): string {
  return decoded(bytes) ?? escaped(bytes);
}

/** What goes over the wire. */
export function bytesOfName(name: string): Uint8Array<ArrayBuffer> {
  if (name.isWellFormed()) return utf8.encode(name);
  const parts = [...name].map((char) =>
    LONE.test(char) ? new Uint8Array([char.charCodeAt(0) - ESCAPE]) : utf8.encode(char)
  );
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The order of the bytes, which is that of all listings. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  const x = bytesOfName(a);
  const y = bytesOfName(b);
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function escaped(bytes: Uint8Array): string {
  let out = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at);
    out += length === 0 ? String.fromCharCode(ESCAPE + bytes[at]!) : decoded(bytes.subarray(at, at + length));
    at += Math.max(length, 1);
  }
  return out;
}

/** Length of the character at `at`; 0 when there is none. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= MAX_SEQUENCE && at + length <= bytes.length; length++) {
    if (decoded(bytes.subarray(at, at + length)) !== undefined) return length;
  }
  return 0;
}
