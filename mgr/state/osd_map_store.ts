/** Keeps the newest OSDMap: full maps taken, increments applied, gaps noticed. No I/O. */

/** What MOSDMap carries: encoded maps and increments by epoch. */
export interface OsdMapUpdate {
  readonly incrementals: ReadonlyMap<number, Uint8Array>;
  readonly maps: ReadonlyMap<number, Uint8Array>;
}

/** How a map is made of bytes. Both throw on bytes that do not decode and on a crc that does not fit. */
export interface OsdMapCodec<M> {
  decode(full: Uint8Array): M;
  apply(map: M, incremental: Uint8Array): M;
}

/** What an update did. */
export interface OsdMapProgress {
  /** Epochs that became current, in order. */
  readonly epochs: readonly number[];
  /** What to subscribe from: the next epoch, or 0 for a full map after a gap or a broken increment. */
  readonly next: number;
  /** Why a full map is needed, if it is. */
  readonly trouble?: string;
}

/** The current map and its epoch. */
export class OsdMapStore<M> {
  readonly #codec: OsdMapCodec<M>;
  readonly #onEpoch: (map: M, epoch: number) => void;
  #map: M | undefined;
  #epoch = 0;

  /** `onEpoch` sees every map that becomes current. */
  constructor(codec: OsdMapCodec<M>, onEpoch: (map: M, epoch: number) => void = () => {}) {
    this.#codec = codec;
    this.#onEpoch = onEpoch;
  }

  get map(): M | undefined {
    return this.#map;
  }

  /** 0 while there is none. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Takes what is newer than the current map. */
  take(update: OsdMapUpdate): OsdMapProgress {
    const epochs: number[] = [];
    const newest = Math.max(0, ...update.incrementals.keys(), ...update.maps.keys());
    const first = this.#first(update);
    try {
      for (let epoch = first; epoch <= newest; epoch++) {
        const map = this.#make(epoch, update);
        if (map === undefined) return { epochs, next: 0, trouble: `OSDMap epoch ${epoch} is missing` };
        this.#map = map;
        this.#epoch = epoch;
        epochs.push(epoch);
        this.#onEpoch(map, epoch);
      }
    } catch (e) {
      // A full map that does not decode will not decode when it is sent again: that would go on for ever.
      const next = update.maps.size > 0 ? newest + 1 : 0;
      return { epochs, next, trouble: e instanceof Error ? e.message : String(e) };
    }
    return { epochs, next: this.#map === undefined ? 0 : this.#epoch + 1 };
  }

  /**
   * Where to begin: behind the current map if its successor is there; else, as without a map, at the newest full one
   * (or at epoch 1, whose increment is a full map).
   */
  #first(update: OsdMapUpdate): number {
    const next = this.#epoch + 1;
    const fulls = [...update.maps.keys()].filter((epoch) => epoch >= next);
    if (this.#map !== undefined && (update.incrementals.has(next) || fulls.length === 0)) return next;
    return fulls.length > 0 ? Math.max(...fulls) : 1;
  }

  #make(epoch: number, update: OsdMapUpdate): M | undefined {
    const incremental = update.incrementals.get(epoch);
    if (incremental !== undefined && this.#map !== undefined && this.#epoch === epoch - 1) {
      return this.#codec.apply(this.#map, incremental);
    }
    const full = update.maps.get(epoch);
    return full && this.#codec.decode(full);
  }
}
