/** Why words do not fit a command. The messages are those of the stock CLI. */

/**
 * `value`: a word is not what it should be, so this is the right command with a wrong argument. `prefix`: the words of
 * the command itself differ. `missing`: an argument is not there. `few`: the words end before the command does.
 */
export type ArgErrorKind = "value" | "prefix" | "missing" | "few";

/** A word that does not fit, or the lack of one. */
export class ArgError extends Error {
  override readonly name = "ArgError";

  constructor(
    message: string,
    readonly kind: ArgErrorKind = "value",
    /** The word, and what would have fitted: for a hint. */
    readonly choice?: { readonly word: string; readonly choices: readonly string[] },
  ) {
    super(message);
  }
}
