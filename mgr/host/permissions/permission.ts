/** One permission as people write it, in manifests, refusals and on the command line: `command mon osd tree`. Pure. */

import { type Constraint, parseConstraints } from "../../auth/mgr_cap_parser.ts";
import { FORMS, type Verb, VERBS } from "./verb_forms.ts";

/** What it allows: a verb and what it is about. Two are the same when `formatPermission` says the same. */
export interface Permission {
  readonly verb: Verb;
  /** As the verb takes them: target and prefix of a command, module and method of a remote call. `*` is any. */
  readonly words: readonly string[];
  /** What arguments of a command must be; empty for all other verbs. */
  readonly constraints: ReadonlyMap<string, Constraint>;
}

/** A text that is no permission; the message says what to write instead. */
export class PermissionSyntaxError extends Error {
  override readonly name = "PermissionSyntaxError";
}

/** Longest text of one permission. */
export const MAX_PERMISSION_CHARS = 1024;

const NONE: ReadonlyMap<string, Constraint> = new Map();
const WORD = /\s*(?:"([^"]+)"|'([^']+)'|([^\s"']+))(?=\s|$)/y;

/** Reads one permission. Throws PermissionSyntaxError. */
export function parsePermission(text: string): Permission {
  if (text.length > MAX_PERMISSION_CHARS) {
    fail(text.slice(0, 40), `more than ${MAX_PERMISSION_CHARS} characters`);
  }
  const { words: [verb = "", ...words], rest } = split(text);
  if (!isVerb(verb)) fail(text, `it must begin with one of ${VERBS.join(", ")}`);
  const problem = FORMS[verb].problem(words);
  if (problem !== undefined) fail(text, problem);
  return { verb, words, constraints: rest === undefined ? NONE : constraintsOf(verb, rest, text) };
}

/** The text that `parsePermission` reads back, in one form for each permission. */
export function formatPermission({ verb, words, constraints }: Permission): string {
  const parts = [verb, ...words.map(quoted)];
  if (constraints.size === 0) return parts.join(" ");
  const sorted = [...constraints].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...parts, "with", ...sorted.map(([key, constraint]) => formatConstraint(key, constraint))].join(
    " ",
  );
}

/** A permission of parts that the verb takes. Throws PermissionSyntaxError for others. */
export function makePermission(verb: Verb, words: readonly string[]): Permission {
  const problem = FORMS[verb].problem(words);
  if (problem !== undefined) fail([verb, ...words].join(" "), problem);
  return { verb, words, constraints: NONE };
}

function isVerb(word: string): word is Verb {
  return Object.hasOwn(FORMS, word);
}

/** Words in front of a bare `with`, and what follows it. */
function split(text: string): { words: string[]; rest: string | undefined } {
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.trimEnd().length) {
    const at = WORD.lastIndex;
    const match = WORD.exec(text);
    if (match === null) {
      fail(text, `the quotes at '${text.slice(at).trim()}' do not close around a whole word`);
    }
    if (match[3] === "with") return { words, rest: text.slice(WORD.lastIndex).trim() };
    words.push((match[1] ?? match[2] ?? match[3])!);
  }
  return { words, rest: undefined };
}

function constraintsOf(verb: Verb, rest: string, text: string): ReadonlyMap<string, Constraint> {
  if (verb !== "command") fail(text, "only commands have arguments to constrain by 'with'");
  const found = parseConstraints(rest);
  if (found === undefined) {
    fail(text, "behind 'with' stand constraints like var=size, pool prefix test-, id regex \"[0-9]\"");
  }
  for (const { kind, value } of found.values()) {
    if (kind === "regex" && !isTame(value)) {
      fail(
        text,
        `the expression '${value}' could take for ever: at most two of * + {}, and none behind a group`,
      );
    }
  }
  return found;
}

/** Arguments come from modules: with nested or many quantifiers one could hold up the manager. */
function isTame(regex: string): boolean {
  return !/\)[*+{]/.test(regex) && (regex.match(/[*+{]/g) ?? []).length <= 2;
}

const BARE = /^[^\s"']+$/;

function quoted(word: string): string {
  if (BARE.test(word) && word !== "with") return word;
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}

const BARE_VALUE = /^[a-zA-Z0-9_./-]+$/;

function formatConstraint(key: string, { kind, value }: Constraint): string {
  const operator = { equal: "=", prefix: " prefix ", regex: " regex " }[kind];
  return `${quotedValue(key)}${operator}${quotedValue(value)}`;
}

function quotedValue(text: string): string {
  if (BARE_VALUE.test(text)) return text;
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

function fail(text: string, why: string): never {
  // It goes into logs and onto terminals, and a module may have made it up.
  const message = `Cannot read the permission '${text}': ${why}`;
  throw new PermissionSyntaxError(message.replaceAll(/\p{Cc}/gu, "?"));
}
