/** What a module is told whose call was refused. */

/** Its class and fields go over to the module, where the SDK's class of the same name carries them. */
export class PermissionError extends Error {
  override readonly name = "PermissionError";
  /** Texts that `module permissions grant` takes. */
  readonly missing: readonly string[];

  constructor(call: string, module: string, missing: readonly string[]) {
    const names = missing.map((one) => `'${one}'`).join(" and ");
    super(
      `Cannot call ${call}: module ${module} has no permission ${names}; ` +
        `an operator grants it by: ${grantCommand(module, missing)}`,
    );
    this.missing = missing;
  }
}

/** The command line that grants these to a module. */
export function grantCommand(module: string, permissions: readonly string[]): string {
  return ["ceph module permissions grant", module, ...permissions.map(shellWord)].join(" ");
}

/** As a POSIX shell reads it. */
function shellWord(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
