/** Which command words mean, and what its arguments are. Upstream: matchnum, validate, validate_command in ceph_argparse.py */

import { ArgError } from "./arg_error.ts";
import type { ArgScalar, ArgValue } from "./arg_types.ts";
import { listText } from "./python_text.ts";
import { CommandFlag, type Description, type Part, partName, usage } from "./signature.ts";

/** Values by name; `prefix` is the command. */
export type CommandValues = Map<string, ArgValue>;

/** Lines for stderr, and what a hint may be made of. */
export interface Mismatch {
  readonly lines: readonly string[];
  /** The word that is none of the choices of its argument. */
  readonly choice?: ArgError["choice"];
  /** Whether the command itself was recognised. */
  readonly known: boolean;
}

/** The command, or why there is none. */
export type Match =
  | { readonly values: CommandValues; readonly description: Description }
  | { readonly mismatch: Mismatch };

/** Lines of the list of what comes close. */
const MAX_CLOSEST = 10;

/** Finds the command that the words mean. */
export function matchCommand(words: readonly string[], descriptions: readonly Description[]): Match {
  const best = bestMatches(words, descriptions);
  const sorted = [...best].sort((a, b) => requiredParts(a) - requiredParts(b));
  const notes: string[] = [];
  let error: ArgError | undefined;
  for (const description of sorted) {
    try {
      return { values: readArguments(words, description, notes), description };
    } catch (e) {
      if (!(e instanceof ArgError)) throw e;
      if (e.kind === "prefix" || e.kind === "few") continue;
      error = e;
      if (e.kind === "missing" && best.length > 1) break;
      return { mismatch: invalid(error, description, notes) };
    }
  }
  const shown = best.filter(({ flags }) => (flags & (CommandFlag.deprecated | CommandFlag.hidden)) === 0)
    .slice(0, MAX_CLOSEST);
  const head = `no valid command found; ${shown.length} closest matches:`;
  return { mismatch: { lines: [...notes, head, ...shown.map(usage)], known: false } };
}

function invalid(error: ArgError, description: Description, notes: readonly string[]): Mismatch {
  const lines = [
    ...notes,
    `Invalid command: ${error.message}`,
    `${usage(description)} :  ${description.help}`,
  ];
  return { lines, known: true, ...(error.choice ? { choice: error.choice } : {}) };
}

function requiredParts({ parts }: Description): number {
  return parts.filter(({ required }) => required).length;
}

/** All that match equally well; whole words count half a word more than beginnings. */
function bestMatches(words: readonly string[], descriptions: readonly Description[]): Description[] {
  let most = 0;
  let best: Description[] = [];
  for (const description of descriptions) {
    if ((description.flags & CommandFlag.obsolete) !== 0) continue;
    const begun = countMatches(words, description.parts, true);
    const whole = begun >= Math.floor(most) && begun === countMatches(words, description.parts, false);
    const count = whole ? begun + 0.5 : begun;
    if (count > most) [most, best] = [count, [description]];
    else if (count === most) best.push(description);
  }
  return best;
}

/** How many required parts the words fill. `partial`: of the last word the beginning is enough. */
export function countMatches(words: readonly string[], parts: readonly Part[], partial: boolean): number {
  let next = 0;
  let matched = 0;
  for (const part of parts) {
    for (let seen = 0; part.many || seen < part.count; seen++) {
      if (next >= words.length) return matched;
      const word = words[next]!;
      if (!fits(word, part, partial && next === words.length - 1)) {
        if (part.required) return matched;
        break;
      }
      next++;
    }
    if (part.required) matched++;
  }
  return matched;
}

function fits(word: string, part: Part, partial: boolean): boolean {
  try {
    wordValues(word, part, false, partial);
    return true;
  } catch (e) {
    if (e instanceof ArgError) return false;
    throw e;
  }
}

/** Several values may stand in one word by commas, except that a string may hold commas of its own. */
function wordValues(word: string, part: Part, keyword: boolean, partial = false): ArgScalar[] {
  const split = part.many && (keyword || part.kind !== "CephString");
  return (split ? word.split(",") : [word]).map((text) => part.type.valid(text, partial));
}

/** A part while it is filled: how many words it has, and how many it takes. */
interface Slot {
  readonly part: Part;
  seen: number;
  wanted: number;
}

