/** Looks at what a module sends: it may send anything. */

import type { z } from "zod";
import { schemaError } from "./schema_error.ts";

/** Throws a TypeError that names what was wrong with it. */
export function parse<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new TypeError(`Cannot take the ${what}: ${schemaError(result.error)}`);
}
