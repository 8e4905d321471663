/** Counts by OSD, quick for ids that are close together as those of OSDs are. */

const FIRST_SIZE = 1024;
/** Ids beyond, holes of erasure coded PGs among them and whatever a lying report names, take no room for the others. */
const DENSE_IDS = 2 ** 20;

/** How often each OSD was counted. */
export class OsdTally {
  #counts = new Uint32Array(FIRST_SIZE);
  readonly #others = new Map<number, number>();

  /** One more. */
  add(osd: number): void {
    if (osd < 0 || osd >= DENSE_IDS) this.#others.set(osd, (this.#others.get(osd) ?? 0) + 1);
    else {
      if (osd >= this.#counts.length) this.#grow(osd);
      this.#counts[osd]!++;
    }
  }

  /** What was counted; ids beyond the usual ones last. */
  *entries(): Generator<[osd: number, count: number]> {
    for (const [osd, count] of this.#counts.entries()) if (count > 0) yield [osd, count];
    yield* this.#others;
  }

  #grow(osd: number): void {
    const larger = new Uint32Array(Math.max(osd + 1, 2 * this.#counts.length));
    larger.set(this.#counts);
    this.#counts = larger;
  }
}
