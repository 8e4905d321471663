/** Calls of a module's process to the host. */

import { type HostSide, MAX_LOG_CHARS } from "../contract.ts";
import type { ArgsOf, ResultOf } from "../rpc.ts";

/** Calls a method of the host. */
export type CallHost = <K extends keyof HostSide>(
  name: K,
  ...args: ArgsOf<HostSide[K]>
) => ResultOf<HostSide[K]>;

/** Adds a line to the log; what is too long for one is cut. Never throws. */
export function logTo(host: CallHost, level: string, text: unknown, logger?: string): void {
  void host("log", level, String(text).slice(0, MAX_LOG_CHARS), ...(logger === undefined ? [] : [logger]));
}

/** What was thrown, which may be anything, with its stack. */
export function stackOf(error: unknown): string {
  return (error instanceof Error ? error.stack ?? error.message : textOf(error)).slice(0, MAX_LOG_CHARS);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value);
}
