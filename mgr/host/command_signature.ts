/** Commands of modules: as they are announced, and whether what a client sends fits. Upstream: pybind/ceph_argparse.py */

import { CommandFlag, type MonCommand } from "../types/mon_command.ts";
import type { ArgumentDeclaration, CommandDeclaration } from "./contract.ts";

/** A value of an argument, as clients send it. */
export type CommandValue = string | number | boolean | readonly string[] | readonly number[];

/** An argument does not fit: -EINVAL with this message. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

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
      throw new ArgumentError(
        `missing required parameter ${name}(<${argument.type.replace(/^Ceph/, "").toLowerCase()}>)`,
      );
    }
  }
  const format = given.get("format");
  if (format !== undefined) checked.format ??= format;
  return checked;
}

function checkArgument(name: string, argument: ArgumentDeclaration, value: CommandValue): CommandValue {
  const many = argument.n === "N" || (argument.n !== undefined && argument.n > 1);
  const values: readonly (string | number | boolean)[] = Array.isArray(value) ? value : [value as string];
  if (!many && values.length !== 1) {
    throw new ArgumentError(`${name}: one value is wanted, not ${values.length}`);
  }
  if (typeof argument.n === "number" && values.length !== argument.n) {
    throw new ArgumentError(`${name}: ${argument.n} values are wanted, not ${values.length}`);
  }
  const checked = values.map((one) => (TYPES[argument.type] ?? anyText)(one, argument));
  return many ? checked as string[] : checked[0]!;
}

type Check = (value: string | number | boolean, argument: ArgumentDeclaration) => string | number | boolean;

const anyText: Check = (value) => String(value);

function checkString(value: string | number | boolean, { goodchars }: ArgumentDeclaration): string {
  const text = String(value);
  if (goodchars !== undefined) {
    const bad = [...text].filter((char) => !new RegExp(`[${goodchars}]`).test(char));
    if (bad.length > 0) throw new ArgumentError(`invalid chars ${bad.join("")} in ${text}`);
  }
  return text;
}

function checkNumber(whole: boolean): Check {
  return (value, { range }) => {
    const number = typeof value === "boolean" ? NaN : Number(value === "" ? NaN : value);
    if (!Number.isFinite(number) || (whole && !Number.isInteger(number))) {
      throw new ArgumentError(`${value} doesn't represent ${whole ? "an int" : "a float"}`);
    }
    const [min, max] = (range ?? "").split("|").map((end) => (end === "" ? undefined : Number(end)));
    if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
      throw new ArgumentError(
        `${value} not in range [${[min, max].filter((end) => end !== undefined).join(", ")}]`,
      );
    }
    return number;
  };
}

function checkBool(value: string | number | boolean): boolean {
  const text = String(value).toLowerCase();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new ArgumentError(`${value} not one of 'true', 'false'`);
}

function checkChoice(value: string | number | boolean, { strings = [] }: ArgumentDeclaration): string {
  if (strings.includes(String(value))) return String(value);
  throw new ArgumentError(`${value} not in ${strings.join("|")}`);
}

/** `5` and `osd.5` are 5; `*` stands for all. */
function checkOsdName(value: string | number | boolean): number | string {
  if (value === "*") return "*";
  const match = /^(?:([a-z]+)\.)?(.+)$/.exec(String(value));
  if (match?.[1] !== undefined && match[1] !== "osd") throw new ArgumentError(`unknown type ${match[1]}`);
  const id = Number(match?.[2]);
  if (!Number.isInteger(id)) throw new ArgumentError(`osd id ${match?.[2] ?? value} not integer`);
  if (id < 0) throw new ArgumentError(`osd id ${id} is less than 0`);
  return id;
}

function checkPgid(value: string | number | boolean): string {
  const text = String(value);
  const [pool, seed] = text.split(".");
  if (seed === undefined) throw new ArgumentError("pgid has no .");
  if (!/^-?\d+$/.test(pool!)) throw new ArgumentError(`pool ${pool} not integer`);
  if (Number(pool) < 0) throw new ArgumentError(`pool ${pool} < 0`);
  if (!/^[0-9a-f]+$/i.test(seed)) throw new ArgumentError(`pgnum ${seed} not hex integer`);
  return text;
}

const NAME_TYPES = ["osd", "mon", "client", "mds", "mgr"];

function checkName(value: string | number | boolean): string {
  const text = String(value);
  if (["*", "mgr", "mon"].includes(text)) return text;
  const at = text.indexOf(".");
  if (at < 0) throw new ArgumentError(`CephName: no . in ${text}`);
  const [type, id] = [text.slice(0, at), text.slice(at + 1)];
  if (!NAME_TYPES.includes(type)) throw new ArgumentError(`unknown type ${type}`);
  if (type === "osd" && id !== "*" && !/^\d+$/.test(id)) throw new ArgumentError(`osd id ${id} not integer`);
  return text;
}

function checkUuid(value: string | number | boolean): string {
  const text = String(value);
  if (/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text)) return text;
  throw new ArgumentError(`invalid UUID ${text}: badly formed hexadecimal UUID string`);
}

/** The rest are texts of any form: pool and object names, addresses, paths on the client's machine. */
const TYPES: Readonly<Record<string, Check>> = {
  CephString: checkString,
  CephInt: checkNumber(true),
  CephFloat: checkNumber(false),
  CephBool: checkBool,
  CephChoices: checkChoice,
  CephOsdName: checkOsdName,
  CephPgid: checkPgid,
  CephName: checkName,
  CephUUID: checkUuid,
};
