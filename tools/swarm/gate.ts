/** A gate: so many at a time, others wait in the order in which they came. */

/** Who has come in must leave. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves, when there is a place, with what to call when it is free again; further calls do nothing. */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
