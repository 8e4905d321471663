/** Lines of tools for people: stdout and stderr, synchronously. */

const encoder = new TextEncoder();

/** Writes one line to stdout. */
export function print(line = ""): void {
  writeAll(Deno.stdout, `${line}\n`);
}

/** Writes one line to stderr. */
export function printError(line: string): void {
  writeAll(Deno.stderr, `${line}\n`);
}

function writeAll(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = encoder.encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(to.writeSync(bytes));
}
