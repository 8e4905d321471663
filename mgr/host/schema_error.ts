/** What is wrong with a value that a schema does not take. */

import type { z } from "zod";

/** The first problem in one line, after its path: `health checks.A.severity: ..` */
export function schemaError({ issues }: z.ZodError): string {
  const [{ path, message, ...issue }] = issues as [z.core.$ZodIssue];
  // Of a key zod says only that it is wrong; why is one level deeper.
  const reason = issue.code === "invalid_key" ? issue.issues[0]?.message ?? message : message;
  return path.length === 0 ? reason : `${path.join(".")}: ${reason}`;
}
