/** What a module declares, checked: it comes from the module's process, or from a file. */

import { z } from "zod";
import { type OptionType, parseOption } from "../types/option_value.ts";
import { ARGUMENT_TYPES } from "./argument_types.ts";
import type { ModuleDescription } from "./contract.ts";
import { schemaError } from "./schema_error.ts";

/** Declarations of one module: the monitors keep all of them in the MgrMap. */
const MAX_DECLARATIONS = 1000;
const Texts = z.array(z.string().max(1024)).max(MAX_DECLARATIONS);
const Text = z.string().max(16 * 1024);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

const OptionSchema = z.object({
  type: z.enum([
    "str",
    "int",
    "uint",
    "float",
    "bool",
    "size",
    "secs",
    "millisecs",
    "addr",
    "addrvec",
    "uuid",
  ]).optional(),
  default: Scalar.optional(),
  desc: Text.optional(),
  longDesc: Text.optional(),
  min: z.union([z.string(), z.number()]).optional(),
  max: z.union([z.string(), z.number()]).optional(),
  enumAllowed: Texts.optional(),
  level: z.enum(["basic", "advanced", "dev"]).optional(),
  runtime: z.boolean().optional(),
  seeAlso: Texts.optional(),
  tags: Texts.optional(),
}).superRefine(({ type = "str", default: value, enumAllowed, min, max }, context) => {
  const complain = (path: string, message: string): void =>
    context.addIssue({ code: "custom", path: [path], message });
  // The monitors make values of these texts too.
  for (const [path, text] of Object.entries({ default: value, min, max })) {
    const problem = text === undefined ? undefined : misfit(type, String(text));
    if (problem !== undefined) complain(path, problem);
  }
  if (value !== undefined && enumAllowed !== undefined && !enumAllowed.includes(String(value))) {
    complain("default", "is not in enumAllowed");
  }
});

function misfit(type: OptionType, text: string): string | undefined {
  try {
    parseOption(type, text);
  } catch (e) {
    return (e as Error).message;
  }
}

/** What a signature is made of must not hold what separates its parts. */
const WORD = "[!-+\\--<>-~]+";
const Word = z.string().max(256).regex(
  new RegExp(`^${WORD}$`),
  "must be ASCII without blanks, commas and equals signs",
);
const Prefix = z.string().max(1024).regex(
  new RegExp(`^${WORD}( ${WORD})*$`),
  "must be words of ASCII without commas and equals signs",
);
const Choice = Word.regex(/^[^|]+$/, "must not hold |");
const ArgumentName = z.string().max(256).regex(/^[A-Za-z][\w-]*$/, "must be a name");

/** One class, in what Python and JavaScript read alike. */
const CHARACTER_CLASS = /^\[\^?(?:[^\\\[\]]|\\[\\\[\]\-dws.])+\]$/;
/** Python warns of these: set operations to come. */
const DOUBLED = /--|&&|\|\||~~/;

const INTEGERS = /^-?\d+(?:\|-?\d+)?$/;
const NUMBERS = /^-?\d+(?:\.\d+)?(?:\|-?\d+(?:\.\d+)?)?$/;

const ArgumentSchema = z.object({
  type: z.string().refine((type) => Object.hasOwn(ARGUMENT_TYPES, type), "is no type of arguments"),
  req: z.boolean().optional(),
  n: z.union([z.number().int().positive().max(1000), z.literal("N")]).optional(),
  range: Word.optional(),
  strings: z.array(Choice).min(1).max(MAX_DECLARATIONS).optional(),
  goodchars: Word.refine(isCharacterClass, "must be a character class like [A-Za-z0-9_.]").optional(),
  positional: z.boolean().optional(),
}).superRefine((argument, context) => {
  const complain = (path: string, message: string): void =>
    context.addIssue({ code: "custom", path: [path], message });
  // The CLI reads the signatures of all modules before each command: one that it cannot read ends it.
  for (const attribute of ["range", "strings", "goodchars"] as const) {
    if (argument[attribute] !== undefined && ARGUMENT_TYPES[argument.type]?.attribute !== attribute) {
      complain(attribute, `does not go with ${argument.type}`);
    }
  }
  if (argument.type === "CephChoices" && argument.strings === undefined) complain("strings", "is missing");
  const pattern = argument.type === "CephInt" ? INTEGERS : NUMBERS;
  if (argument.range !== undefined && !pattern.test(argument.range)) {
    complain("range", "must be min or min|max");
  }
});

function isCharacterClass(text: string): boolean {
  if (!CHARACTER_CLASS.test(text) || DOUBLED.test(text)) return false;
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const CommandSchema = z.object({
  desc: Text,
  perm: z.string().regex(/^(?=.)r?w?x?$/, "must be of r, w and x"),
  poll: z.boolean().optional(),
  args: z.record(ArgumentName, ArgumentSchema).optional(),
});

const few = (record: object): boolean => Object.keys(record).length <= MAX_DECLARATIONS;

/** A slash would make it one manager's own: `mgr/<module>/<mgr id>/<name>`. */
const OptionName = z.string().max(256).regex(/^[A-Za-z][\w.-]*$/, "must be a name");

const DescriptionSchema = z.object({
  options: z.record(OptionName, OptionSchema).refine(few, "too many options"),
  commands: z.record(Prefix, CommandSchema).refine(few, "too many commands"),
  notifyTypes: Texts,
  exports: z.array(z.string().max(256).regex(/^[a-zA-Z]\w*$/, "must be the name of a method")).max(
    MAX_DECLARATIONS,
  ),
  hasStandby: z.boolean(),
  hasCanRun: z.boolean(),
});

/**
 * What one module declares, as JSON. The monitors send it to all clients with each MgrMap; the biggest modules of Ceph
 * have a quarter of it.
 */
export const MAX_DESCRIPTION_CHARS = 256 * 1024;

/** Checks what a module's process, or a file of ours, says a module is. Throws an Error of one line. */
export function parseDescription(value: unknown): ModuleDescription {
  const result = DescriptionSchema.safeParse(value);
  if (!result.success) {
    throw new Error(`Cannot use what it declares: ${schemaError(result.error)}`);
  }
  const chars = JSON.stringify(result.data).length;
  if (chars > MAX_DESCRIPTION_CHARS) {
    throw new Error(
      `Cannot use what it declares: it is ${chars} characters, ${MAX_DESCRIPTION_CHARS} are allowed`,
    );
  }
  return result.data as ModuleDescription;
}
