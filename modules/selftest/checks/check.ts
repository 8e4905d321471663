/** What a check is, and how it says that something is not as it should be. */

import type { MgrModule } from "@ganglion/sdk";
import type { COMMANDS, OPTIONS } from "../declarations.ts";

/** The module whose interface is tested: the self-test itself. */
export type Tested = MgrModule<typeof OPTIONS, typeof COMMANDS>;

/** One part of the test. Rejects when the interface does not do what it should. */
export type Check = (module: Tested) => Promise<void>;

/** Throws unless both are the same; objects are compared by their JSON. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value) ?? "undefined");
  if (is !== should) throw new Error(`Cannot pass the self-test: ${what} is ${is}, not ${should}`);
}

/** Throws when that is missing. */
export function expectSome(what: string, value: unknown): void {
  if (value === undefined || value === null) {
    throw new Error(`Cannot pass the self-test: ${what} has no answer`);
  }
}

/** Throws unless the call rejects; answers with what it rejected with. */
export async function expectRejection(what: string, call: () => Promise<unknown>): Promise<Error> {
  try {
    await call();
  } catch (e) {
    if (e instanceof Error) return e;
    throw e;
  }
  throw new Error(`Cannot pass the self-test: ${what} was not refused`);
}
