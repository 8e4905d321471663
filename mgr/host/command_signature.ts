/** Commands of modules: as they are announced, and whether what a client sends fits. Upstream: pybind/ceph_argparse.py */

import { CommandFlag, type MonCommand } from "../types/mon_command.ts";
import { ARGUMENT_TYPES, ArgumentError, type ArgumentValue } from "./argument_types.ts";
import type { ArgumentDeclaration, CommandDeclaration } from "./contract.ts";

/** A value of an argument, as clients send it. */
export type CommandValue = string | number | boolean | readonly string[] | readonly number[];

/** The command in the form of beacons. */
export function monCommand(prefix: string, { desc, perm, poll, args }: CommandDeclaration): MonCommand {
  const words = Object.entries(args ?? {}).map(([name, argument]) => signature(name, argument));
  return {
    cmdstring: [prefix, ...words].join(" "),
    helpstring: desc.replace(/\s+/g, " ").trim(),
    module: "mgr",
    reqPerms: perm,
    availability: "cli,rest",
    flags: CommandFlag.mgr | (poll ? CommandFlag.poll : 0n),
  };
}

/** An argument as usage lines print it. */
function usage(name: string, argument: ArgumentDeclaration): string {
  const shape = ARGUMENT_TYPES[argument.type]!.shape(argument);
  return argument.strings?.length === 1 ? shape : `${name}(${shape})${argument.n === "N" ? "..." : ""}`;
}

/** `positional` is left out: the CLI of Pacific ends with a stack trace when it meets it. */
function signature(name: string, { type, req, n, range, strings, goodchars }: ArgumentDeclaration): string {
  const parts = [`name=${name}`, `type=${type}`];
  if (n !== undefined) parts.push(`n=${n}`);
  if (req === false) parts.push("req=false");
  if (range !== undefined) parts.push(`range=${range}`);
  if (strings !== undefined) parts.push(`strings=${strings.join("|")}`);
  if (goodchars !== undefined) parts.push(`goodchars=${goodchars}`);
  return parts.join(",");
}

/**
 * The declared arguments in their types; of the others only `format` is handed on. The CLI has checked them, but
 * librados sends what it likes. Throws ArgumentError.
 */
export function checkArguments(
  { args = {} }: CommandDeclaration,
  given: ReadonlyMap<string, CommandValue>,
): Record<string, CommandValue> {
  const checked: Record<string, CommandValue> = {};
  for (const [name, argument] of Object.entries(args)) {
    const value = given.get(name);
    if (value !== undefined) checked[name] = checkArgument(name, argument, value);
    else if (argument.req !== false) {
      throw new ArgumentError(`missing required parameter ${usage(name, argument)}`);
    }
  }
  const format = given.get("format");
  if (format !== undefined) checked.format ??= format;
  return checked;
}

function checkArgument(name: string, argument: ArgumentDeclaration, value: CommandValue): CommandValue {
  const values: readonly ArgumentValue[] = Array.isArray(value) ? value : [value as ArgumentValue];
  const wanted = argument.n === "N" ? undefined : argument.n ?? 1;
  if (wanted === undefined ? values.length === 0 : values.length !== wanted) {
    throw new ArgumentError(
      `${name}: ${wanted ?? "at least one"} value${
        wanted === 1 ? " is" : "s are"
      } wanted, not ${values.length}`,
    );
  }
  const checked = values.map((one) => ARGUMENT_TYPES[argument.type]!.check(one, argument));
  return wanted === 1 ? checked[0]! : checked as string[];
}
