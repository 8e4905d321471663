/** AES-128-GCM as msgr2 uses it on the wire. Upstream: msg/async/crypto_onwire.cc */

import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { ProtocolError } from "./errors.ts";

/** Bytes that GCM adds to every block. */
export const TAG_BYTES = 16;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
/** Key and two nonces. A shorter secret aborts a real peer, so we refuse it in both roles. */
const MIN_SECRET_BYTES = KEY_BYTES + 2 * NONCE_BYTES;

const ALGORITHM = "aes-128-gcm";
const WRONG_TAG = "Cannot take the frame: its authentication tag is wrong";

/** From this size on `openLarge` is the faster one. */
export const LARGE_BLOCK = 4096;

/** The nonce of one direction: 4 fixed bytes and a counter that wraps around. */
class Nonce {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
    this.#view = new DataView(this.bytes.buffer);
  }

  advance(): void {
    this.#view.setBigUint64(4, this.#view.getBigUint64(4, true) + 1n, true);
  }
}

/** Encrypts one direction; every call takes the next nonce. */
export class Sealer {
  readonly #key: Uint8Array;
  readonly #nonce: Nonce;

  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#key = key.slice();
    this.#nonce = new Nonce(nonce);
  }

  /** Writes ciphertext and tag of `plain` into `out` at `at`. */
  seal(plain: Uint8Array, out: Uint8Array, at: number): void {
    const cipher = createCipheriv(ALGORITHM, this.#key, this.#nonce.bytes);
    this.#nonce.advance();
    out.set(cipher.update(plain), at);
    cipher.final();
    out.set(cipher.getAuthTag(), at + plain.length);
  }
}

/** Decrypts one direction; every call takes the next nonce. */
export class Opener {
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #nonce: Nonce;
  /** Made when the first large block comes: many peers never send one. */
  #webKey: Promise<CryptoKey> | undefined;

  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#key = key.slice();
    this.#nonce = new Nonce(nonce);
  }

  /**
   * As `open`, a little later: Web Crypto takes a third of the time for 64 KiB, and longer below LARGE_BLOCK. `sealed`
   * must stay as it is until then.
   */
  async openLarge(sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const iv = this.#nonce.bytes.slice();
    this.#nonce.advance();
    this.#webKey ??= crypto.subtle.importKey("raw", this.#key, "AES-GCM", false, ["decrypt"]);
    const key = await this.#webKey;
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed));
    } catch {
      throw new ProtocolError(WRONG_TAG);
    }
  }

  /** The plain bytes of ciphertext and tag. Throws ProtocolError when the tag is wrong. */
  open(sealed: Uint8Array): Uint8Array {
    const body = sealed.subarray(0, sealed.length - TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, this.#nonce.bytes);
    this.#nonce.advance();
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const plain = decipher.update(body);
    try {
      decipher.final();
    } catch {
      throw new ProtocolError(WRONG_TAG);
    }
    // A plain view of it: nothing outside of this file is to know node's Buffer.
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength);
  }
}

/** The two directions of a secure connection, as `role` uses them. */
export function makeCiphers(
  secret: Uint8Array,
  role: "client" | "server",
): { sealer: Sealer; opener: Opener } {
  if (secret.length < MIN_SECRET_BYTES) {
    throw new ProtocolError(`Cannot switch to secure mode: connection secret of ${secret.length} bytes`);
  }
  const key = secret.subarray(0, KEY_BYTES);
  const toClient = secret.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
  const toServer = secret.subarray(KEY_BYTES + NONCE_BYTES, MIN_SECRET_BYTES);
  return role === "client"
    ? { sealer: new Sealer(key, toServer), opener: new Opener(key, toClient) }
    : { sealer: new Sealer(key, toClient), opener: new Opener(key, toServer) };
}

const SIGNATURE_BYTES = 32;

/** AUTH_SIGNATURE over the raw bytes of one direction; zeros when there is no session key (method none). */
export function signature(sessionKey: Uint8Array, wire: readonly Uint8Array[]): Uint8Array {
  if (sessionKey.length === 0) return new Uint8Array(SIGNATURE_BYTES);
  const hmac = createHmac("sha256", sessionKey);
  for (const bytes of wire) hmac.update(bytes);
  return new Uint8Array(hmac.digest());
}

/** Compares in constant time. */
export function sameSignature(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
