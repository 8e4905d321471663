/** What a text means for an option, and how the store spells it. Upstream: Option::parse_value in common/options.cc, common/strtol.cc */

import type { OptionInfo } from "./option_info.ts";

/** The value is no value of its option: the words of the monitors. */
export class OptionTextError extends Error {
  override readonly name = "OptionTextError";
}

const SI: Readonly<Record<string, bigint>> = {
  K: 1000n,
  M: 1000n ** 2n,
  G: 1000n ** 3n,
  T: 1000n ** 4n,
  P: 1000n ** 5n,
  E: 1000n ** 6n,
};
const IEC: Readonly<Record<string, bigint>> = {
  B: 1n,
  K: 1n << 10n,
  M: 1n << 20n,
  G: 1n << 30n,
  T: 1n << 40n,
  P: 1n << 50n,
  E: 1n << 60n,
};
const SPAN_UNITS: readonly [RegExp, number][] = [
  [/^(?:s|sec|seconds?)?$/, 1],
  [/^(?:m|min|minutes?)$/, 60],
  [/^(?:h|hr|hours?)$/, 3600],
  [/^(?:d|days?)$/, 86400],
  [/^(?:w|wk|weeks?)$/, 604800],
  [/^(?:mo|months?)$/, 2592000],
  [/^(?:y|yr|years?)$/, 31536000],
];

/** The text as it is stored. Throws OptionTextError. */
export function normalizeOption(info: OptionInfo, text: string): string {
  const read = READERS[info.type] ?? ((value: string) => value);
  const value = read(text);
  if (info.values.length > 0 && !info.values.includes(value)) {
    throw new OptionTextError(
      `'${value}' is not one of the permitted values: ${info.values.join(", ")}`,
    );
  }
  checkLimits(info, value);
  return value;
}

/** The default as `config get` prints it. */
export function defaultText(info: OptionInfo): string {
  try {
    return info.default === "" && info.type !== "float" ? "" : normalizeOption(info, info.default);
  } catch {
    return info.default;
  }
}

const READERS: Readonly<Record<string, (text: string) => string>> = {
  int: (text) => integer(text, SI, true),
  uint: (text) => integer(text, SI, false),
  size: (text) => integer(text, IEC, false),
  millisecs: (text) => integer(text, {}, false),
  float,
  bool,
  secs,
  debug,
  addr,
  addrvec: (text) => text,
  uuid,
};

function checkLimits({ type, min, max }: OptionInfo, value: string): void {
  if (type === "str" || type === "debug" || type === "addr") return;
  if (min !== "" && Number(value) < Number(min)) {
    throw new OptionTextError(`Value '${value}' is below minimum ${min}`);
  }
  if (max !== "" && Number(value) > Number(max)) {
    throw new OptionTextError(`Value '${value}' exceeds maximum ${max}`);
  }
}

/** Upstream: strict_si_cast, strict_iec_cast: a number with one letter, or two with `i` or `B`. */
function integer(text: string, units: Readonly<Record<string, bigint>>, signed: boolean): string {
  if (text === "") throw new OptionTextError("strict_sistrtoll: value not specified");
  const [, digits, unit] = /^(.*?[0-9]?)([A-Za-z]*)$/.exec(text)!;
  const factor = unit === "" ? 1n : units[unit![0]!];
  if (factor === undefined) throw new OptionTextError("strict_si_cast: unit prefix not recognized");
  if (!/^[-+]?\d+$/.test(digits!)) {
    throw new OptionTextError(`Expected option value to be integer, got '${text}'`);
  }
  const value = BigInt(digits!) * factor;
  if (!signed && value < 0n) throw new OptionTextError("strict_sistrtoll: value should not be negative");
  return String(value);
}

function float(text: string): string {
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text.trim())) {
    throw new OptionTextError(`strict_strtod: expected double, got: '${text}'`);
  }
  return Number(text).toFixed(6);
}

function bool(text: string): string {
  const word = text.toLowerCase();
  if (word === "true" || word === "false") return word;
  if (!/^[-+]?\d+$/.test(text)) {
    throw new OptionTextError(`Expected option value to be integer, got '${text}'`);
  }
  return String(Number(text) !== 0);
}

/** `1m 5s`: nothing else may stand between. Upstream: parse_timespan in include/utime.h */
function secs(text: string): string {
  const parts = /(\d+)\s*([a-zA-Z]*)\s*/y;
  let total = 0;
  for (let at = text.length - text.trimStart().length; at < text.length || at === 0; at = parts.lastIndex) {
    parts.lastIndex = at;
    const part = parts.exec(text);
    if (part === null) throw new OptionTextError("expected digit");
    const factor = SPAN_UNITS.find(([pattern]) => pattern.test(part[2]!))?.[1];
    if (factor === undefined) throw new OptionTextError(`unrecognized unit '${part[2]}'`);
    total += Number(part[1]) * factor;
  }
  return String(total);
}

/** `9` stands for `9/9`. */
function debug(text: string): string {
  const match = /^(\d{1,2})(?:\/(\d{1,2}))?$/.exec(text.trim());
  if (!match) {
    throw new OptionTextError("value must take the form N or N/M, where N and M are integers");
  }
  return `${Number(match[1])}/${Number(match[2] ?? match[1])}`;
}

function addr(text: string): string {
  if (!/^(?:-|(?:v[12]:|any:)?[\d.[\]:a-fA-F]+(?:\/\d+)?)$/.test(text)) throw new OptionTextError("");
  return text;
}

function uuid(text: string): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new OptionTextError("invalid uuid");
  }
  return text.toLowerCase();
}
