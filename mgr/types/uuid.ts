/** uuid_d: 16 bytes in the order of the text form. */

import type { Codec } from "../encoding/mod.ts";

/** Lower-case text with dashes. */
export type Uuid = string;

/** All zero. */
export const ZERO_UUID: Uuid = "00000000-0000-0000-0000-000000000000";

/** 16 raw bytes. */
export const Uuid: Codec<Uuid> = {
  decode(d) {
    const hex = d.raw(16).toHex();
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  },
  encode: (e, v) => void e.raw(Uint8Array.fromHex(v.replaceAll("-", ""))),
};

/** Whether the text is a uuid. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
