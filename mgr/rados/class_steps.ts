/** Steps that run a method of an object class on the OSD. */

import { OpCode } from "./op_codes.ts";
import { type ReadStep, readStep } from "./step.ts";

const utf8 = new TextEncoder();

/** The lengths of the names are one byte each. */
const MAX_NAME_BYTES = 255;

/**
 * Calls `method` of class `cls`. What a method that writes returns is thrown away unless the operation asks for it.
 * Throws RangeError.
 */
export function call(cls: string, method: string, argument: Uint8Array): ReadStep<Uint8Array> {
  const name = [utf8.encode(cls), utf8.encode(method)] as const;
  if (name.some(({ length }) => length === 0 || length > MAX_NAME_BYTES)) {
    throw new RangeError(`Cannot call ${cls}.${method}: a name has 1 to ${MAX_NAME_BYTES} bytes`);
  }
  const data = new Uint8Array(name[0].length + name[1].length + argument.length);
  data.set(name[0]);
  data.set(name[1], name[0].length);
  data.set(argument, name[0].length + name[1].length);
  return readStep({
    op: OpCode.call,
    union: (e) => void e.u8(name[0].length).u8(name[1].length).u8(0).u32(argument.length),
    data,
  }, (bytes) => bytes);
}
