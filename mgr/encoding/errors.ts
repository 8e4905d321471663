/** Errors of the encoding layer: what could not be read, in which structure, and where. */

/** Bytes that do not decode. `path` names the structures from the outermost to the failing one. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";

  constructor(
    /** What went wrong, without the place: "needs 4 bytes, 2 left". */
    readonly reason: string,
    /** Byte offset in the outermost buffer. */
    readonly offset: number,
    /** Names of the structures around the failure, outermost first. */
    readonly path: readonly string[] = [],
    /** Name of the field of the innermost structure, where it could be told. */
    readonly field?: string,
  ) {
    super(
      `Cannot decode ${
        [...path, ...(field === undefined ? [] : [field])].join(".") || "bytes"
      } at offset ${offset}: ${reason}`,
    );
  }

  /** The same failure, seen from the structure `name` around it. */
  inside(name: string, field?: string): DecodeError {
    return new DecodeError(
      this.reason,
      this.offset,
      [name, ...this.path],
      this.field ?? (this.path.length === 0 ? field : undefined),
    );
  }
}
