/** The arguments of a command, read by type: what has another type is refused in Ceph's words. Upstream: cmd_getval in common/cmdparse.h */

import { argStrings, type ArgValue, type CommandArgs } from "../../../mgr/daemons/command_json.ts";

/** A command cannot be run: a negative errno and the text for stderr. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

/** Upstream: asm-generic/errno-base.h */
export const Errno = {
  perm: -1,
  noent: -2,
  io: -5,
  toobig: -7,
  again: -11,
  acces: -13,
  busy: -16,
  exist: -17,
  inval: -22,
  fbig: -27,
  range: -34,
  nosys: -38,
  notempty: -39,
  opnotsupp: -95,
  timedout: -110,
} as const;

/** `throw fail("inval", "...")` */
export function fail(errno: keyof typeof Errno, message: string): CommandError {
  return new CommandError(Errno[errno], message);
}

/** Arguments by name. */
export class Args {
  readonly #args: CommandArgs;

  constructor(args: CommandArgs) {
    this.#args = args;
  }

  get prefix(): string {
    return this.string("prefix");
  }

  has(name: string): boolean {
    return this.#args.has(name);
  }

  /** Undefined when it is missing. */
  optionalString(name: string): string | undefined {
    return this.#get(name, (v) => typeof v === "string" ? v : undefined);
  }

  string(name: string): string {
    return this.optionalString(name) ?? missing(name);
  }

  optionalNumber(name: string): number | undefined {
    return this.#get(name, (v) => typeof v === "number" ? v : undefined);
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? missing(name);
  }

  /** A list of strings; empty when it is missing. */
  strings(name: string): readonly string[] {
    return this.#get(name, stringList) ?? [];
  }

  /** A list of numbers; empty when it is missing. */
  numbers(name: string): readonly number[] {
    return this.#get(name, numberList) ?? [];
  }

  /** A CephBool, or a CephChoices whose only choice is a flag like `--force`. */
  flag(name: string): boolean {
    const value = this.#args.get(name);
    return value === true || value === "true" || (typeof value === "string" && value.startsWith("--"));
  }

  /** What caps see: every other argument as a string, `caps` by service. Upstream: Monitor::_generate_command_map */
  forCaps(): Map<string, string> {
    const strings = argStrings(this.#args);
    const caps = this.#args.get("caps");
    if (!Array.isArray(caps)) return strings;
    strings.delete("caps");
    for (let i = 0; i + 1 < caps.length; i += 2) strings.set(`caps_${caps[i]}`, String(caps[i + 1]));
    return strings;
  }

  #get<T>(name: string, read: (value: ArgValue) => T | undefined): T | undefined {
    const value = this.#args.get(name);
    if (value === undefined) return undefined;
    return read(value) ?? missing(name);
  }
}

function missing(name: string): never {
  throw fail("inval", `bad or missing field '${name}'`);
}

function stringList(value: ArgValue): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((v) => typeof v === "string") ? value : undefined;
}

function numberList(value: ArgValue): readonly number[] | undefined {
  if (typeof value === "number") return [value];
  return Array.isArray(value) && value.every((v) => typeof v === "number") ? value : undefined;
}
