/** What a module declares as data: options and commands, and the types that follow from them. */

/** Types of options. Upstream: Option::type_t in common/options.h */
export type OptionType =
  | "str"
  | "int"
  | "uint"
  | "float"
  | "bool"
  | "size"
  | "secs"
  | "millisecs"
  | "addr"
  | "addrvec"
  | "uuid";

/** The value of an option in its type: sizes in bytes, times in seconds (millisecs in milliseconds). */
export type OptionValue<T extends OptionType> = T extends "bool" ? boolean
  : T extends "int" | "uint" | "float" | "size" | "secs" | "millisecs" ? number
  : string;

/** A value of some option. */
export type Scalar = string | number | boolean;

/** One option. `ceph config help mgr/<module>/<name>` shows what stands here. */
export interface Option {
  /** `str` when it is left out. */
  readonly type?: OptionType;
  /** What `getModuleOption` answers while nobody has set it. */
  readonly default?: Scalar;
  /** One line. */
  readonly desc?: string;
  /** What `ceph config help` prints below the line of `desc`. */
  readonly longDesc?: string;
  /** Smallest value; the monitors look at it only when `max` is given too. */
  readonly min?: number;
  /** Greatest value; the monitors look at it only when `min` is given too. */
  readonly max?: number;
  /** The only values allowed. */
  readonly enumAllowed?: readonly string[];
  /** Whom it is for; `advanced` when it is left out. */
  readonly level?: "basic" | "advanced" | "dev";
  /** A change acts without a restart of the module. */
  readonly runtime?: boolean;
  /** Names of other options. */
  readonly seeAlso?: readonly string[];
  /** Words to find it by. */
  readonly tags?: readonly string[];
}

/** Options by name. */
export type Options = Readonly<Record<string, Option>>;

/** The type of an option: `str` when none is declared. */
export type TypeOf<O extends Option> = O["type"] extends OptionType ? O["type"] : "str";

/** What an option may be set to: of `enumAllowed` one of its texts. */
export type AllowedOf<O extends Option> = O extends { readonly enumAllowed: readonly (infer S)[] } ? S
  : OptionValue<TypeOf<O>>;

/** The type that `getModuleOption` answers for an option: with a default, never undefined. */
export type ValueOfOption<O extends Option> = O extends { readonly default: Scalar } ? AllowedOf<O>
  : AllowedOf<O> | undefined;

/**
 * Declares options and keeps their exact types.
 *
 * @example
 * ```ts
 * import { options } from "@ganglion/sdk";
 *
 * const OPTIONS = options({
 *   place: { type: "str", default: "world", desc: "whom to greet", runtime: true },
 * });
 * ```
 */
export function options<const O extends Options>(declared: O): O {
  return declared;
}

/** Types of arguments. Upstream: pybind/ceph_argparse.py */
export type ArgumentType =
  | "CephString"
  | "CephInt"
  | "CephFloat"
  | "CephBool"
  | "CephChoices"
  | "CephPoolname"
  | "CephObjectname"
  | "CephPgid"
  | "CephName"
  | "CephOsdName"
  | "CephIPAddr"
  | "CephEntityAddr"
  | "CephUUID"
  | "CephFilepath";

/** One argument of a command. The CLI checks it, and the manager again, before the module sees it. */
export interface Argument {
  /** What may be given. */
  readonly type: ArgumentType;
  /** False: it may be left out. True when it is not given here. */
  readonly req?: boolean;
  /** "N": one or more, as a list. */
  readonly n?: "N";
  /** `min|max` of CephInt and CephFloat. */
  readonly range?: string;
  /** The values of CephChoices. */
  readonly strings?: readonly string[];
  /** Characters of CephString, as the class of a regular expression: `[A-Za-z0-9_.]`. */
  readonly goodchars?: string;
  /** False: only as `--name value`. */
  readonly positional?: boolean;
}

/** One command; its prefix is the key in the table: `"hello"`, `"hello count"`. */
export interface Command {
  /** One line of `ceph -h`. */
  readonly desc: string;
  /** Letters of what a client needs: `r`, `rw`, .. */
  readonly perm: "r" | "w" | "rw" | "x" | "rx" | "wx" | "rwx";
  /** The CLI repeats the command until it is interrupted. */
  readonly poll?: boolean;
  /** Arguments by name, in their order on the command line. */
  readonly args?: Readonly<Record<string, Argument>>;
}

/** Commands by prefix. */
export type Commands = Readonly<Record<string, Command>>;

/** One value of an argument in its type. */
export type PlainOf<A extends Argument> = A["type"] extends "CephInt" | "CephFloat" ? number
  : A["type"] extends "CephBool" ? boolean
  : A["type"] extends "CephChoices" ? (A["strings"] extends readonly (infer S)[] ? S : string)
  : A["type"] extends "CephOsdName" ? number | string
  : string;

/** An argument as `handleCommand()` gets it: a list when several may be given. */
export type ValueOfArgument<A extends Argument> = A["n"] extends "N" ? readonly PlainOf<A>[] : PlainOf<A>;

/** All arguments of a command; what may be left out is optional. */
export type ArgumentsOf<A> =
  & {
    readonly [K in keyof A as A[K] extends { readonly req: false } ? never : K]: A[K] extends Argument
      ? ValueOfArgument<A[K]>
      : never;
  }
  & {
    readonly [K in keyof A as A[K] extends { readonly req: false } ? K : never]?: A[K] extends Argument
      ? ValueOfArgument<A[K]>
      : never;
  };

/** A call of one of the declared commands: `prefix` tells which, the rest are its arguments in their types. */
export type CommandOf<C extends Commands> = {
  readonly [P in keyof C & string]:
    & { readonly prefix: P; readonly format?: string }
    & (C[P] extends { readonly args: infer A } ? ArgumentsOf<A> : unknown);
}[keyof C & string];

/**
 * Declares commands and keeps their exact types.
 *
 * @example
 * ```ts
 * import { commands } from "@ganglion/sdk";
 *
 * const COMMANDS = commands({
 *   hello: { desc: "Greets", perm: "r", args: { person_name: { type: "CephString", req: false } } },
 * });
 * ```
 */
export function commands<const C extends Commands>(declared: C): C {
  return declared;
}
