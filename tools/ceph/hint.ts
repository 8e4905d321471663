/** "Did you mean": commands and values that a mistyped word comes close to. Pure. */

import type { Mismatch } from "./match.ts";
import { CommandFlag, type Description, prefixWords } from "./signature.ts";

/** More would not help to choose. */
const MAX_HINTS = 3;
/** A forgotten word weighs as much as so many letters. */
const MISSING_WORD = 2;

/** One line that helps, or undefined. */
export function hintFor(
  words: readonly string[],
  descriptions: readonly Description[],
  { choice, known }: Mismatch,
): string | undefined {
  if (choice) return didYouMean(closest(choice.word, choice.choices));
  if (words.length === 0) return undefined;
  const prefixes = visiblePrefixes(descriptions);
  const begun = prefixes.filter((prefix) => begins(prefix, words));
  if (begun.length > 0) {
    const count = begun.length === 1 ? "1 command begins" : `${begun.length} commands begin`;
    return `${count} with '${words.join(" ")}': -h behind the words lists what there is.`;
  }
  if (known) return undefined;
  return didYouMean(similarCommands(words, prefixes)) ?? "-h lists all commands.";
}

function visiblePrefixes(descriptions: readonly Description[]): string[][] {
  const hidden = CommandFlag.obsolete | CommandFlag.deprecated | CommandFlag.hidden;
  return descriptions.filter(({ flags }) => (flags & hidden) === 0).map(prefixWords);
}

/** The prefix goes on where the words end. */
function begins(prefix: readonly string[], words: readonly string[]): boolean {
  return prefix.length > words.length && words.every((word, i) => word === prefix[i]);
}

/** Commands by how little must be changed, the best only. */
export function similarCommands(
  words: readonly string[],
  prefixes: readonly (readonly string[])[],
): string[] {
  const rated = new Map<string, number>();
  for (const prefix of prefixes) {
    const cost = prefixCost(words, prefix);
    if (cost !== undefined) rated.set(prefix.join(" "), cost);
  }
  const least = Math.min(...rated.values());
  return [...rated].filter(([, cost]) => cost === least).map(([text]) => text).sort();
}

/** Letters to change so that the words begin with the prefix; undefined when they are something else. */
function prefixCost(words: readonly string[], prefix: readonly string[]): number | undefined {
  const whole = wordsCost(words, prefix);
  const tail = prefix.length > 1 ? wordsCost(words, prefix.slice(1)) : undefined;
  const costs = [whole, tail === undefined ? undefined : tail + MISSING_WORD];
  const known = costs.filter((cost) => cost !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function wordsCost(words: readonly string[], prefix: readonly string[]): number | undefined {
  if (words.length < prefix.length) return undefined;
  let cost = 0;
  for (const [i, wanted] of prefix.entries()) {
    const letters = typos(words[i]!, wanted);
    if (letters > tolerance(wanted)) return undefined;
    cost += letters;
  }
  return cost;
}

/** Letters that may differ: one in a short word, a third of a long one. */
function tolerance(word: string): number {
  return word.length <= 2 ? 0 : Math.max(1, Math.floor(word.length / 3));
}

/** The choices that come closest to a word. */
export function closest(word: string, choices: readonly string[]): string[] {
  const rated = choices.map((choice) => [choice, typos(word, choice)] as const)
    .filter(([choice, letters]) =>
      letters <= tolerance(choice) || (word.length > 1 && choice.startsWith(word))
    );
  const least = Math.min(...rated.map(([, letters]) => letters));
  return rated.filter(([, letters]) => letters === least).map(([choice]) => choice);
}

function didYouMean(found: readonly string[]): string | undefined {
  if (found.length === 0 || found.length > MAX_HINTS) return undefined;
  const quoted = found.map((text) => `'${text}'`);
  const last = quoted.pop()!;
  return `Did you mean ${quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`}?`;
}

/** Letters added, left out, changed, or swapped with their neighbour (optimal string alignment). */
export function typos(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
