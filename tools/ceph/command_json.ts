/** The JSON of a command. Integers and floats differ there: a daemon that wants a float refuses `1`. */

import type { ArgScalar, ArgValue } from "./arg_types.ts";
import { floatText } from "./python_text.ts";

/** What is sent: values by name. */
export type CommandFields = ReadonlyMap<string, ArgValue>;

/** One line of JSON, in the order of the map. */
export function commandJson(fields: CommandFields): string {
  return `{${[...fields].map(([name, value]) => `${JSON.stringify(name)}: ${valueJson(value)}`).join(", ")}}`;
}

function valueJson(value: ArgValue): string {
  return isList(value) ? `[${value.map(scalarJson).join(", ")}]` : scalarJson(value);
}

function isList(value: ArgValue): value is readonly ArgScalar[] {
  return Array.isArray(value);
}

/** An infinite number has no JSON; what Python writes is what the stock CLI sends, and daemons refuse it. */
function scalarJson(value: ArgScalar): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "number") return JSON.stringify(value);
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? floatText(value) : value < 0 ? "-Infinity" : "Infinity";
}
