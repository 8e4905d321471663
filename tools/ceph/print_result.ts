/** What a command answered, on stdout and stderr, as the stock CLI prints it. */

import type { CommandResult } from "../../mgr/mon/mon_client.ts";
import { CliError } from "./cli_error.ts";
import { errnoName } from "./errno.ts";
import type { Output } from "./files.ts";
import type { CliIo } from "./io.ts";

/** How it is to be shown. */
export interface ResultStyle {
  readonly format: string | undefined;
  /** `osd.0: `, where several daemons answer. */
  readonly prefix?: string;
}

/** An answer that is an error, as one. */
export function failure({ r, rs }: CommandResult): CliError {
  return new CliError(`Error ${errnoName(-r)}: ${rs}`, -r);
}

/** Prints one answer; returns the exit code. */
export function printResult(result: CommandResult, style: ResultStyle, output: Output, io: CliIo): number {
  const { r, rs, data } = result;
  const prefix = style.prefix ?? "";
  if (output.redirected) output.write(data);
  else printData(data, prefix, style.format, io);
  if (r < 0) io.err(`${failure(result).message}\n`);
  else if (rs !== "") io.err(`${prefix}${rs}\n`);
  return Math.max(-r, 0);
}

/** Readers of JSON have long been told to skip a first line: it is empty. */
function printData(data: Uint8Array, prefix: string, format: string | undefined, io: CliIo): void {
  if (format?.startsWith("json")) io.out("\n");
  const body = prefix === "" ? data : trimEnd(data);
  if (body.length === 0) return;
  if (prefix !== "") io.out(prefix);
  io.out(body);
  if (prefix !== "") io.out("\n");
}

const BLANKS: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 32]);

function trimEnd(data: Uint8Array): Uint8Array {
  let end = data.length;
  while (end > 0 && BLANKS.has(data[end - 1]!)) end--;
  return data.subarray(0, end);
}
