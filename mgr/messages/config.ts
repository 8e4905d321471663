/** Options of the monitors' database: MConfig, MGetConfig. */

import { EntityName } from "../types/entity_name.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MConfig.h */
export interface MConfig {
  /** Everything the database holds for the receiver: an option that is missing was removed. */
  readonly config: ReadonlyMap<string, string>;
}

/** v1/1. */
export const MConfig: MessageType<MConfig> = {
  name: "MConfig",
  type: 62,
  version: 1,
  compat: 1,
  decode: (d) => ({ config: d.stringMap() }),
  encode: (e, m) => void e.stringMap(m.config),
};

/** Asks for an MConfig without a subscription. Upstream: messages/MGetConfig.h */
export interface MGetConfig {
  readonly name: EntityName;
  readonly host: string;
  readonly deviceClass: string;
}

/** v1/1. */
export const MGetConfig: MessageType<MGetConfig> = {
  name: "MGetConfig",
  type: 63,
  version: 1,
  compat: 1,
  decode: (d) => ({ name: EntityName.decode(d), host: d.string(), deviceClass: d.string() }),
  encode(e, m) {
    EntityName.encode(e, m.name);
    e.string(m.host).string(m.deviceClass);
  },
};
