/** Asks for the MonMap: MMonGetMap. */

import type { MessageType } from "./message.ts";

/** Nothing. Upstream: messages/MMonGetMap.h */
export type MMonGetMap = Readonly<Record<string, never>>;

/** v1/1, an empty front. */
export const MMonGetMap: MessageType<MMonGetMap> = {
  name: "MMonGetMap",
  type: 5,
  version: 1,
  compat: 1,
  decode: () => ({}),
  encode: () => {},
};
