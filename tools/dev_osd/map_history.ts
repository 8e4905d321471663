/** The OSDMaps of a simulated OSD: the newest one, and increments of before for clients that lag behind. */

import type { MOSDMap } from "../../mgr/messages/osd_map.ts";
import { OsdMapStore } from "../../mgr/state/osd_map_store.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";

/** Increments that are kept. */
const KEPT_MAPS = 200;

/** Follows the messages of the monitor. */
export class MapHistory {
  /** Increments by epoch, ascending. */
  readonly recent = new Map<number, Uint8Array>();
  readonly #store = new OsdMapStore<OsdMap>(osdMapCodec);

  /** The newest map. */
  get map(): OsdMap | undefined {
    return this.#store.map;
  }

  /** Takes a message; `next` is the epoch to ask for, 0 for a full map. */
  take(update: MOSDMap): { readonly changed: boolean; readonly next: number } {
    for (const [epoch, bytes] of update.incrementals) this.recent.set(epoch, bytes);
    for (const epoch of [...this.recent.keys()].slice(0, -KEPT_MAPS)) this.recent.delete(epoch);
    const { epochs, next } = this.#store.take(update);
    return { changed: epochs.length > 0, next };
  }
}
