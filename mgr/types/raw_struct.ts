/** A versioned structure as it was received: for what is passed on, or read by others, or not at all. */

import { type Codec, Decoder, type Read } from "../encoding/mod.ts";

/** u8 version, u8 compat, u32 length. */
const HEADER_SIZE = 6;

/** The structure with its header, undecoded: a view of the message it came in. */
export const RawStruct: Codec<Uint8Array> = {
  decode: (d) =>
    d.struct("structure", (d) => {
      const header = d.raw(HEADER_SIZE);
      const body = d.raw(new DataView(header.buffer, header.byteOffset).getUint32(2, true));
      return new Uint8Array(header.buffer, header.byteOffset, HEADER_SIZE + body.length);
    }),
  encode: (e, bytes) => void e.raw(bytes),
};

/** Reads what `RawStruct` has kept. Throws DecodeError. */
export function readRaw<T>(bytes: Uint8Array, read: Read<T>): T {
  return read(new Decoder(bytes));
}
