/** AES-128-GCM of single blocks, by the quickest means that the process has. */

import { createCipheriv, createDecipheriv } from "node:crypto";
import { opensslGcm } from "./openssl.ts";

/** Bytes that GCM adds to every block. */
export const TAG_BYTES = 16;

/**
 * One block a call. Keys have 16 bytes and nonces 12. A sealed block is as long as the plain one and its tag: whoever
 * calls gives `out` just that length.
 */
export interface Gcm {
  /** Writes ciphertext and tag. */
  seal(
    key: Uint8Array<ArrayBuffer>,
    nonce: Uint8Array<ArrayBuffer>,
    plain: Uint8Array<ArrayBuffer>,
    out: Uint8Array<ArrayBuffer>,
  ): void;
  /** Writes the plain bytes; false when the tag is wrong, and then they mean nothing. */
  open(
    key: Uint8Array<ArrayBuffer>,
    nonce: Uint8Array<ArrayBuffer>,
    sealed: Uint8Array<ArrayBuffer>,
    out: Uint8Array<ArrayBuffer>,
  ): boolean;
}

const ALGORITHM = "aes-128-gcm";

/** By what is built into Deno. */
export const nodeGcm: Gcm = {
  seal(key, nonce, plain, out) {
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    out.set(cipher.update(plain));
    cipher.final();
    out.set(cipher.getAuthTag(), plain.length);
  },
  open(key, nonce, sealed, out) {
    const decipher = createDecipheriv(ALGORITHM, key, nonce);
    decipher.setAuthTag(sealed.subarray(out.length));
    out.set(decipher.update(sealed.subarray(0, out.length)));
    try {
      decipher.final();
      return true;
    } catch {
      return false;
    }
  },
};

const openssl = opensslGcm();

/** What connections use. */
export const gcm: Gcm = openssl ?? nodeGcm;

/** From this size on Web Crypto, which works beside the loop, holds it up for less time than `gcm` does. */
export const LARGE_BLOCK = openssl === undefined ? 4096 : 1024 * 1024;
