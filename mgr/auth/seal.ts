/** cephx's sealed envelopes for both key types. Upstream: encode_encrypt in auth/cephx/CephxProtocol.h, auth/Crypto.cc */

import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { Decoder, Encoder } from "../encoding/mod.ts";
import { type CryptoKey, KeyType } from "./crypto_key.ts";
import { openRfc8009, sealRfc8009 } from "./rfc8009.ts";

/** What a sealed text is for; only keys of type aes256k mix it in. Upstream: CEPHX_KEY_USAGE_* */
export const Usage = {
  connectionSecret: 0x03,
  ticket: 0x04,
  ticketBlob: 0x05,
  authorize: 0x10,
  authorizeChallenge: 0x11,
  authorizeReply: 0x12,
  rotatingSecret: 0x20,
  ticketInfo: 0x30,
} as const;

const IV = new TextEncoder().encode("cephsageyudagreg");
const MAGIC = 0xff009cad8826aa55n;
const ENVELOPE_VERSION = 1;

/** The sealed text does not open with this key, or the key is of type none, which would hide nothing. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** Sixteen random bytes at a time, for the confounder of aes256k. */
export type RandomBytes = (n: number) => Uint8Array;

/** Cryptographically strong bytes. */
export const randomBytes: RandomBytes = (n) => crypto.getRandomValues(new Uint8Array(n));

/** A random u64. */
export function randomU64(random: RandomBytes): bigint {
  return new Decoder(random(8)).u64();
}

/** Seals `body` under `key`: envelope version, magic, body. */
export function seal(
  key: CryptoKey,
  usage: number,
  body: Uint8Array,
  random: RandomBytes = randomBytes,
): Uint8Array {
  const plain = new Encoder(body.length + 9).u8(ENVELOPE_VERSION).u64(MAGIC).raw(body).finish();
  if (key.type === KeyType.aes256krb5) return sealRfc8009(key.secret, usage, plain, random(16));
  if (key.type !== KeyType.aes) throw new SealError(`Cannot seal: a key of type ${key.type} hides nothing`);
  const cipher = createCipheriv("aes-128-cbc", key.secret, IV);
  return joined(cipher.update(plain), cipher.final());
}

/** The body of a sealed text. Throws SealError when the key is another one. */
export function open(key: CryptoKey, usage: number, sealed: Uint8Array): Uint8Array {
  const plain = decrypt(key, usage, sealed);
  if (plain === undefined || plain.length < 9 || new Decoder(plain.subarray(1)).u64() !== MAGIC) {
    throw new SealError("Cannot open a sealed text: it was sealed with another key");
  }
  return plain.subarray(9);
}

function decrypt(key: CryptoKey, usage: number, sealed: Uint8Array): Uint8Array | undefined {
  if (key.type === KeyType.aes256krb5) return openRfc8009(key.secret, usage, sealed);
  if (key.type !== KeyType.aes) return undefined;
  try {
    const decipher = createDecipheriv("aes-128-cbc", key.secret, IV);
    return joined(decipher.update(sealed), decipher.final());
  } catch {
    return undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** A sealed text with its u32 length before it. */
export function sealInto(
  e: Encoder,
  key: CryptoKey,
  usage: number,
  write: (e: Encoder) => void,
  random = randomBytes,
): void {
  const body = new Encoder();
  write(body);
  e.bytes(seal(key, usage, body.finish(), random));
}

/** Opens a length-prefixed sealed text and reads its body. */
export function openFrom<T>(d: Decoder, key: CryptoKey, usage: number, read: (d: Decoder) => T): T {
  return read(new Decoder(open(key, usage, d.bytes())));
}

/** Compares two u64 in constant time: nonces, challenges, and the answers to them. */
export function sameNumber(a: bigint, b: bigint): boolean {
  const bytes = (n: bigint): Uint8Array => new Encoder(8).u64(BigInt.asUintN(64, n)).finish();
  return timingSafeEqual(bytes(a), bytes(b));
}

/** The answer to a login challenge. Upstream: cephx_calc_client_server_challenge */
export function challengeAnswer(key: CryptoKey, serverChallenge: bigint, clientChallenge: bigint): bigint {
  const challenges = new Encoder(16).u64(serverChallenge).u64(clientChallenge).finish();
  if (key.type === KeyType.aes256krb5) {
    return foldWords(createHmac("sha256", key.secret).update(challenges).digest());
  }
  const e = new Encoder(40);
  e.bytes(seal(key, 0, challenges));
  return foldWords(e.finish());
}

/** Xor of the first four u64 words: the length prefix counts, what is behind them does not. */
function foldWords(bytes: Uint8Array): bigint {
  const d = new Decoder(bytes);
  return d.u64() ^ d.u64() ^ d.u64() ^ d.u64();
}
