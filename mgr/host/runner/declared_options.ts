/** A module's options as it reads and writes them: texts on one side, typed values on the other. */

import { type OptionType, parseOption } from "../../types/option_value.ts";
import type { OptionDeclaration, Pairs } from "../contract.ts";

/** A value of an option. */
export type ModuleOptionValue = string | number | boolean;

/** The declared options, and the texts that are set. An empty text is one that is not set, as with the monitors. */
export class DeclaredOptions {
  readonly #declared: Readonly<Record<string, OptionDeclaration>>;
  readonly #mgrId: string;
  /** Texts that were complained of. */
  readonly #bad = new Map<string, string>();
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
    if (text === null || text === "") texts.delete(name);
    else texts.set(name, text);
    this.#texts = texts;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#declared, name);
  }

  /** What is set, else the default. A text that is not allowed counts as not set; `complain` hears of it once. */
  get(name: string, localized: boolean, complain: (text: string) => void): ModuleOptionValue | undefined {
    const declared = this.#declared[name]!;
    const keys = localized ? [this.localName(name), name] : [name];
    for (const key of keys) {
      const text = this.#texts.get(key);
      if (text === undefined) continue;
      try {
        return valueOf(declared, text);
      } catch (e) {
        if (this.#bad.get(key) !== text) complain(`Cannot use option ${key}: ${(e as Error).message}`);
        this.#bad.set(key, text);
      }
    }
    return defaultOf(declared);
  }

  /** The name under which the value for this manager alone is kept. */
  localName(name: string): string {
    return `${this.#mgrId}/${name}`;
  }
}

/** A text is a text, whatever stands in the declaration: it would be one as soon as it is set. */
function defaultOf({ type = "str", default: value }: OptionDeclaration): ModuleOptionValue | undefined {
  return type === "str" && value !== undefined ? String(value) : value;
}

/** Throws an Error that says why the text is not allowed. The monitors look at bounds only when both are declared. */
function valueOf(
  { type = "str", enumAllowed, min, max }: OptionDeclaration,
  text: string,
): ModuleOptionValue {
  const value = parseOption(type as OptionType, text);
  if (enumAllowed !== undefined && !enumAllowed.includes(text)) {
    throw new Error(`'${text}' is not one of the permitted values: ${enumAllowed.join(", ")}`);
  }
  if (min !== undefined && Number(value) < Number(min)) throw new Error(`'${text}' is below minimum ${min}`);
  if (max !== undefined && Number(value) > Number(max)) throw new Error(`'${text}' exceeds maximum ${max}`);
  return value;
}
