/** aes256-cts-hmac-sha384-192 of RFC 8009 (enctype 20): the cipher of keys of type aes256k. */

import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";

const BLOCK = 16;
const KE_BYTES = 32;
const MAC_BYTES = 24;
const ENCRYPTION = 0xaa;
const INTEGRITY = 0x55;
const ZERO_IV = new Uint8Array(BLOCK);

/** KDF-HMAC-SHA2 of section 3: one block of HMAC-SHA-384 is enough for both keys. */
function derive(key: Uint8Array, usage: number, kind: number, bytes: number): Uint8Array {
  const input = new Uint8Array(14);
  const view = new DataView(input.buffer);
  view.setUint32(0, 1);
  view.setUint32(4, usage);
  input[8] = kind;
  view.setUint32(10, bytes * 8);
  return new Uint8Array(createHmac("sha384", key).update(input).digest().subarray(0, bytes));
}

function mac(key: Uint8Array, usage: number, cipherText: Uint8Array): Uint8Array {
  const ki = derive(key, usage, INTEGRITY, MAC_BYTES);
  return createHmac("sha384", ki).update(ZERO_IV).update(cipherText).digest().subarray(0, MAC_BYTES);
}

/** AES-256-CBC with ciphertext stealing, form CS3: the last two blocks change places. */
function encryptCts(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(plain.length / BLOCK) * BLOCK);
  padded.set(plain);
  const cipher = createCipheriv("aes-256-cbc", key, ZERO_IV).setAutoPadding(false);
  const cbc = Uint8Array.from([...cipher.update(padded), ...cipher.final()]);
  if (cbc.length === BLOCK) return cbc;
  const out = cbc.slice(0, plain.length);
  out.set(cbc.subarray(cbc.length - BLOCK), cbc.length - 2 * BLOCK);
  out.set(cbc.subarray(cbc.length - 2 * BLOCK, plain.length - BLOCK), cbc.length - BLOCK);
  return out;
}

function decryptCts(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  const ecb = (block: Uint8Array): Uint8Array => {
    const decipher = createDecipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    return Uint8Array.from([...decipher.update(block), ...decipher.final()]);
  };
  if (sealed.length === BLOCK) return ecb(sealed);
  const tail = sealed.length - (Math.ceil(sealed.length / BLOCK) - 1) * BLOCK;
  const lastAt = sealed.length - tail;
  const swapped = sealed.subarray(lastAt - BLOCK, lastAt);
  const stolen = ecb(swapped);
  const previous = new Uint8Array(BLOCK);
  previous.set(sealed.subarray(lastAt));
  previous.set(stolen.subarray(tail), tail);
  const whole = new Uint8Array(lastAt + BLOCK);
  whole.set(sealed.subarray(0, lastAt - BLOCK));
  whole.set(previous, lastAt - BLOCK);
  whole.set(swapped, lastAt);
  const decipher = createDecipheriv("aes-256-cbc", key, ZERO_IV).setAutoPadding(false);
  return Uint8Array.from([...decipher.update(whole), ...decipher.final()]).slice(0, sealed.length);
}

/** Confounder and plain text encrypted, then 24 bytes of MAC. */
export function sealRfc8009(
  key: Uint8Array,
  usage: number,
  plain: Uint8Array,
  confounder: Uint8Array,
): Uint8Array {
  const ke = derive(key, usage, ENCRYPTION, KE_BYTES);
  const cipherText = encryptCts(ke, Uint8Array.from([...confounder, ...plain]));
  return Uint8Array.from([...cipherText, ...mac(key, usage, cipherText)]);
}

/** The plain text, or undefined when key or usage is another one. */
export function openRfc8009(key: Uint8Array, usage: number, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < BLOCK + MAC_BYTES) return undefined;
  const cipherText = sealed.subarray(0, sealed.length - MAC_BYTES);
  if (!timingSafeEqual(mac(key, usage, cipherText), sealed.subarray(cipherText.length))) return undefined;
  return decryptCts(derive(key, usage, ENCRYPTION, KE_BYTES), cipherText).subarray(BLOCK);
}
