/** Health checks that a test sets and clears by name. */

import type { HealthCheck } from "@ganglion/sdk";

type Checks = Readonly<Record<string, HealthCheck>>;

/** Ceph's tests expect this number. */
const COUNT = 123;

/** A text that is not JSON, or JSON that is no table of health checks; the message is what the CLI shows. */
export class HealthInputError extends Error {
  /** `HealthInputError` */
  override readonly name = "HealthInputError";
}

/** Reads `{CODE: {severity, summary, detail: [..]}}`. Throws HealthInputError. */
export function readHealthChecks(json: string): Checks {
  const table = decode(json);
  try {
    return Object.fromEntries(
      Object.entries(table as object).map(([code, check]) => [code, readCheck(check)]),
    );
  } catch (e) {
    throw new HealthInputError(`Invalid health check format: ${(e as Error).message}`);
  }
}

/** What is left without those names; nothing when no name is given. */
export function withoutChecks(checks: Checks, codes: readonly string[] | undefined): Checks {
  if (codes === undefined) return {};
  return Object.fromEntries(Object.entries(checks).filter(([code]) => !codes.includes(code)));
}

function decode(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (e) {
    throw new HealthInputError(`Failed to decode JSON input: ${(e as Error).message}`);
  }
}

function readCheck({ severity, summary, detail }: Record<string, unknown>): HealthCheck {
  if (severity !== "warning" && severity !== "error") throw new Error("'severity'");
  if (summary === undefined) throw new Error("'summary'");
  if (!Array.isArray(detail)) throw new Error("'detail'");
  return { severity, summary: String(summary), count: COUNT, detail: detail.map(String) };
}
