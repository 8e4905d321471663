/** A structure's two directions, kept side by side. */

import type { Read } from "./decoder.ts";
import type { Write } from "./encoder.ts";

/** How a Ceph type looks on the wire. */
export interface Codec<T> {
  readonly decode: Read<T>;
  readonly encode: Write<T>;
}
