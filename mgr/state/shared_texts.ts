/** Texts that many have the same of, each kept once. */

/** Beyond so many all are forgotten: those of one daemon alone are not worth being known. */
const MAX_KNOWN = 4096;

/** Hands out the first of equal texts. */
export class SharedTexts {
  readonly #known = new Map<string, string>();

  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}
