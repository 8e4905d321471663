/** Steps of operations on objects, as modules send them: what each takes, and whether it writes. */

import { z } from "zod";

/** Bytes that one operation carries. */
export const MAX_OPERATION_BYTES = 64 * 1024 * 1024;
/** Steps of one operation. */
const MAX_STEPS = 256;
/** Keys of one step: OSDs answer with no more at once. */
const MAX_KEYS = 1024;

const Size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** Names of objects, attributes and keys: the OSDs have limits of their own. */
const Name = z.string().max(4096);
const Bytes = z.instanceof(Uint8Array);
const Pairs = z.array(z.tuple([Name, Bytes])).max(MAX_KEYS);
const Keys = z.array(Name).max(MAX_KEYS);

/** One kind of steps. */
interface StepKind {
  readonly args: z.ZodType<readonly unknown[]>;
  readonly writes: boolean;
}

const reads = (...args: z.ZodType[]): StepKind => ({ args: tuple(args), writes: false });
const writes = (...args: z.ZodType[]): StepKind => ({ args: tuple(args), writes: true });

function tuple(args: readonly z.ZodType[]): z.ZodType<readonly unknown[]> {
  return z.tuple(args as []) as z.ZodType<readonly unknown[]>;
}

/** By name; what each takes is what the SDK's `step` sends. */
const KINDS = {
  read: reads(Size, Size),
  stat: reads(),
  getXattr: reads(Name),
  getXattrs: reads(),
  omapGet: reads(Name, Name, z.number().int().positive().max(MAX_KEYS)),
  omapGetByKeys: reads(Keys),
  omapHeader: reads(),
  listWatchers: reads(),
  assertVersion: reads(Size),
  compareXattr: reads(Name, z.enum(["eq", "ne", "gt", "gte", "lt", "lte"]), Bytes),
  omapCompare: reads(Pairs),
  create: writes(z.boolean()),
  write: writes(Bytes, Size),
  writeFull: writes(Bytes),
  append: writes(Bytes),
  truncate: writes(Size),
  zero: writes(Size, Size),
  remove: writes(),
  setXattr: writes(Name, Bytes),
  rmXattr: writes(Name),
  omapSet: writes(Pairs),
  omapSetHeader: writes(Bytes),
  omapRemove: writes(Keys),
  omapClear: writes(),
  // Nobody but the OSD knows whether a method writes.
  exec: writes(z.string().max(255), z.string().max(255), Bytes),
} as const satisfies Readonly<Record<string, StepKind>>;

/** The name of a step. */
export type StepName = keyof typeof KINDS;

/** A step that has been looked at: its arguments have the types that its kind says. */
export interface CheckedStep {
  readonly name: StepName;
  readonly args: readonly unknown[];
}

/** A whole operation. */
export const Steps: z.ZodType<readonly CheckedStep[]> = z.array(z.array(z.unknown()).min(1)).min(1).max(
  MAX_STEPS,
)
  .transform((steps, context) => {
    const checked = steps.map(checkStep);
    const wrong = checked.find((step) => typeof step === "string");
    if (wrong === undefined) return checked as CheckedStep[];
    context.addIssue({ code: "custom", message: String(wrong) });
    return z.NEVER;
  });

function checkStep([name, ...args]: readonly unknown[]): CheckedStep | string {
  if (typeof name !== "string" || !Object.hasOwn(KINDS, name)) return `there is no step '${name}'`;
  const { success, data } = KINDS[name as StepName].args.safeParse(args);
  return success ? { name: name as StepName, args: data } : `step '${name}' has wrong arguments`;
}

/** Whether the operation can change something. */
export function isWriting(steps: readonly CheckedStep[]): boolean {
  return steps.some(({ name }) => KINDS[name].writes);
}

/** Bytes that the operation brings or fetches. */
export function bytesOfSteps(steps: readonly CheckedStep[]): number {
  return steps.reduce((sum, { name, args }) => sum + (name === "read" ? Number(args[1]) : bytesIn(args)), 0);
}

function bytesIn(args: readonly unknown[]): number {
  return args.flat(2).reduce<number>((sum, arg) => sum + (arg instanceof Uint8Array ? arg.length : 0), 0);
}
