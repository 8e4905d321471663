/** Descriptions of commands, as daemons send them: words and arguments of each. Upstream: parse_json_funcsigs */

import { type ArgType, argType } from "./arg_types.ts";

/** Flags of a command. Upstream: MonCommand::FLAG_* in mon/MonCommand.h */
export const CommandFlag = { obsolete: 2, deprecated: 4, mgr: 8, poll: 16, hidden: 32 } as const;

/** One place of a signature: a word of the command itself (`CephPrefix`) or an argument. */
export interface Part {
  /** Key of its value in the command; `prefix` for a word. */
  readonly name: string;
  /** `CephInt`. */
  readonly kind: string;
  readonly type: ArgType;
  readonly required: boolean;
  /** How many words; `many` is one or more. */
  readonly count: number;
  readonly many: boolean;
}

/** One command. */
export interface Description {
  readonly parts: readonly Part[];
  readonly help: string;
  /** Bits of CommandFlag. */
  readonly flags: number;
}

/** Reads the answer to get_command_descriptions. Throws an Error that says what is wrong with it. */
export function parseDescriptions(json: string): Description[] {
  const all: unknown = parseJson(json);
  if (!isRecord(all)) throw bad("it is no JSON object");
  return Object.entries(all).filter(([, command]) => forCli(command)).map(([tag, command]) => {
    if (!isRecord(command) || !Array.isArray(command.sig)) throw bad(`${tag} has no 'sig'`);
    const flags = typeof command.flags === "number" ? command.flags : 0;
    return { parts: command.sig.map((part) => readPart(part, tag)), help: String(command.help ?? ""), flags };
  });
}

/** `osd pool create <pool> [<pg_num:int>]`: what help and errors show. */
export function usage({ parts }: Description): string {
  return parts.map(partUsage).join(" ");
}

/** `pool(<poolname>)`: how errors name an argument. */
export function partName(part: Part): string {
  const bare = part.kind === "CephPrefix" || (part.kind === "CephChoices" && !part.type.text.includes("|"));
  const text = bare ? part.type.text : `${part.name}(${part.type.text})${part.many ? "..." : ""}`;
  return part.required ? text : `[${text}]`;
}

/** The words that every use of the command begins with. */
export function prefixWords({ parts }: Description): string[] {
  const end = parts.findIndex(({ kind }) => kind !== "CephPrefix");
  return parts.slice(0, end < 0 ? parts.length : end).map(({ type }) => type.text);
}

const USAGE: Readonly<Record<string, (part: Part) => string>> = {
  CephBool: ({ name }) => `--${name.replaceAll("_", "-")}`,
  CephPrefix: ({ type }) => type.text,
  CephChoices: ({ name, type }) => name === "format" ? `--format {${type.text}}` : type.text,
  CephOsdName: () => "<id|osd.id>",
  CephName: () => "<type.id>",
  CephInt: ({ name }) => `<${name}:int>`,
  CephFloat: ({ name }) => `<${name}:float>`,
};

function partUsage(part: Part): string {
  const shown = Object.hasOwn(USAGE, part.kind) ? USAGE[part.kind]!(part) : `<${part.name}>`;
  const text = part.many ? `${shown}...` : shown;
  return part.required ? text : `[${text}]`;
}

function bad(why: string): Error {
  return new Error(`Cannot read the descriptions of commands: ${why}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw bad((e as Error).message);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Old daemons said for whom a command is. */
function forCli(command: unknown): boolean {
  const avail = isRecord(command) ? command.avail : undefined;
  return typeof avail !== "string" || avail.includes("cli");
}

function readPart(value: unknown, tag: string): Part {
  if (typeof value === "string") {
    const type = argType("CephPrefix", { prefix: value });
    return { name: "prefix", kind: "CephPrefix", type, required: true, count: 1, many: false };
  }
  if (!isRecord(value) || typeof value.type !== "string") throw bad(`an argument of ${tag} has no type`);
  const { type: kind, name, n = 1, req = true, ...others } = value;
  const parameters = Object.fromEntries(Object.entries(others).map(([key, v]) => [key, String(v)]));
  const many = n === "N" || n === "n";
  return {
    name: String(name ?? ""),
    kind: String(kind),
    type: argType(String(kind), parameters),
    required: req === true || req === "true" || req === "True",
    count: many ? 1 : Number(n),
    many,
  };
}
