/** AES-128-GCM as msgr2 uses it on the wire. Upstream: msg/async/crypto_onwire.cc */

import { createHmac, timingSafeEqual } from "node:crypto";
import { ProtocolError } from "./errors.ts";
import { gcm, TAG_BYTES } from "./gcm.ts";

const KEY_BYTES = 16;
const NONCE_BYTES = 12;
/** Key and two nonces. A shorter secret aborts a real peer, so we refuse it in both roles. */
const MIN_SECRET_BYTES = KEY_BYTES + 2 * NONCE_BYTES;

const WRONG_TAG = "Cannot take the frame: its authentication tag is wrong";

/** Where the counter of a nonce is: 8 bytes, the lowest first, behind 4 that stay. */
const COUNTER_AT = 4;

/** Counts by one and wraps around. By bytes: a view of each of 30,000 nonces would be as many objects. */
function advance(nonce: Uint8Array): void {
  for (let i = COUNTER_AT; i < NONCE_BYTES; i++) {
    nonce[i]!++;
    if (nonce[i] !== 0) return;
  }
}

/** Encrypts one direction; every call takes the next nonce. */
export class Sealer {
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #nonce: Uint8Array<ArrayBuffer>;

  /** The key is kept as it is, the nonce is copied. */
  constructor(key: Uint8Array<ArrayBuffer>, nonce: Uint8Array) {
    this.#key = key;
    this.#nonce = new Uint8Array(nonce);
  }

  /** Writes ciphertext and tag of `plain` into `out` at `at`. */
  seal(plain: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>, at: number): void {
    gcm.seal(this.#key, this.#nonce, plain, out.subarray(at, at + plain.length + TAG_BYTES));
    advance(this.#nonce);
  }
}

/** Decrypts one direction; every call takes the next nonce. */
export class Opener {
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #nonce: Uint8Array<ArrayBuffer>;
  /** Made when the first large block comes: many peers never send one. */
  #webKey: Promise<CryptoKey> | undefined;

  /** The key is kept as it is, the nonce is copied. */
  constructor(key: Uint8Array<ArrayBuffer>, nonce: Uint8Array) {
    this.#key = key;
    this.#nonce = new Uint8Array(nonce);
  }

  /**
   * As `open`, a little later and beside the loop: for blocks of LARGE_BLOCK and more. `sealed` must stay as it is until
   * then.
   */
  async openLarge(sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const iv = this.#nonce.slice();
    advance(this.#nonce);
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
    const isRight = gcm.open(this.#key, this.#nonce, sealed, plain);
    advance(this.#nonce);
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
  // A copy, for the secret is part of a longer text.
  const key = new Uint8Array(secret.subarray(0, KEY_BYTES));
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
