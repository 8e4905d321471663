/** One type of Ceph's corpus and what is proved with its objects. */

import { type Codec, Decoder, encodeAll } from "../../mgr/encoding/mod.ts";

/** One type of the corpus. */
export interface CorpusRow {
  /** Name of the folder: Ceph's name of the type. */
  readonly type: string;
  /** Releases whose objects have the versions that we write in all their parts: they encode to the same bytes. */
  readonly exact: readonly string[];
  /** Decodes to the last byte, in every structure, and encodes again. Throws DecodeError. */
  readonly roundTrip: (bytes: Uint8Array) => Uint8Array;
}

/** Both releases of the corpus. */
export const BOTH = ["16.2.0", "20.3.0"] as const;

/** Refuses what a lenient reader skips: bytes of a structure behind the fields that its codec reads. */
class StrictDecoder extends Decoder {
  override versioned<T>(name: string, known: number, body: (d: Decoder, version: number) => T): T {
    return super.versioned(name, known, (d, version) => {
      const value = body(d, version);
      if (d.remaining !== 0) d.fail(`${name} version ${version} has ${d.remaining} bytes more`);
      return value;
    });
  }
}

function decodeStrictly<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const d = new StrictDecoder(bytes);
  const value = codec.decode(d);
  d.finish();
  return value;
}

/** Makes a row of a codec. */
export function row<T>(type: string, codec: Codec<T>, exact: readonly string[] = BOTH): CorpusRow {
  return {
    type,
    exact,
    roundTrip: (bytes) => encodeAll(codec.encode, decodeStrictly(codec, bytes)),
  };
}
