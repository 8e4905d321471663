/** A module's options as it reads and writes them: texts on one side, typed values on the other. */

import { type OptionType, parseOption } from "../../types/option_value.ts";
import type { OptionDeclaration, Pairs } from "../contract.ts";

/** A value of an option. */
export type ModuleOptionValue = string | number | boolean;

/** The declared options, and the texts that are set. */
export class DeclaredOptions {
  readonly #declared: Readonly<Record<string, OptionDeclaration>>;
  readonly #mgrId: string;
  #texts: ReadonlyMap<string, string>;

  constructor(
    declared: Readonly<Record<string, OptionDeclaration>>,
    mgrId: string,
    texts: Pairs<string>,
  ) {
    this.#declared = declared;
    this.#mgrId = mgrId;
    this.#texts = new Map(texts);
  }

  /** Replaces all texts. */
  replace(texts: Pairs<string>): void {
    this.#texts = new Map(texts);
  }

  /** What a write that was acknowledged has made true. */
  set(name: string, text: string | null): void {
    const texts = new Map(this.#texts);
    if (text === null) texts.delete(name);
    else texts.set(name, text);
    this.#texts = texts;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#declared, name);
  }

  /** What is set, else the default. A text that is no value of its type counts as not set; `complain` hears of it. */
  get(name: string, localized: boolean, complain: (text: string) => void): ModuleOptionValue | undefined {
    const declared = this.#declared[name]!;
    const names = localized ? [this.localName(name), name] : [name];
    for (const key of names) {
      const text = this.#texts.get(key);
      if (text === undefined) continue;
      try {
        return parseOption(typeOf(declared), text);
      } catch (e) {
        complain(`Cannot use option ${key}: ${e instanceof Error ? e.message : e}`);
      }
    }
    return declared.default;
  }

  /** The name under which the value for this manager alone is kept. */
  localName(name: string): string {
    return `${this.#mgrId}/${name}`;
  }
}

const typeOf = ({ type }: OptionDeclaration): OptionType => (type ?? "str") as OptionType;