const CONFIRMATIONS: ReadonlySet<string> = new Set([
  "--yes-i-really-mean-it",
  "--yes-i-really-really-mean-it",
  "--yes-i-really-really-mean-it-not-faking",
  "--force",
]);

/** The arguments of one command. Throws ArgError; `notes` gets what was said of words that were passed over. */
function readArguments(words: readonly string[], description: Description, notes: string[]): CommandValues {
  const reader = new ArgumentReader(words, description);
  for (const slot of reader.slots) reader.fill(slot);
  if (reader.matched < requiredParts(description)) throw new ArgError("not enough arguments given", "few");
  if (reader.words.length > 0) {
    const { passedOver } = reader;
    if (passedOver) notes.push(`${passedOver.word} not valid:  ${passedOver.error.message}`);
    throw new ArgError(`unused arguments: ${listText(reader.words)}`, "value", passedOver?.error.choice);
  }
  return reader.values;
}

class ArgumentReader {
  readonly slots: readonly Slot[];
  readonly words: string[];
  readonly values: CommandValues = new Map();
  matched = 0;
  /** The last word that an optional part did not take. */
  passedOver: { readonly word: string; readonly error: ArgError } | undefined;
  readonly #byName: ReadonlyMap<string, Slot>;
  /** Words for a daemon's own option parser. */
  readonly #raw: boolean;

  constructor(words: readonly string[], { parts }: Description) {
    this.words = [...words];
    this.slots = parts.map((part) => ({ part, seen: 0, wanted: part.count }));
    this.#byName = new Map(
      this.slots.filter(({ part }) => part.kind !== "CephPrefix").map((slot) => [slot.part.name, slot]),
    );
    this.#raw = words[0] === "injectargs";
  }

  /** Takes words for one part; those of keyword arguments go where they belong. */
  fill(slot: Slot): void {
    const { part } = slot;
    slot.seen = 0;
    while (slot.seen < slot.wanted) {
      const word = this.words.shift();
      if (word === undefined) {
        if (!part.required || this.values.has(part.name)) return;
        return requireMore(slot);
      }
      if (this.#keyword(word)) continue;
      if (word.startsWith("--") && !this.#mayBeValue(word, part)) {
        throw new ArgError(`Unexpected argument '${word}'`);
      }
      if (!this.#positional(word, slot)) return;
    }
  }

  #mayBeValue(word: string, part: Part): boolean {
    return part.kind === "CephChoices" || CONFIRMATIONS.has(word) || this.#raw;
  }

  /** False when an optional part does not take the word, which stays for the next one. */
  #positional(word: string, slot: Slot): boolean {
    try {
      this.#store(slot, wordValues(word, slot.part, false));
    } catch (error) {
      if (!(error instanceof ArgError) || slot.part.required) throw error;
      this.passedOver = { word, error };
      this.words.unshift(word);
      return false;
    }
    this.passedOver = undefined;
    return true;
  }

  /** `--name=value`, `--name value`, `--flag`. */
  #keyword(word: string): boolean {
    const match = /^--([^=]+)(?:=(.+))?/.exec(word);
    const slot = match && this.#byName.get(match[1]!.replaceAll("-", "_"));
    if (!slot) return false;
    const value = match[2] ?? (slot.part.kind === "CephBool" ? "true" : this.words.shift());
    if (value === undefined) return false;
    this.#store(slot, wordValues(value, slot.part, true));
    return true;
  }

  #store(slot: Slot, values: readonly ArgScalar[]): void {
    const { part } = slot;
    slot.seen++;
    if (part.many) slot.wanted = slot.seen + 1;
    this.matched++;
    const last = values[values.length - 1]!;
    const before = this.values.get(part.name);
    if (part.many) this.values.set(part.name, Array.isArray(before) ? [...before, ...values] : values);
    else if (part.kind === "CephPrefix" && before !== undefined) {
      this.values.set(part.name, `${before} ${last}`);
    } else this.values.set(part.name, last);
  }
}

/** There are no more words for a part that must have some. */
function requireMore({ part, seen, wanted }: Slot): void {
  if (part.many) {
    if (seen < 1) throw new ArgError(`saw 0 of ${partName(part)}, expected at least 1`);
    return;
  }
  if (seen === 0 && wanted === 1) {
    throw new ArgError(`missing required parameter ${partName(part)}`, "missing");
  }
  throw new ArgError(`saw ${seen} of ${partName(part)}, expected ${wanted}`);
}
