/** Options of Ceph among the words of a command line: `--name value`, `--name=value`, `--flag`, `--no-flag`. */

import { findOption } from "./options.ts";

/** The words still to be read. */
export class Words {
  #next = 0;
  constructor(readonly all: readonly string[]) {}

  /** The next word; undefined at the end. */
  take(): string | undefined {
    return this.all[this.#next++];
  }

  /** The next word if it matches. */
  takeIf(pattern: RegExp): string | undefined {
    return pattern.test(this.all[this.#next] ?? "") ? this.take() : undefined;
  }

  /** All words that are left. */
  rest(): readonly string[] {
    return this.all.slice(this.#next);
  }
}

/** Name and value of the option `name` (spelt with `_`), or why there is none. A boolean takes the next word only if it is one. */
export function readOption(
  name: string,
  attached: string | undefined,
  words: Words,
): [string, string] | string {
  const spec = findOption(name);
  if (spec?.type === "bool") return [name, attached ?? words.takeIf(/^(?:true|false|0|1)$/) ?? "true"];
  if (spec) {
    const value = attached ?? words.take();
    return value === undefined ? "it needs a value" : [name, value];
  }
  const positive = name.startsWith("no_") ? name.slice(3) : "";
  const negated = attached === undefined && findOption(positive)?.type === "bool";
  return negated ? [positive, "false"] : "there is no such flag or option";
}
