/** Texts of pairs of numbers: those that come again and again are the same string, which is not made twice. */

interface Known {
  readonly a: number;
  readonly b: number;
  readonly text: string;
}

/** Each pair has one place, which it shares with many others: the last one of them is known. */
const PLACES = 4096;
const NOTHING: Known = { a: NaN, b: NaN, text: "" };

/** For texts of one kind. */
export class KnownTexts {
  readonly #make: (a: number, b: number) => string;
  readonly #known: Known[] = Array(PLACES).fill(NOTHING);

  /** The text follows from the two whole numbers alone. */
  constructor(make: (a: number, b: number) => string) {
    this.#make = make;
  }

  of(a: number, b: number): string {
    const place = (a ^ b ^ (b >>> 12)) & (PLACES - 1);
    const known = this.#known[place]!;
    if (known.a === a && known.b === b) return known.text;
    const text = this.#make(a, b);
    this.#known[place] = { a, b, text };
    return text;
  }
}
