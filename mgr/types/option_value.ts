/** Text of an option -> its value, by the rules of Ceph's option types. Upstream: common/options.cc, strtol.cc */

/** Types of options; `debug` is `log/gather`, both 0..99. */
export type OptionType =
  | "str"
  | "int"
  | "uint"
  | "size"
  | "secs"
  | "millisecs"
  | "float"
  | "bool"
  | "addr"
  | "addrvec"
  | "uuid"
  | "debug";

/** What the getters return: numbers for quantities (secs in seconds, size in bytes), text for the rest. */
export type ValueOf<T extends OptionType> = T extends "bool" ? boolean
  : T extends "int" | "uint" | "size" | "secs" | "millisecs" | "float" ? number
  : string;

/** A value of any option. */
export type OptionValue = string | number | boolean;

const SI: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const IEC: Readonly<Record<string, number>> = {
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 2 ** 50,
  E: 2 ** 60,
};
const UNITS: readonly [RegExp, number][] = [
  [/^(?:|s|sec|seconds?)$/, 1],
  [/^(?:m|min|minutes?)$/, 60],
  [/^(?:h|hr|hours?)$/, 3600],
  [/^(?:d|days?)$/, 86400],
  [/^(?:w|wk|weeks?)$/, 604800],
  [/^(?:mo|months?)$/, 30 * 86400],
  [/^(?:y|yr|years?)$/, 365 * 86400],
];

/**
 * Parses the text of an option. Throws an Error that says what is wrong; the daemon then keeps the value of the
 * layer below, as Ceph does.
 */
export function parseOption(type: OptionType, text: string): OptionValue {
  return PARSERS[type](text);
}

/** The value as Ceph prints it. Upstream: conf_stringify, Option::to_str */
export function formatOption(type: OptionType, value: OptionValue): string {
  return type === "float" ? Number(value).toFixed(6) : String(value);
}

/** With type, port and nonce; `-` is "none" and stays. */
function parseAddr(text: string): string {
  const match = /^(?:(v1|v2|any):)?(\[[^\]]+\]|[\d.]+)(?::(\d+))?(?:\/(\d+))?$/.exec(text);
  return match === null ? text : `${match[1] ?? "v2"}:${match[2]}:${match[3] ?? 0}/${match[4] ?? 0}`;
}

const PARSERS: Readonly<Record<OptionType, (text: string) => OptionValue>> = {
  str: (text) => text,
  addr: parseAddr,
  addrvec: (text) => text,
  uuid: parseUuid,
  bool: parseBool,
  int: (text) => parseInteger(text, SI, true),
  uint: (text) => parseInteger(text, SI, false),
  size: (text) => parseInteger(text, IEC, false),
  secs: parseSeconds,
  millisecs: (text) => parseInteger(text, {}, false),
  float: parseFloating,
  debug: parseDebug,
};

function parseBool(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === "true") return true;
  if (word === "false") return false;
  if (!/^[-+]?\d+$/.test(word)) throw new Error(`'${text}' is neither true, false nor a number`);
  return Number(word) !== 0;
}

function parseInteger(text: string, prefixes: Readonly<Record<string, number>>, signed: boolean): number {
  const match = /^([-+]?\d+)(?:([A-Z])([iB]?))?$/.exec(text.trim());
  const factor = match?.[2] ? prefixes[match[2]] : 1;
  const misplaced = match?.[3] && (prefixes !== IEC || match[2] === "B");
  if (!match || factor === undefined || misplaced) throw new Error(`'${text}' is no whole number`);
  const value = Number(match[1]) * factor;
  if (!signed && value < 0) throw new Error(`'${text}' is negative`);
  return value;
}

function parseFloating(text: string): number {
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text.trim())) {
    throw new Error(`'${text}' is no number`);
  }
  return Number(text);
}

/** `90`, `90s`, `1m 30s`, `2 hours`: whole numbers with units, summed. */
function parseSeconds(text: string): number {
  const words = text.trim();
  if (!/^(?:\d+\s*[a-z]*\s*)*$/.test(words)) throw new Error(`'${text}' is no time span`);
  let total = 0;
  for (const [, count, unit] of words.matchAll(/(\d+)\s*([a-z]*)/g)) {
    const factor = UNITS.find(([pattern]) => pattern.test(unit!))?.[1];
    if (factor === undefined) throw new Error(`'${unit}' is no unit of time`);
    total += Number(count) * factor;
  }
  return total;
}

function parseUuid(text: string): string {
  const uuid = text.trim().toLowerCase();
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) throw new Error(`'${text}' is no uuid`);
  return uuid;
}

/** `9` stands for `9/9`; what follows the numbers is not looked at. */
function parseDebug(text: string): string {
  const match = /^\s*(\d{1,2})(?!\d)(?:\/(\d+))?/.exec(text);
  const gather = Number(match?.[2] ?? match?.[1]);
  if (!match || gather > 99) throw new Error(`'${text}' is no debug level like 4/5`);
  return `${Number(match[1])}/${gather}`;
}
