/** Options as `config help` and `get("config_options")` show them. */

import { canUpdateAtRuntime, type OptionRow, optionRows } from "./option_table.ts";

/** What the table does not have: the monitors tell it. */
export interface OptionHelp {
  readonly desc: string;
  readonly long_desc: string;
}

const NO_HELP: OptionHelp = { desc: "", long_desc: "" };

/** The JSON value of a default or a limit; only plain numbers and booleans are no texts. Upstream: Option::dump_value */
function dumpValue(
  type: OptionRow[0],
  value: string | number | undefined,
): string | number | bigint | boolean {
  if (value === undefined) return "";
  if (type === "bool") return value === "true";
  if (type === "float") return Number(value);
  if (type !== "int" && type !== "uint") return String(value);
  const number = BigInt(value);
  // One unsigned option has a negative limit.
  const shown = type === "uint" ? BigInt.asUintN(64, number) : number;
  return Number.isSafeInteger(Number(shown)) ? Number(shown) : shown;
}

/** Types whose values upstream writes as streams: these come last in an object that modules see. */
const STREAMED: ReadonlySet<string> = new Set(["size", "secs", "millisecs", "addr", "addrvec", "uuid"]);

/** One option. Upstream: Option::dump in common/options.cc */
export function dumpOption(name: string, row: OptionRow, { desc, long_desc }: OptionHelp) {
  const [type, text, { clientDefault, min, max, ...traits } = {}] = row;
  const isText = type === "str" || type === "debug";
  const option = {
    name,
    type: type === "debug" ? "str" : type,
    level: traits.level ?? "advanced",
    desc,
    long_desc,
    default: dumpValue(type, clientDefault ?? text),
    daemon_default: clientDefault === undefined ? "" : dumpValue(type, text),
    tags: traits.tags ?? [],
    services: traits.services ?? [],
    see_also: traits.seeAlso ?? [],
    ...(isText && { enum_values: traits.values ?? [] }),
    min: dumpLimit(type, min),
    max: dumpLimit(type, max),
    can_update_at_runtime: canUpdateAtRuntime(row),
    flags: traits.flags ?? (type === "debug" ? ["runtime"] : []),
  };
  return STREAMED.has(type) ? streamedLast(option) : option;
}

/** Upstream dumps what is not set as a plain empty text; a default is always set. */
function streamedLast<O extends Record<"default" | "daemon_default" | "min" | "max", unknown>>(
  option: O,
): O {
  const { default: value, daemon_default, min, max, ...rest } = option;
  const limits = Object.entries({ daemon_default, min, max }).filter(([, v]) => v !== "");
  const before = Object.entries(option).filter(([key, v]) => key in rest || (key !== "default" && v === ""));
  return Object.fromEntries([...before, ["default", value], ...limits]) as O;
}

function dumpLimit(type: OptionRow[0], limit: string | number | undefined) {
  return typeof limit === "string" ? limit : dumpValue(type, limit);
}

/** All options. Upstream: md_config_t::config_options */
export function dumpOptions(help: ReadonlyMap<string, OptionHelp>) {
  return {
    options: [...optionRows()].map(([name, row]) => dumpOption(name, row, help.get(name) ?? NO_HELP)),
  };
}
