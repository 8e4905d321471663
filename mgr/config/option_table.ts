/** The options of Ceph 16.2.15 as tools/record_options.ts has recorded them: all but their descriptions. */

import table from "./options.json" with { type: "json" };
import type { OptionType } from "../types/option_value.ts";

/** What sets an option apart from the plain ones. Absent = "advanced", none, unlimited. */
export interface OptionTraits {
  readonly level?: "basic" | "dev";
  /** `runtime`, `no_mon_update`, `startup`, `create`, `cluster_create` */
  readonly flags?: readonly string[];
  /** Numbers, or texts where the type has a text form. */
  readonly min?: string | number;
  readonly max?: string | number;
  /** The only texts that are allowed. */
  readonly values?: readonly string[];
  readonly tags?: readonly string[];
  readonly services?: readonly string[];
  readonly seeAlso?: readonly string[];
  /** What holds for programs that are no daemons, where that is something else. */
  readonly clientDefault?: string;
}

/** Type, default for a daemon, traits. Upstream: Option in common/options.h */
export type OptionRow = readonly [type: OptionType, text: string, traits?: OptionTraits];

const TABLE: ReadonlyMap<string, OptionRow> = readTable(table);

/** The file was recorded, and a test reads every row. */
function readTable(rows: Readonly<Record<string, readonly unknown[]>>): Map<string, OptionRow> {
  return new Map(Object.entries(rows).map(([name, row]) => [name, row as readonly unknown[] as OptionRow]));
}

/** One option, or undefined. */
export function optionRow(name: string): OptionRow | undefined {
  return TABLE.get(name);
}

/** All of them, in the order of their names. */
export function optionRows(): ReadonlyMap<string, OptionRow> {
  return TABLE;
}

const NUMBERS: ReadonlySet<OptionType> = new Set([
  "bool",
  "int",
  "uint",
  "float",
  "size",
  "secs",
  "millisecs",
]);
const BEFORE_START = ["startup", "create", "cluster_create"];

/** Whether a change acts on a running daemon. Upstream: Option::can_update_at_runtime */
export function canUpdateAtRuntime([type, , { flags = [] } = {}]: OptionRow): boolean {
  const follows = flags.includes("runtime") || NUMBERS.has(type) || type === "debug";
  return follows && !BEFORE_START.some((flag) => flags.includes(flag));
}
