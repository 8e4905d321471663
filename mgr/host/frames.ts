/** Frames of the calls between host and module: a small MessagePack envelope, and bytes that nobody looks into. */

import { Decoder, Encoder, ExtensionCodec } from "@msgpack/msgpack";
import { checkEnvelope } from "./envelope_check.ts";

/** Bytes of the attachments of one frame: the output of a command, cluster data. */
export const MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024;
/** Shorter byte strings travel in the envelope. */
export const MIN_ATTACHMENT_BYTES = 1024;
/** `u32 length of the envelope, u32 length of all attachments`, big endian. */
const HEADER_BYTES = 8;
const READ_BYTES = 64 * 1024;
/** Type of the MessagePack extension in the place of an attachment: `u32 offset, u32 length`. */
const ATTACHMENT = 1;
const REFERENCE_BYTES = 8;

/** Makes frames. Not for two peers at a time. */
export class FrameEncoder {
  readonly #maxEnvelopeBytes: number;
  readonly #encoder: Encoder;
  #attachments: Uint8Array[] = [];
  #attached = 0;

  constructor(maxEnvelopeBytes: number) {
    this.#maxEnvelopeBytes = maxEnvelopeBytes;
    const extensionCodec = new ExtensionCodec();
    extensionCodec.register({
      type: ATTACHMENT,
      encode: (value) =>
        value instanceof Uint8Array && value.length >= MIN_ATTACHMENT_BYTES ? this.#attach(value) : null,
      decode: () => null,
    });
    this.#encoder = new Encoder({ extensionCodec, ignoreUndefined: true });
  }

  /** The parts of a frame in their order; attachments are not copied. Throws an Error when it is too long. */
  encode(envelope: unknown): Uint8Array[] {
    try {
      const body = this.#encoder.encodeSharedRef(envelope);
      check("the envelope", body.length, this.#maxEnvelopeBytes);
      check("its attachments", this.#attached, MAX_ATTACHMENT_BYTES);
      const head = new Uint8Array(HEADER_BYTES + body.length);
      const view = new DataView(head.buffer);
      view.setUint32(0, body.length);
      view.setUint32(4, this.#attached);
      head.set(body, HEADER_BYTES);
      return [head, ...this.#attachments];
    } finally {
      this.#attachments = [];
      this.#attached = 0;
    }
  }

  #attach(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const reference = new Uint8Array(REFERENCE_BYTES);
    const view = new DataView(reference.buffer);
    view.setUint32(0, this.#attached);
    view.setUint32(4, bytes.length);
    this.#attachments.push(bytes);
    this.#attached += bytes.length;
    return reference;
  }
}

function check(what: string, bytes: number, allowed: number): void {
  if (bytes > allowed) throw new RangeError(`${what} has ${bytes} bytes, at most ${allowed} are allowed`);
}

/** Finds frames in a stream. Memory is taken by what is announced within the limits, for one frame at a time. */
export class FrameDecoder {
  readonly #maxEnvelopeBytes: number;
  readonly #decoder: Decoder;
  #buffer = new Uint8Array(READ_BYTES);
  #start = 0;
  #end = 0;
  /** A frame that is longer than the buffer, as far as it has come: `#end` counts its bytes. */
  #long: Uint8Array<ArrayBuffer> | undefined;
  #attachments = new Uint8Array();

  constructor(maxEnvelopeBytes: number) {
    this.#maxEnvelopeBytes = maxEnvelopeBytes;
    const extensionCodec = new ExtensionCodec();
    extensionCodec.register({
      type: ATTACHMENT,
      encode: () => null,
      decode: (reference) => this.#attached(reference),
    });
    this.#decoder = new Decoder({ extensionCodec });
  }

  /** Where to read to; never empty. */
  space(): Uint8Array {
    if (this.#long === undefined && this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    return (this.#long ?? this.#buffer).subarray(this.#end);
  }

  /** So many bytes have been read there. */
  filled(bytes: number): void {
    this.#end += bytes;
  }

  /** The next envelope; undefined while it has not come whole. Throws when it is too long or no MessagePack. */
  next(): unknown {
    const frame = this.#long === undefined ? this.#short() : this.#longFrame();
    if (frame === undefined) return undefined;
    const envelopeBytes = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
    const envelope = frame.subarray(HEADER_BYTES, HEADER_BYTES + envelopeBytes);
    checkEnvelope(envelope);
    this.#attachments = frame.subarray(HEADER_BYTES + envelopeBytes);
    return this.#decoder.decode(envelope);
  }

  /** A copy: what it holds must outlive the next read. */
  #short(): Uint8Array<ArrayBuffer> | undefined {
    const have = this.#end - this.#start;
    if (have < HEADER_BYTES) return undefined;
    const length = this.#length();
    if (length > this.#buffer.length) {
      this.#long = new Uint8Array(length);
      this.#long.set(this.#buffer.subarray(this.#start, this.#end));
      this.#start = 0;
      this.#end = have;
      return undefined;
    }
    if (have < length) return undefined;
    this.#start += length;
    return this.#buffer.slice(this.#start - length, this.#start);
  }

  #longFrame(): Uint8Array<ArrayBuffer> | undefined {
    const frame = this.#long!;
    if (this.#end < frame.length) return undefined;
    this.#long = undefined;
    this.#end = 0;
    return frame;
  }

  #length(): number {
    const view = new DataView(this.#buffer.buffer, this.#start);
    const [envelope, attachments] = [view.getUint32(0), view.getUint32(4)];
    check("an envelope", envelope, this.#maxEnvelopeBytes);
    check("attachments", attachments, MAX_ATTACHMENT_BYTES);
    return HEADER_BYTES + envelope + attachments;
  }

  #attached(reference: Uint8Array): Uint8Array {
    const view = new DataView(reference.buffer, reference.byteOffset, reference.byteLength);
    const [offset, length] = [view.getUint32(0), view.getUint32(4)];
    if (offset + length > this.#attachments.length) throw new RangeError("an attachment is missing");
    return this.#attachments.subarray(offset, offset + length);
  }
}
