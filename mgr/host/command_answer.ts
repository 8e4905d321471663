/** A module's answer to a command, as it comes from its process. */

import type { CommandAnswer } from "./contract.ts";

/** The runner has checked it, but the process is the module's. Throws an Error of one line. */
export function checkAnswer(answer: unknown): CommandAnswer {
  const [retval, stdout, stderr] = Array.isArray(answer) ? answer : [];
  const isOutput = typeof stdout === "string" || stdout instanceof Uint8Array;
  // The reply to the client has 32 bits for it.
  if (Number.isInteger(retval) && (retval | 0) === retval && isOutput && typeof stderr === "string") {
    return [retval, stdout, stderr];
  }
  throw new Error("its answer is not [number, string, string]");
}
