/** AES-128-GCM of OpenSSL's libcrypto, which Ceph's own messenger uses: a fifth of what node:crypto takes in Deno. */

import type { Gcm } from "./gcm.ts";

/** Soname of the last two series; Debian's package is libssl3. Elsewhere node:crypto does it. */
const LIBRARIES = ["libcrypto.so.3", "libcrypto.so.1.1"];

/** EVP_CTRL_GCM_GET_TAG and EVP_CTRL_GCM_SET_TAG. */
const GET_TAG = 0x10;
const SET_TAG = 0x11;
const OK = 1;

const SYMBOLS = {
  EVP_CIPHER_CTX_new: { parameters: [], result: "pointer" },
  EVP_aes_128_gcm: { parameters: [], result: "pointer" },
  EVP_EncryptInit_ex: { parameters: ["pointer", "pointer", "pointer", "buffer", "buffer"], result: "i32" },
  EVP_EncryptUpdate: { parameters: ["pointer", "buffer", "buffer", "buffer", "i32"], result: "i32" },
  EVP_EncryptFinal_ex: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  EVP_DecryptInit_ex: { parameters: ["pointer", "pointer", "pointer", "buffer", "buffer"], result: "i32" },
  EVP_DecryptUpdate: { parameters: ["pointer", "buffer", "buffer", "buffer", "i32"], result: "i32" },
  EVP_DecryptFinal_ex: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  EVP_CIPHER_CTX_ctrl: { parameters: ["pointer", "i32", "i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Library = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Undefined where the library is not there, or where the process may not load one. */
export function opensslGcm(): Gcm | undefined {
  // Asking for a permission that we have not would stop a program in a terminal with a question.
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
  for (const name of LIBRARIES) {
    const library = load(name);
    if (library !== undefined) return new OpensslGcm(library);
  }
  return undefined;
}

function load(name: string): Library | undefined {
  try {
    return Deno.dlopen(name, SYMBOLS).symbols;
  } catch {
    return undefined;
  }
}

/**
 * One context for each direction serves all connections, for every block sets its key and nonce: that is half a
 * microsecond, and nothing has to be freed.
 */
class OpensslGcm implements Gcm {
  readonly #library: Library;
  readonly #sealing: Deno.PointerValue;
  readonly #opening: Deno.PointerValue;
  /**
   * Of the block in work: what a library is shown lives outside of the heap from then on, which for the keys of all
   * connections would be a burden.
   */
  readonly #key = new Uint8Array(16);
  readonly #nonce = new Uint8Array(12);
  /** Where OpenSSL says how much it wrote. */
  readonly #written = new Uint8Array(4);
  /** GCM writes nothing at its end, yet wants a place for it. */
  readonly #nothing = new Uint8Array(16);

  constructor(library: Library) {
    this.#library = library;
    const cipher = library.EVP_aes_128_gcm();
    this.#sealing = library.EVP_CIPHER_CTX_new();
    this.#opening = library.EVP_CIPHER_CTX_new();
    check(library.EVP_EncryptInit_ex(this.#sealing, cipher, null, null, null));
    check(library.EVP_DecryptInit_ex(this.#opening, cipher, null, null, null));
  }

  seal(key: Bytes, nonce: Bytes, plain: Bytes, out: Bytes): void {
    const [library, context, tag] = [this.#library, this.#sealing, out.subarray(plain.length)];
    this.#take(key, nonce);
    check(library.EVP_EncryptInit_ex(context, null, null, this.#key, this.#nonce));
    check(library.EVP_EncryptUpdate(context, out, this.#written, plain, plain.length));
    check(library.EVP_EncryptFinal_ex(context, this.#nothing, this.#written));
    check(library.EVP_CIPHER_CTX_ctrl(context, GET_TAG, tag.length, tag));
  }

  open(key: Bytes, nonce: Bytes, sealed: Bytes, out: Bytes): boolean {
    const [library, context, tag] = [this.#library, this.#opening, sealed.subarray(out.length)];
    this.#take(key, nonce);
    check(library.EVP_DecryptInit_ex(context, null, null, this.#key, this.#nonce));
    check(library.EVP_DecryptUpdate(context, out, this.#written, sealed, out.length));
    check(library.EVP_CIPHER_CTX_ctrl(context, SET_TAG, tag.length, tag));
    return library.EVP_DecryptFinal_ex(context, this.#nothing, this.#written) === OK;
  }

  #take(key: Bytes, nonce: Bytes): void {
    this.#key.set(key);
    this.#nonce.set(nonce);
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

function check(result: number): void {
  if (result !== OK) throw new Error("Cannot use AES-128-GCM of libcrypto: a call failed");
}
