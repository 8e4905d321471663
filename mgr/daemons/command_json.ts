/** The JSON of a command: what is accepted, and the words in which the rest is refused. Upstream: common/cmdparse.cc */

/** A value of an argument. */
export type ArgValue = string | number | boolean | readonly string[] | readonly number[];

/** What a command says. */
export type CommandArgs = ReadonlyMap<string, ArgValue>;

/** Characters of a command; the monitors forward none that is longer. */
export const MAX_COMMAND_CHARS = 1024 * 1024;

/** The text does not make a command: -EINVAL with this message. */
export class CommandJsonError extends Error {
  override readonly name = "CommandJsonError";
}

/** Numbers of json_spirit's kinds of values, which its messages name. */
const KIND = { obj: 0, array: 1, str: 2, bool: 3, int: 4, real: 5, null: 6 } as const;

/** Parses the joined parts of a command. Throws CommandJsonError. */
export function parseCommandJson(parts: readonly string[]): CommandArgs {
  const text = parts.join("");
  if (text.length > MAX_COMMAND_CHARS) throw new CommandJsonError("command too long");
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandJsonError(`not JSON object ${text}`);
  }
  return new Map(Object.entries(value).map(([name, v]) => [name, argument(v, text)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandJsonError(`unparseable JSON ${text}`);
  }
}

function argument(value: unknown, text: string): ArgValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return list(value);
  throw new CommandJsonError(`JSON array/object not allowed ${text}`);
}

/** The first element decides what the others must be; an empty list is one of strings. */
function list(values: readonly unknown[]): readonly string[] | readonly number[] {
  if (values.length === 0) return [];
  if (values.every((v) => typeof v === "string")) return values;
  if (values.every((v) => typeof v === "number")) return values;
  const first = kindOf(values[0]);
  if (first === KIND.str) throw new CommandJsonError("Can't handle arrays of multiple types");
  if (first !== KIND.int && first !== KIND.real) {
    throw new CommandJsonError("Can't handle arrays of types other than int, string, or double");
  }
  const other = values.find((v) => typeof v !== "number");
  throw new CommandJsonError(`value type is ${kindOf(other)} not ${first}`);
}

function kindOf(value: unknown): number {
  if (value === null) return KIND.null;
  if (Array.isArray(value)) return KIND.array;
  if (typeof value === "string") return KIND.str;
  if (typeof value === "boolean") return KIND.bool;
  if (typeof value === "number") return Number.isInteger(value) ? KIND.int : KIND.real;
  return KIND.obj;
}

/** A string argument; "" when it is missing. Throws CommandJsonError when it is something else. */
export function stringArg(args: CommandArgs, name: string): string {
  const value = args.get(name) ?? "";
  if (typeof value !== "string") throw new CommandJsonError(`bad or missing field '${name}'`);
  return value;
}

/** Every argument but the prefix as caps see it: booleans as 1 and 0, lists in brackets. Upstream: cmd_vartype_stringify */
export function argStrings(args: CommandArgs): Map<string, string> {
  const out = new Map<string, string>();
  for (const [name, value] of args) if (name !== "prefix") out.set(name, argString(value));
  return out;
}

function argString(value: ArgValue): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string") return value;
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  }
  return `[${value.join(",")}]`;
}
