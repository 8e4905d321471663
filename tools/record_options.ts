/**
 * Records Ceph's table of options: `deno run -A tools/record_options.ts ADMIN_SOCKET_OF_A_MGR` -> mgr/config/options.json,
 * and what only a monitor shows of them -> tools/dev_monitor/config/option_traits.json
 */

import { fileURLToPath } from "node:url";
import { print } from "./print.ts";

/** One row of `config help`. */
interface Help {
  readonly name: string;
  readonly type: string;
  readonly default: string | number | boolean;
  readonly daemon_default: string | number | boolean;
  readonly min: string | number;
  readonly max: string | number;
  readonly enum_values?: readonly string[];
  readonly flags: readonly string[];
  readonly level: string;
  readonly can_update_at_runtime: boolean;
}

async function ask<T>(socket: string, ...words: string[]): Promise<T> {
  const { stdout } = await new Deno.Command("ceph", {
    args: ["--admin-daemon", socket, ...words, "-f", "json"],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)) as T;
}

function row(help: Help): unknown[] {
  const limits = {
    ...(help.flags.includes("no_mon_update") ? { noMonUpdate: true } : {}),
    // One option has its signed minimum printed as an unsigned number.
    ...(help.min === "" || Number(help.min) > Number.MAX_SAFE_INTEGER ? {} : { min: help.min }),
    ...(help.max === "" ? {} : { max: help.max }),
    ...(help.enum_values?.length ? { values: help.enum_values } : {}),
  };
  const base = [help.type, String(help.daemon_default === "" ? help.default : help.daemon_default)];
  return Object.keys(limits).length === 0 ? base : [...base, limits];
}

const socket = Deno.args[0]!;
const rows = new Map<string, unknown[]>();
const { options } = await ask<{ options: readonly Help[] }>(socket, "config", "help");
for (const help of options) rows.set(help.name, row(help));
const shown = await ask<Record<string, string>>(socket, "config", "show");
for (const [name, level] of Object.entries(shown)) {
  if (name.startsWith("debug_") && !rows.has(name)) rows.set(name, ["debug", level]);
}
const lines = [...rows.keys()].sort().map((name) =>
  `  ${JSON.stringify(name)}: ${JSON.stringify(rows.get(name))}`
);
const output = fileURLToPath(import.meta.resolve("../mgr/config/options.json"));
await Deno.writeTextFile(output, `{\n${lines.join(",\n")}\n}\n`);
print(`${lines.length} options in ${output}`);

/** Most options are advanced and can change at run time: the others by name. */
const named = (test: (help: Help) => boolean): string[] =>
  options.filter(test).map(({ name }) => name).sort();
const traits = {
  basic: named(({ level }) => level === "basic"),
  dev: named(({ level }) => level === "dev"),
  startup: named(({ can_update_at_runtime }) => !can_update_at_runtime),
};
const traitsFile = fileURLToPath(import.meta.resolve("./dev_monitor/config/option_traits.json"));
await Deno.writeTextFile(traitsFile, `${JSON.stringify(traits, undefined, 1)}\n`);
print(`traits in ${traitsFile}`);
