/** The end of a run that did not go well: what to print, and the exit code. */

/** Printed on stderr as it is, a line. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    message: string,
    readonly exitCode: number,
    /** What is wrong, without the words around it that the stock CLI has. */
    readonly reason: string = message,
  ) {
    super(message);
  }
}

/**
 * No session with the cluster. The stock CLI prints one line of librados (`text`); what keeps us out is `reason`, in a
 * line of its own before it.
 */
export class ConnectError extends CliError {
  constructor(reason: string, text: string, exitCode: number) {
    super(text, exitCode, reason);
  }
}

const RADOS_TEXTS: ReadonlyMap<number, string> = new Map([
  [2, "RADOS object not found"],
  [5, "RADOS I/O error"],
  [13, "RADOS permission denied"],
  [22, "RADOS invalid argument"],
  [110, "RADOS timed out"],
]);
const EACCES = 13;

/** What librados says of a connection that failed with `errno` (positive). */
export function connectError(reason: string, errno: number): ConnectError {
  const name = RADOS_TEXTS.get(errno) ?? "RADOS error";
  const code = errno === EACCES ? EACCES : 1;
  return new ConnectError(reason, `[errno ${errno}] ${name} (error connecting to the cluster)`, code);
}

/** Why something failed, without what the runtime puts around it: `Connection refused`. */
export function reasonText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^tcp connect error: /i, "").replace(/ \(os error \d+\)/, "");
}
