/** An open session: numbers messages, drops repeated ones, answers keepalives. Pure. Upstream: ProtocolV2::write_message, handle_message */

import { Decoder, Encoder } from "../encoding/mod.ts";
import type { RawMessage } from "../types/raw_message.ts";
import type { UTime } from "../types/utime.ts";
import { KeepaliveStamp, payload, unexpected, Word } from "./control.ts";
import { ProtocolError } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { Tag } from "./tags.ts";

/** Size of ceph_msg_header2. */
export const HEADER_BYTES = 41;
/** What real daemons send: COMPLETE | NOCRC of the former footer. */
const MESSAGE_FLAGS = 3;
const NOTHING = new Uint8Array(0);

/** What a frame means to the owner of the session. */
export type SessionEvent =
  | { readonly kind: "message"; readonly raw: RawMessage }
  /** Answer with KEEPALIVE2_ACK and the same bytes. */
  | { readonly kind: "keepalive"; readonly payload: Uint8Array }
  | { readonly kind: "keepalive_ack"; readonly stamp: UTime };

/** Sequence numbers of one session, both directions. */
export class Session {
  #sent = 0n;
  #received = 0n;

  /** Segments of the MESSAGE frame; the sequence number is given here, so the order of calls is that of the wire. */
  message(raw: RawMessage): Uint8Array[] {
    const e = new Encoder(HEADER_BYTES)
      .u64(++this.#sent).u64(raw.tid).u16(raw.type).u16(raw.priority).u16(raw.version)
      .u32(0).u16(0).u64(this.#received).u8(MESSAGE_FLAGS).u16(raw.compat).u16(0);
    return [e.finish(), raw.front, raw.middle, raw.data];
  }

  /** Takes one frame; undefined when there is nothing to do. Throws ProtocolError or DecodeError. */
  frame(frame: Frame): SessionEvent | undefined {
    if (frame.aborted) return undefined;
    switch (frame.tag) {
      case Tag.MESSAGE:
        return this.#onMessage(frame.segments);
      case Tag.KEEPALIVE2:
        return { kind: "keepalive", payload: payload(KeepaliveStamp, stampOf(frame)) };
      case Tag.KEEPALIVE2_ACK:
        return { kind: "keepalive_ack", stamp: stampOf(frame) };
      case Tag.ACK:
        Word.decode(new Decoder(frame.segments[0]!));
        return undefined;
    }
    throw unexpected(frame.tag, "open");
  }

  #onMessage(segments: readonly Uint8Array[]): SessionEvent | undefined {
    const header = segments[0]!;
    if (header.length !== HEADER_BYTES) {
      throw new ProtocolError(`Cannot take a message: header of ${header.length} bytes`);
    }
    const d = new Decoder(header);
    const seq = d.u64();
    if (seq <= this.#received) return undefined;
    this.#received = seq;
    const tid = d.u64();
    const type = d.u16();
    const priority = d.u16();
    const version = d.u16();
    d.raw(15);
    const compat = d.u16();
    const [, front = NOTHING, middle = NOTHING, data = NOTHING] = segments;
    return { kind: "message", raw: { type, version, compat, priority, tid, front, middle, data } };
  }
}

function stampOf({ segments }: Frame): UTime {
  return new Decoder(segments[0]!).struct("KEEPALIVE2", KeepaliveStamp.decode);
}

/** KEEPALIVE2 with our clock. */
export function keepalivePayload(stamp: UTime): Uint8Array {
  return payload(KeepaliveStamp, stamp);
}
