/** Commands of operators about modules: what they get, what they answer with, and how that is printed. */

import { cephJson } from "../../types/ceph_json.ts";
import type { CommandValue } from "../command_signature.ts";
import type { ManagedModule } from "../managed_module.ts";
import type { HostCommandResult } from "../module_command.ts";

const ENOENT = -2;
const EINVAL = -22;

/** A command as it came. */
export interface OperatorCall {
  readonly prefix: string;
  readonly args: ReadonlyMap<string, CommandValue>;
  /** Undefined: for people. */
  readonly format: string | undefined;
}

/** An answer for programs and for people. */
export interface OperatorAnswer {
  readonly value: unknown;
  readonly text: string;
}

/** The modules of this manager. */
export interface OperatedModules {
  /** In the order of their names. */
  all(): readonly ManagedModule[];
  isEnabled(name: string): boolean;
  /** Sets a full key; resolves when it is so here too. Rejects with the monitors' text. */
  setStore(key: string, value: Uint8Array): Promise<void>;
}

/** What the operator is told instead of an answer. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  /** Negative errno. */
  readonly retval: number;

  constructor(message: string, retval: number = EINVAL) {
    super(message);
    this.retval = retval;
  }
}

/** An argument that is one word; undefined when it is left out. */
export function word({ args }: OperatorCall, name: string): string | undefined {
  const value = args.get(name);
  return value === undefined || value === "" ? undefined : String(value);
}

/** An argument of any number of words. */
export function words({ args }: OperatorCall, name: string): string[] {
  const value = args.get(name);
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** The module that the call is about. Throws an OperatorError. */
export function moduleOf(modules: OperatedModules, call: OperatorCall): ManagedModule {
  const name = word(call, "module");
  const found = modules.all().find((module) => module.name === name);
  if (found !== undefined) return found;
  const known = modules.all().map((module) => module.name).join(", ");
  throw new OperatorError(`there is no module '${name}' here; there are: ${known}`, ENOENT);
}

/** The module that the call is about, or all of them when it names none. */
export function modulesOf(modules: OperatedModules, call: OperatorCall): readonly ManagedModule[] {
  return word(call, "module") === undefined ? modules.all() : [moduleOf(modules, call)];
}

/** Prints it as it was asked for: JSON, or the text. */
export function printed({ value, text }: OperatorAnswer, { format }: OperatorCall): HostCommandResult {
  const isJson = format === "json" || format === "json-pretty";
  const stdout = isJson ? cephJson(value, format === "json-pretty") : text;
  return { retval: 0, stdout: `${stdout}\n`, stderr: "" };
}

/** Columns under their titles, as wide as they need to be. */
export function columns(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows];
  const widths = titles.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()).join("\n");
}
