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

/** Encoded increments kept for who has an older map: of the last minutes of a restless cluster. */
const MAX_INCREMENTS = 200;
/** A reader far behind is better served with the whole map. */
const MAX_INCREMENT_BYTES = 8 * 1024 * 1024;

/** The current map and its epoch. */
export class OsdMapStore<M> {
  readonly #codec: OsdMapCodec<M>;
  readonly #onEpoch: (map: M, epoch: number) => void;
  /** By the epoch that they make. */
  readonly #increments = new Map<number, Uint8Array>();
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

  /** What makes the current map of that of `epoch`, in order; undefined when some of it is not kept any more. */
  incrementsSince(epoch: number): Uint8Array[] | undefined {
    const increments: Uint8Array[] = [];
    for (let next = epoch + 1; next <= this.#epoch; next++) {
      const bytes = this.#increments.get(next);
      if (bytes === undefined) return undefined;
      increments.push(bytes);
    }
    return epoch <= this.#epoch ? increments : undefined;
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
      const map = this.#codec.apply(this.#map, incremental);
      this.#keep(epoch, incremental);
      return map;
    }
    const full = update.maps.get(epoch);
    return full && this.#codec.decode(full);
  }

  /** The bytes are copied: they are a view of a message that may hold many more. */
  #keep(epoch: number, incremental: Uint8Array): void {
    this.#increments.set(epoch, incremental.slice());
    let bytes = this.#increments.values().reduce((sum, { length }) => sum + length, 0);
    for (const [oldest, { length }] of this.#increments) {
      if (this.#increments.size <= MAX_INCREMENTS && bytes <= MAX_INCREMENT_BYTES) return;
      this.#increments.delete(oldest);
      bytes -= length;
    }
  }
}
