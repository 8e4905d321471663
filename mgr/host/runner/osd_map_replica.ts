/** The OSDMap in a module's process: fetched once, then kept by its increments. */

import type { OsdMap } from "../../types/osd_map.ts";
import { osdMapCodec } from "../../types/osd_map_apply.ts";
import type { OsdMapAnswer } from "../contract.ts";

/** Asks the host for what is newer than epoch `have`. */
export type AskOsdMap = (have: number) => Promise<OsdMapAnswer | null>;

/** One for each instance; who asks while a question is under way shares its answer. */
export class OsdMapReplica {
  readonly #ask: AskOsdMap;
  #map: OsdMap | undefined;
  #fetching: Promise<OsdMap | undefined> | undefined;

  constructor(ask: AskOsdMap) {
    this.#ask = ask;
  }

  /** The newest map: the same object until there is a newer one. Undefined while the manager has none. */
  newest(): Promise<OsdMap | undefined> {
    this.#fetching ??= this.#fetch().finally(() => this.#fetching = undefined);
    return this.#fetching;
  }

  async #fetch(): Promise<OsdMap | undefined> {
    const answer = await this.#ask(this.#map?.epoch ?? 0);
    if (answer === null) return undefined;
    const base = answer.full === null ? this.#map! : osdMapCodec.decode(answer.full);
    this.#map = answer.increments.reduce((map, bytes) => osdMapCodec.apply(map, bytes), base);
    return this.#map;
  }
}
