/** The OSDMap in a module's process: fetched once, then kept by its increments. */

import type { OsdMap } from "../../types/osd_map.ts";
import { osdMapCodec } from "../../types/osd_map_apply.ts";
import type { OsdMapAnswer } from "../contract.ts";
import type { HeldSources } from "./held_sources.ts";
import { inherit } from "./osd_map_parts.ts";

/** Asks the host for what is newer than epoch `have`. */
export type AskOsdMap = (have: number) => Promise<OsdMapAnswer | null>;

const SOURCE = "osdMap";

/** One for each instance; who asks while a question is under way shares its answer. */
export class OsdMapReplica {
  readonly #ask: AskOsdMap;
  readonly #held: HeldSources;
  #map: OsdMap | undefined;
  #fetching: Promise<OsdMap | undefined> | undefined;

  constructor(ask: AskOsdMap, held: HeldSources) {
    this.#ask = ask;
    this.#held = held;
  }

  /** The newest map: the same object until there is a newer one. Undefined while the manager has none. */
  newest(): Promise<OsdMap | undefined> {
    if (this.#map !== undefined && this.#held.has(SOURCE)) return Promise.resolve(this.#map);
    this.#fetching ??= this.#fetch().finally(() => this.#fetching = undefined);
    return this.#fetching;
  }

  async #fetch(): Promise<OsdMap | undefined> {
    const known = this.#map;
    const answer = await this.#held.ask(SOURCE, () => this.#ask(known?.epoch ?? 0));
    if (answer === null) return undefined;
    try {
      const map = made(known, answer);
      if (known !== undefined && map !== known) inherit(map, known);
      return this.#map = map;
    } catch (e) {
      if (known === undefined) throw e;
      // What was put together here is not what the monitors have: begin anew with the whole map.
      this.#map = undefined;
      return await this.#fetch();
    }
  }
}

function made(known: OsdMap | undefined, { full, increments }: OsdMapAnswer): OsdMap {
  const base = full === null ? known : osdMapCodec.decode(full);
  if (base === undefined) throw new Error("Cannot make the OSDMap: the manager has sent increments alone");
  return increments.reduce((map, bytes) => osdMapCodec.apply(map, bytes), base);
}
