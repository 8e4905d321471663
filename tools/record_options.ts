/** Records Ceph's table of options: `deno run -A tools/record_options.ts ADMIN_SOCKET_OF_A_MGR` -> options.json */

import { fileURLToPath } from "node:url";
import type { OptionRow, OptionTraits } from "../mgr/config/option_table.ts";
import { print } from "./print.ts";

type Value = string | number | boolean;

/** One row of `config help`. */
interface Help {
  readonly name: string;
  readonly type: OptionRow[0];
  readonly level: "basic" | "advanced" | "dev";
  readonly default: Value;
  readonly daemon_default: Value;
  readonly tags: readonly string[];
  readonly services: readonly string[];
  readonly see_also: readonly string[];
  readonly enum_values?: readonly string[];
  readonly min: string | number;
  readonly max: string | number;
  readonly flags: readonly string[];
}

async function ask<T>(socket: string, ...words: string[]): Promise<T> {
  const { stdout } = await new Deno.Command("ceph", {
    args: ["--admin-daemon", socket, ...words, "-f", "json"],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)) as T;
}

function row(help: Help): OptionRow {
  const traits = traitsOf(help);
  const text = String(help.daemon_default === "" ? help.default : help.daemon_default);
  return Object.keys(traits).length === 0 ? [help.type, text] : [help.type, text, traits];
}

function traitsOf(help: Help): OptionTraits {
  const { level, flags, tags, services, see_also, enum_values = [] } = help;
  const own = level === "advanced" ? {} : { level };
  return {
    ...own,
    ...listed("flags", flags),
    ...(help.min === "" ? {} : { min: signed(help.min) }),
    ...(help.max === "" ? {} : { max: help.max }),
    ...listed("values", enum_values),
    ...listed("tags", tags),
    ...listed("services", services),
    ...listed("seeAlso", see_also),
    ...(help.daemon_default === "" ? {} : { clientDefault: String(help.default) }),
  };
}

const listed = (name: string, list: readonly string[]) => list.length === 0 ? {} : { [name]: list };

/** One option has its negative minimum printed as an unsigned number. */
function signed(limit: string | number): string | number {
  return typeof limit === "number" && limit > Number.MAX_SAFE_INTEGER ? -10 : limit;
}

const socket = Deno.args[0]!;
const { options } = await ask<{ options: readonly Help[] }>(socket, "config", "help");
const rows = new Map(options.map((help) => [help.name, row(help)]));
// Levels of debugging are no rows of that list.
const shown = await ask<Record<string, string>>(socket, "config", "show");
for (const [name, level] of Object.entries(shown)) {
  if (name.startsWith("debug_") && !rows.has(name)) rows.set(name, ["debug", level]);
}
const lines = [...rows].map(([name, row]) => `  ${JSON.stringify(name)}: ${JSON.stringify(row)}`).sort();
const output = fileURLToPath(import.meta.resolve("../mgr/config/options.json"));
await Deno.writeTextFile(output, `{\n${lines.join(",\n")}\n}\n`);
print(`${lines.length} options in ${output}`);
