/** AES-128-GCM as msgr2 uses it on the wire. Upstream: msg/async/crypto_onwire.cc */

import { createHmac, timingSafeEqual } from "node:crypto";
import { ProtocolError } from "./errors.ts";
import { gcm, TAG_BYTES } from "./gcm.ts";

const KEY_BYTES = 16;
const NONCE_BYTES = 12;
/** Key and two nonces. A shorter secret aborts a real peer, so we refuse it in both roles. */
const MIN_SECRET_BYTES = KEY_BYTES + 2 * NONCE_BYTES;

const WRONG_TAG = "Cannot take the frame: its authentication tag is wrong";

/** The nonce of one direction: 4 fixed bytes and a counter that wraps around. */
class Nonce {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  advance(): void {
    this.#view.setBigUint64(4, this.#view.getBigUint64(4, true) + 1n, true);
  }
}

/** Encrypts one direction; every call takes the next nonce. */
export class Sealer {
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #nonce: Nonce;

  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#key = new Uint8Array(key);
    this.#nonce = new Nonce(nonce);
  }

  /** Writes ciphertext and tag of `plain` into `out` at `at`. */
  seal(plain: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>, at: number): void {
    gcm.seal(this.#key, this.#nonce.bytes, plain, out.subarray(at, at + plain.length + TAG_BYTES));
    this.#nonce.advance();
  }
}

/** Decrypts one direction; every call takes the next nonce. */
export class Opener {
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #nonce: Nonce;
  /** Made when the first large block comes: many peers never send one. */
  #webKey: Promise<CryptoKey> | undefined;

  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#key = new Uint8Array(key);
    this.#nonce = new Nonce(nonce);
  }

  /**
   * As `open`, a little later and beside the loop: for blocks of LARGE_BLOCK and more. `sealed` must stay as it is until
   * then.
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
  open(sealed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const plain = new Uint8Array(sealed.length - TAG_BYTES);
    const isRight = gcm.open(this.#key, this.#nonce.bytes, sealed, plain);
    this.#nonce.advance();
    if (!isRight) throw new ProtocolError(WRONG_TAG);
    return plain;
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
