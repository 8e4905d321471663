/** What a module declares, checked: it comes from the module's process, or from a file. */

import { z } from "zod";
import type { ModuleDescription } from "./contract.ts";

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
});

/** What a signature is made of must not hold what separates its parts. */
const Word = z.string().regex(/^[^\s,=]+$/, "must be a word without blanks, commas and equals signs");

const ArgumentSchema = z.object({
  type: z.string().regex(/^Ceph[A-Z]\w*$/),
  req: z.boolean().optional(),
  n: z.union([z.number().int().positive(), z.literal("N")]).optional(),
  range: Word.optional(),
  strings: z.array(Word).optional(),
  goodchars: Word.refine(isCharacterClass, "must be the inside of a character class").optional(),
  positional: z.boolean().optional(),
});

function isCharacterClass(text: string): boolean {
  try {
    return new RegExp(`[${text}]`).test("") || true;
  } catch {
    return false;
  }
}

const CommandSchema = z.object({
  desc: Text,
  perm: z.string().regex(/^r?w?x?$/),
  poll: z.boolean().optional(),
  args: z.record(Word, ArgumentSchema).optional(),
});

const few = (record: object): boolean => Object.keys(record).length <= MAX_DECLARATIONS;

const DescriptionSchema = z.object({
  options: z.record(z.string().regex(/^[A-Za-z0-9_\-./]+$/), OptionSchema).refine(few, "too many options"),
  commands: z.record(z.string().regex(/^[^\s,=]+( [^\s,=]+)*$/), CommandSchema).refine(
    few,
    "too many commands",
  ),
  notifyTypes: Texts,
  hasStandby: z.boolean(),
  hasCanRun: z.boolean(),
});

/** Checks what a module's process, or a file of ours, says a module is. Throws an Error of one line. */
export function parseDescription(value: unknown): ModuleDescription {
  const result = DescriptionSchema.safeParse(value);
  if (result.success) return result.data as ModuleDescription;
  const [issue] = result.error.issues;
  throw new Error(`Cannot use what it declares: ${issue!.path.join(".")}: ${issue!.message}`);
}
