/** What a monitor knows of an entity: its key and caps. Upstream: EntityAuth in auth/Auth.h */

import type { Codec, Decoder } from "../encoding/mod.ts";
import { CryptoKey } from "./crypto_key.ts";

/** An entity's entry. */
export interface EntityAuth {
  readonly key: CryptoKey;
  /** Cap string by service name ("mon", "osd", "mds", "mgr"). */
  readonly caps: ReadonlyMap<string, string>;
  /** A key that is to replace the other one (of type none: there is none); since v3. */
  readonly pendingKey?: CryptoKey;
}

const NO_AUID = 0xffff_ffff_ffff_ffffn;
const VERSION = 2;
const VERSION_WITH_PENDING = 3;

/** u8 version without a compat; caps are strings inside bufferlists. Writes v3 only where there is a pending key. */
export const EntityAuth: Codec<EntityAuth> = {
  decode: (d) =>
    d.struct("EntityAuth", (d) => {
      const version = d.u8();
      if (version >= VERSION) d.u64();
      const key = CryptoKey.codec.decode(d);
      const caps = d.map((d) => d.string(), decodeCap);
      if (version < VERSION_WITH_PENDING) return { key, caps };
      return { key, caps, pendingKey: CryptoKey.codec.decode(d) };
    }),
  encode(e, v): void {
    e.u8(v.pendingKey === undefined ? VERSION : VERSION_WITH_PENDING).u64(NO_AUID);
    CryptoKey.codec.encode(e, v.key);
    e.map(v.caps, (e, name) => void e.string(name), (e, cap) => void e.blob((e) => e.string(cap)));
    if (v.pendingKey !== undefined) CryptoKey.codec.encode(e, v.pendingKey);
  },
};

function decodeCap(d: Decoder): string {
  const length = d.u32();
  return length === 0 ? "" : d.within(length, (d) => d.string());
}
