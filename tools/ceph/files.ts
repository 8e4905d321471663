/** `-i` and `-o`: what goes to a command and where its answer goes. */

import { CliError } from "./cli_error.ts";
import { fileErrorText } from "./errno.ts";
import type { CliIo } from "./io.ts";
import type { CephOptions } from "./options.ts";

const STANDARD = "-";

/** The bytes of `-i`; none without it. Throws CliError. */
export async function readInput(options: CephOptions, io: CliIo): Promise<Uint8Array> {
  const path = options.inFile;
  if (path === undefined) return new Uint8Array(0);
  if (path === STANDARD) return await io.readInput();
  try {
    return Deno.readFileSync(path);
  } catch (e) {
    throw new CliError(`Can't open input file ${path}: ${fileErrorText(e, path)}`, 1);
  }
}

/** Where answers go. */
export interface Output extends Disposable {
  /** Whether `-o` was given, be it stdout: answers then stand there as they are. */
  readonly redirected: boolean;
  write(data: Uint8Array): void;
}

/** Opens the file of `-o`, before the command runs. Throws CliError. */
export function openOutput(options: CephOptions, io: CliIo): Output {
  const path = options.outFile;
  if (path === undefined || path === STANDARD) {
    return { redirected: path !== undefined, write: (data) => io.out(data), [Symbol.dispose]() {} };
  }
  try {
    const file = Deno.openSync(path, { write: true, create: true, truncate: true });
    giveAway(path, options);
    return {
      redirected: true,
      write(data) {
        for (let at = 0; at < data.length;) at += file.writeSync(data.subarray(at));
      },
      [Symbol.dispose]: () => file.close(),
    };
  } catch (e) {
    if (e instanceof CliError) throw e;
    throw new CliError(`Can't open output file ${path}: ${fileErrorText(e, path)}`, 1);
  }
}

function giveAway(path: string, { setuser, setgroup }: CephOptions): void {
  if (setuser) chown(path, "user", setuser, (id) => Deno.chownSync(path, id, null));
  if (setgroup) chown(path, "group", setgroup, (id) => Deno.chownSync(path, null, id));
}

function chown(path: string, what: "user" | "group", name: string, give: (id: number) => void): void {
  try {
    give(numberOf(what === "user" ? "/etc/passwd" : "/etc/group", name));
  } catch (e) {
    throw new CliError(
      `Failed to change ${what} ownership of ${path} to ${name}: ${e instanceof Error ? e.message : e}`,
      1,
    );
  }
}

function numberOf(file: string, name: string): number {
  const row = Deno.readTextFileSync(file).split("\n").find((line) => line.startsWith(`${name}:`));
  if (row === undefined) throw new Error(`${file} has no '${name}'`);
  return Number(row.split(":")[2]);
}
