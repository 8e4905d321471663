/** CryptoKey: a secret with its type. Its bytes never reach a log, an error text or JSON. */

import { type Codec, DecodeError, Decoder, encodeAll } from "../encoding/mod.ts";
import { UTime, ZERO_TIME } from "../types/utime.ts";

/** Kinds of keys. Upstream: CEPH_CRYPTO_* in include/ceph_fs.h */
export const KeyType = { none: 0, aes: 1, aes256krb5: 2 } as const;

const KEY_BYTES: ReadonlyMap<number, number> = new Map([[KeyType.none, 0], [KeyType.aes, 16], [
  KeyType.aes256krb5,
  32,
]]);

/** One key. Upstream: CryptoKey in auth/Crypto.h */
export class CryptoKey {
  readonly type: number;
  readonly created: UTime;
  readonly #secret: Uint8Array;

  constructor(type: number, secret: Uint8Array, created: UTime = ZERO_TIME) {
    this.type = type;
    this.created = created;
    this.#secret = secret.slice();
  }

  /** A new key of type aes or aes256krb5. */
  static generate(type: number, random: (n: number) => Uint8Array, created: UTime): CryptoKey {
    return new CryptoKey(type, random(KEY_BYTES.get(type) ?? 0), created);
  }

  /** The secret bytes: for sealing only. */
  get secret(): Uint8Array {
    return this.#secret;
  }

  /** u16 type, utime created, u16 length, bytes. Throws DecodeError for a type that we do not know. */
  static readonly codec: Codec<CryptoKey> = {
    decode: (d) =>
      d.struct("CryptoKey", (d) => {
        const type = d.u16();
        const created = UTime.decode(d);
        const length = d.u16();
        if (KEY_BYTES.get(type) !== length) {
          d.fail(`key of type ${type} with ${length} bytes is not known here`);
        }
        return new CryptoKey(type, d.raw(length), created);
      }),
    encode(e, v): void {
      e.u16(v.type);
      UTime.encode(e, v.created);
      e.u16(v.#secret.length).raw(v.#secret);
    },
  };

  /** Reads the form of keyring files. Throws an Error that does not show the text. */
  static fromBase64(text: string): CryptoKey {
    try {
      const d = new Decoder(Uint8Array.fromBase64(text.trim()));
      const key = CryptoKey.codec.decode(d);
      d.finish();
      return key;
    } catch (e) {
      const why = e instanceof DecodeError ? e.reason : "it is not base64";
      throw new Error(`Cannot read a key: ${why}`);
    }
  }

  toBase64(): string {
    return encodeAll(CryptoKey.codec.encode, this).toBase64();
  }

  toString(): string {
    return `CryptoKey(type ${this.type})`;
  }
  toJSON(): string {
    return this.toString();
  }
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
