/** Why a package cannot be installed, in words for the operator. */

/** The message says what is wrong and what to do; nothing has been changed. */
export class PackageError extends Error {
  override readonly name = "PackageError";
}
