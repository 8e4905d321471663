/** The space that a pool takes on each OSD, as numbers in one array: pools times OSDs are many. */

import { STATFS_FIELDS as FIELDS, type StoreStatfs, zeroStatfs } from "../types/store_statfs.ts";

/** Of one pool. Ids of OSDs are those of the OSDMap, so none is far beyond their number. */
export class StatfsColumn {
  #numbers = new Float64Array(0);
  readonly #osds = new Set<number>();

  get(osd: number): StoreStatfs | undefined {
    if (!this.#osds.has(osd)) return undefined;
    const statfs = zeroStatfs();
    FIELDS.forEach((field, i) => statfs[field] = this.#numbers[osd * FIELDS.length + i]!);
    return statfs;
  }

  set(osd: number, statfs: StoreStatfs): void {
    const end = (osd + 1) * FIELDS.length;
    if (end > this.#numbers.length) this.#grow(end);
    this.#osds.add(osd);
    FIELDS.forEach((field, i) => this.#numbers[osd * FIELDS.length + i] = statfs[field]);
  }

  delete(osd: number): void {
    this.#osds.delete(osd);
  }

  /** A copy, by ascending id. */
  all(): Map<number, StoreStatfs> {
    const osds = Uint32Array.from(this.#osds).sort();
    return new Map(Array.from(osds, (osd) => [osd, this.get(osd)!]));
  }

  #grow(length: number): void {
    const numbers = new Float64Array(Math.max(length, 2 * this.#numbers.length));
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
