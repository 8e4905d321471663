/** The first bytes of a msgr2 connection. Upstream: ProtocolV2::_banner_exchange */

import { Decoder, Encoder } from "../encoding/mod.ts";
import { ProtocolError } from "./errors.ts";

const MAGIC = new TextEncoder().encode("ceph v2\n");
/** Magic and the u16 length of what follows. */
export const BANNER_HEAD = MAGIC.length + 2;
/** Two u64 feature words are known; a longer payload is read and its tail ignored, up to this. */
const MAX_BANNER_PAYLOAD = 1024;
const BANNER_PAYLOAD = 16;

/** msgr v2.1: crcs and padding as in frame.ts. */
const REVISION_1 = 1n;

/** What we say: revision 1 supported and required. */
export function makeBanner(): Uint8Array<ArrayBuffer> {
  return new Encoder(BANNER_HEAD + BANNER_PAYLOAD)
    .raw(MAGIC).u16(BANNER_PAYLOAD).u64(REVISION_1).u64(REVISION_1).finish();
}

/** Length of the payload that the first 10 bytes announce. */
export function bannerPayloadLength(head: Uint8Array): number {
  if (!MAGIC.every((byte, i) => head[i] === byte)) {
    throw new ProtocolError("Cannot take the banner: this is not msgr2 of Ceph");
  }
  const length = new Decoder(head.subarray(MAGIC.length)).u16();
  if (length < BANNER_PAYLOAD || length > MAX_BANNER_PAYLOAD) {
    throw new ProtocolError(`Cannot take the banner: payload of ${length} bytes`);
  }
  return length;
}

/** Both feature words: we need revision 1 and know nothing else. */
export function checkBanner(payload: Uint8Array): void {
  const d = new Decoder(payload);
  const supported = d.u64();
  const required = d.u64();
  if ((supported & REVISION_1) === 0n) {
    throw new ProtocolError("Cannot take the banner: the peer lacks msgr v2.1");
  }
  if ((required & ~REVISION_1) !== 0n) {
    throw new ProtocolError(
      `Cannot take the banner: the peer requires msgr2 features 0x${required.toString(16)}`,
    );
  }
}
