/** A versioned structure as it was received: for what is passed on, or read by others, or not at all. */

import { type Codec, Decoder, type Read } from "../encoding/mod.ts";

const skipVersioned: Read<void> = (d) => d.skipVersioned();
const readSpan: Read<Uint8Array> = (d) => d.span(skipVersioned);

/** The structure with its header, undecoded: a view of the message it came in. */
export const RawStruct: Codec<Uint8Array> = {
  decode: (d) => d.struct("structure", readSpan),
  encode: (e, bytes) => void e.raw(bytes),
};

/** Reads what `RawStruct` has kept. Throws DecodeError. */
export function readRaw<T>(bytes: Uint8Array, read: Read<T>): T {
  return read(new Decoder(bytes));
}
