/** Options of modules that are not there: what a test says of them. */

import type { Scalar } from "../declarations.ts";

/** By module and name: `hello/place`. */
export class OtherOptions {
  readonly #values = new Map<string, Scalar | null>();

  /** One that is declared; null while it is not set. */
  declare(key: string, value: Scalar | null): void {
    this.#values.set(key, value);
  }

  /** Null for one that is not set, or not declared. */
  get(key: string): Scalar | null {
    return this.#values.get(key) ?? null;
  }

  /** In the type of the value before. Throws as the monitors refuse one that nobody declares. */
  set(key: string, text: string | null): void {
    const before = this.#values.get(key);
    if (before === undefined) throw new Error(`unrecognized config option 'mgr/${key}'`);
    this.#values.set(key, text === null ? null : inTypeOf(before, text));
  }
}

function inTypeOf(before: Scalar | null, text: string): Scalar {
  if (typeof before === "number") return Number(text);
  return typeof before === "boolean" ? text === "true" : text;
}
