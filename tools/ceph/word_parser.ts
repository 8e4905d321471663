/** Options anywhere among the words of a command line, in the way of Python's argparse (parse_known_args). Pure. */

import { quoted } from "./python_text.ts";

/** One option with its spellings, first the one that messages name first. */
export interface OptionRow<T> {
  readonly flags: readonly string[];
  /** Undefined: it takes no value. Otherwise how the value is called in the usage. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly help: string;
  /** Stores it. Throws an Error whose message is what is wrong with the value. */
  readonly set: (target: T, value: string) => void;
}

/** The words cannot be read: the message is argparse's, after `error: `. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A word that is an option: which one, how it was spelt, and what was attached to it. */
interface Found<T> {
  /** Undefined: it looks like an option and is none of ours. */
  readonly row: OptionRow<T> | undefined;
  readonly flag: string;
  readonly attached: string | undefined;
}

/**
 * Reads all options of `rows` into `target` and returns the other words in order, `--` included; what follows `--` is
 * not read. Options may be shortened while they are unambiguous. Throws UsageError.
 */
export function readOptions<T>(rows: readonly OptionRow<T>[], words: readonly string[], target: T): string[] {
  const byFlag = new Map(rows.flatMap((row) => row.flags.map((flag) => [flag, row] as const)));
  const end = words.indexOf("--") < 0 ? words.length : words.indexOf("--");
  const found = words.slice(0, end).map((word) => findOption(byFlag, word));
  const rest: string[] = [];
  for (let i = 0; i < end; i++) {
    const option = found[i];
    if (option?.row === undefined) {
      rest.push(words[i]!);
      continue;
    }
    const { row, attached } = lastOfCluster(byFlag, option as Known<T>, target);
    if (row.value === undefined) row.set(target, "");
    else if (attached !== undefined) store(row, attached, target);
    else if (i + 1 < end && found[i + 1] === undefined) store(row, words[++i]!, target);
    else throw new UsageError(`argument ${row.flags.join("/")}: expected one argument`);
  }
  return [...rest, ...words.slice(end)];
}

type Known<T> = Found<T> & { readonly row: OptionRow<T> };

/** Undefined for a word that is no option. */
function findOption<T>(byFlag: ReadonlyMap<string, OptionRow<T>>, word: string): Found<T> | undefined {
  if (!word.startsWith("-") || word === "-") return undefined;
  const exact = byFlag.get(word);
  if (exact) return { row: exact, flag: word, attached: undefined };
  const equals = word.indexOf("=");
  const flag = equals < 0 ? word : word.slice(0, equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  const withValue = byFlag.get(flag);
  if (withValue) return { row: withValue, flag, attached };
  const shortened = word.startsWith("--")
    ? [...byFlag].filter(([full]) => full.startsWith(flag)).map(([flag, row]) => ({ row, flag, attached }))
    : glued(byFlag, word);
  if (shortened.length > 1) {
    const matches = shortened.map(({ flag }) => flag).join(", ");
    throw new UsageError(`ambiguous option: ${word} could match ${matches}`);
  }
  if (shortened.length === 1) return shortened[0];
  if (/^-\d+$|^-\d*\.\d+$/.test(word) || word.includes(" ")) return undefined;
  return { row: undefined, flag: word, attached: undefined };
}

/** `-fjson`, `-sw`. */
function glued<T>(byFlag: ReadonlyMap<string, OptionRow<T>>, word: string): Found<T>[] {
  const flag = word.slice(0, 2);
  const row = byFlag.get(flag);
  return row ? [{ row, flag, attached: word.slice(2) }] : [];
}

/** `-sw`: stores the flags before the last one, which may take a value. */
function lastOfCluster<T>(
  byFlag: ReadonlyMap<string, OptionRow<T>>,
  option: Known<T>,
  target: T,
): Known<T> {
  const { row, flag, attached } = option;
  if (row.value !== undefined || attached === undefined) return option;
  const next = byFlag.get(`-${attached[0]}`);
  if (flag.startsWith("--") || next === undefined) {
    throw new UsageError(`argument ${row.flags.join("/")}: ignored explicit argument ${quoted(attached)}`);
  }
  row.set(target, "");
  const rest = attached.slice(1);
  return lastOfCluster(
    byFlag,
    { row: next, flag: `-${attached[0]}`, attached: rest === "" ? undefined : rest },
    target,
  );
}

function store<T>(row: OptionRow<T>, value: string, target: T): void {
  const name = row.flags.join("/");
  if (row.choices && !row.choices.includes(value)) {
    const choices = row.choices.map(quoted).join(", ");
    throw new UsageError(`argument ${name}: invalid choice: ${quoted(value)} (choose from ${choices})`);
  }
  try {
    row.set(target, value);
  } catch (e) {
    throw new UsageError(`argument ${name}: ${e instanceof Error ? e.message : e}`);
  }
}
