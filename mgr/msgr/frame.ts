/** msgr v2.1 frames: preamble, segments, epilogue; in crc and in secure mode. Pure. Upstream: msg/async/frames_v2.cc */

import { crc32c, Decoder, Encoder } from "../encoding/mod.ts";
import { BufferPool } from "./buffer_pool.ts";
import type { Opener, Sealer } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";
import { LARGE_BLOCK, TAG_BYTES } from "./gcm.ts";
import { Tag, tagName } from "./tags.ts";

const PREAMBLE = 32;
const MAX_SEGMENTS = 4;
const CRC = 4;
/** late_status and the crcs of segments 1..3. */
const CRC_EPILOGUE = 13;
/** Bytes of segment 0 that travel in the preamble's GCM block. */
const INLINE = 48;
const SECURE_HEAD = PREAMBLE + INLINE + TAG_BYTES;
const SECURE_EPILOGUE = 16;
const SEED = 0xffffffff;

const LATE_COMPLETE = 0x0e;
const LATE_ABORTED = 0x01;
const LATE_MASK = 0x0f;

/** Alignment announced for each segment; receivers ignore it. */
const ALIGNMENT = [8, 8, 8, 4096];

/** Control frames hold addresses and tickets; real ones stay below 2 KiB. */
export const MAX_CONTROL_BYTES = 32 * 1024;
/** One message: the most that ceph-mgr lets a client have in dispatch (mgr_client_bytes). */
export const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/** A received frame. */
export interface Frame {
  readonly tag: number;
  /** One for control frames, up to four for messages. */
  readonly segments: readonly Uint8Array[];
  /** The sender gave it up while sending: to be dropped without a word. */
  readonly aborted: boolean;
}

const padded = (n: number): number => (n + 15) & ~15;

function writePreamble(out: Uint8Array, tag: number, lengths: readonly number[]): void {
  const e = new Encoder(PREAMBLE).u8(tag).u8(lengths.length);
  for (let i = 0; i < MAX_SEGMENTS; i++) {
    const length = lengths[i];
    e.u32(length ?? 0).u16(length === undefined ? 0 : ALIGNMENT[i]!);
  }
  e.u16(0);
  e.u32(crc32c(0, e.finish()));
  out.set(e.finish(), 0);
}

/** Trailing empty segments are not sent; the first one always is. */
function trimmed(segments: readonly Uint8Array[]): readonly Uint8Array[] {
  let n = segments.length;
  while (n > 1 && segments[n - 1]!.length === 0) n--;
  return segments.slice(0, n);
}

/** Makes the wire bytes of frames, in the mode that it was last switched to. */
export class FrameWriter {
  #sealer: Sealer | undefined;

  /** From the next frame on everything is encrypted. */
  secure(sealer: Sealer): void {
    this.#sealer = sealer;
  }

  /** The bytes of one frame of one to four segments. */
  write(tag: number, segments: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const used = trimmed(segments);
    return this.#sealer ? writeSecure(tag, used, this.#sealer) : writeCrc(tag, used);
  }
}

function writeCrc(tag: number, segments: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const lengths = segments.map((s) => s.length);
  const out = new Uint8Array(PREAMBLE + crcBodyLength(lengths));
  const view = new DataView(out.buffer);
  writePreamble(out, tag, lengths);
  let at = PREAMBLE;
  if (lengths[0]! > 0) {
    out.set(segments[0]!, at);
    at += lengths[0]!;
    view.setUint32(at, crc32c(SEED, segments[0]!), true);
    at += CRC;
  }
  if (segments.length === 1) return out;
  const epilogue = out.length - CRC_EPILOGUE;
  out[epilogue] = LATE_COMPLETE;
  for (let i = 1; i < segments.length; i++) {
    out.set(segments[i]!, at);
    at += lengths[i]!;
    view.setUint32(epilogue + 1 + (i - 1) * CRC, crc32c(SEED, segments[i]!), true);
  }
  return out;
}

function writeSecure(tag: number, segments: readonly Uint8Array[], sealer: Sealer): Uint8Array<ArrayBuffer> {
  const lengths = segments.map((s) => s.length);
  const out = new Uint8Array(SECURE_HEAD + secureBodyLength(lengths));
  const first = segments[0]!;
  const head = new Uint8Array(PREAMBLE + INLINE);
  writePreamble(head, tag, lengths);
  head.set(first.subarray(0, INLINE), PREAMBLE);
  sealer.seal(head, out, 0);
  let at = SECURE_HEAD;
  const more = padded(first.length) - INLINE;
  if (more > 0) {
    const rest = new Uint8Array(more);
    rest.set(first.subarray(INLINE));
    sealer.seal(rest, out, at);
    at += more + TAG_BYTES;
  }
  if (segments.length === 1) return out;
  const tail = new Uint8Array(out.length - at - TAG_BYTES);
  let t = 0;
  for (const segment of segments.slice(1)) {
    tail.set(segment, t);
    t += padded(segment.length);
  }
  tail[t] = LATE_COMPLETE;
  sealer.seal(tail, out, at);
  return out;
}

function crcBodyLength(lengths: readonly number[]): number {
  const first = lengths[0]! > 0 ? lengths[0]! + CRC : 0;
  if (lengths.length === 1) return first;
  return first + lengths.slice(1).reduce((sum, n) => sum + n, 0) + CRC_EPILOGUE;
}

function secureBodyLength(lengths: readonly number[]): number {
  const more = padded(lengths[0]!) - INLINE;
  const first = more > 0 ? more + TAG_BYTES : 0;
  if (lengths.length === 1) return first;
  return first + lengths.slice(1).reduce((sum, n) => sum + padded(n), 0) + SECURE_EPILOGUE + TAG_BYTES;
}

/** What a preamble announces, checked. */
interface Preamble {
  readonly tag: number;
  readonly lengths: readonly number[];
}

function readPreamble(bytes: Uint8Array): Preamble {
  const d = new Decoder(bytes.subarray(0, PREAMBLE));
  const tag = d.u8();
  const count = d.u8();
  const lengths: number[] = [];
  for (let i = 0; i < MAX_SEGMENTS; i++) {
    lengths.push(d.u32());
    d.u16();
  }
  d.u16();
  if (d.u32() !== crc32c(0, bytes.subarray(0, PREAMBLE - CRC))) {
    throw new ProtocolError("Cannot take the frame: wrong crc of its preamble");
  }
  if (count < 1 || count > MAX_SEGMENTS) {
    throw new ProtocolError(`Cannot take the ${tagName(tag)} frame: ${count} segments`);
  }
  if (count > 1 && lengths[count - 1] === 0) {
    throw new ProtocolError(`Cannot take the ${tagName(tag)} frame: its last segment is empty`);
  }
  return { tag, lengths: lengths.slice(0, count) };
}

function checkLimits({ tag, lengths }: Preamble, messages: boolean): void {
  if (tag === Tag.MESSAGE && !messages) {
    throw new ProtocolError("Cannot take a message: the session is not open");
  }
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const limit = tag === Tag.MESSAGE ? MAX_MESSAGE_BYTES : MAX_CONTROL_BYTES;
  if (total > limit) {
    throw new ProtocolError(
      `Cannot take the ${tagName(tag)} frame: ${total} bytes, at most ${limit} are allowed`,
    );
  }
  if (tag !== Tag.MESSAGE && lengths.length > 1) {
    throw new ProtocolError(
      `Cannot take the ${tagName(tag)} frame: a control frame has one segment, not ${lengths.length}`,
    );
  }
}

function isAborted(tag: number, lateStatus: number): boolean {
  const status = lateStatus & LATE_MASK;
  if (status !== LATE_COMPLETE && status !== LATE_ABORTED) {
    throw new ProtocolError(
      `Cannot take the ${tagName(tag)} frame: late status 0x${lateStatus.toString(16)}`,
    );
  }
  return status === LATE_ABORTED;
}

/** What each connection keeps to itself: most wait in silence. */
const OWN_BUFFER = 4 * 1024;
/** A full buffer makes room for one so many times as large: what a peer only claims to send costs nothing. */
const GROWTH = 4;
/** With less room than this a read is hardly worth it, when what stands before it can be moved away. */
const MIN_ROOM = 1024;

const pool = new BufferPool();

/**
 * Finds frames in a stream of bytes. Bytes are read straight into `space()`, then reported by `filled()`; `next()`
 * answers with whole frames whose segments are stable.
 */
export class FrameReader {
  readonly #own = new Uint8Array(OWN_BUFFER);
  /** The own one, or one of the pool while a larger frame is on its way. */
  #buffer = this.#own;
  #start = 0;
  #end = 0;
  #opener: Opener | undefined;
  /** The head of the frame in work, once it is there and checked. */
  #head: { readonly preamble: Preamble; readonly inline: Uint8Array } | undefined;
  #need = 0;
  #messages = false;

  /** Messages may come from now on; before, nobody has proved who he is. */
  allowMessages(): void {
    this.#messages = true;
  }

  /** From the next frame on everything is encrypted. */
  secure(opener: Opener): void {
    this.#opener = opener;
  }

  /** Where the next bytes of the stream belong; never empty. No read may be under way. */
  space(): Uint8Array<ArrayBuffer> {
    const have = this.#end - this.#start;
    const { length } = this.#buffer;
    if (have === 0) this.#moveTo(this.#own);
    else if (have === length) {
      this.#moveTo(pool.take(Math.min(GROWTH * have, Math.max(this.#need, 2 * have))));
    } else if (this.#start > 0 && length - this.#end < MIN_ROOM) this.#moveTo(this.#buffer);
    return this.#buffer.subarray(this.#end);
  }

  #moveTo(target: Uint8Array<ArrayBuffer>): void {
    const former = this.#buffer;
    target.set(former.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = target;
    if (former !== target && former !== this.#own) pool.give(former);
  }

  /** `n` bytes were read into `space()`. */
  filled(n: number): void {
    this.#end += n;
  }

  /** Bytes of memory that it keeps. */
  get held(): number {
    return this.#buffer.length;
  }

  /** Copies bytes in: for those who do not read into `space()`. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const space = this.space();
      const part = bytes.subarray(at, at + space.length);
      space.set(part);
      this.filled(part.length);
      at += part.length;
    }
  }

  /** Takes `n` raw bytes from the stream, or undefined when there are not so many: for the banner. */
  raw(n: number): Uint8Array | undefined {
    return this.#view(n)?.slice();
  }

  /** As `raw`, but good only until the next call of `space`. */
  #view(n: number): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end - this.#start < n) {
      this.#need = n;
      return undefined;
    }
    this.#start += n;
    return this.#buffer.subarray(this.#start - n, this.#start);
  }

  /**
   * The next frame, or undefined when its bytes are not all there. `record` is given the wire bytes, for the
   * signature. A large encrypted frame is a promise: neither `space` nor `next` may be called before it settles. Throws
   * and rejects with ProtocolError.
   */
  next(record?: (wire: Uint8Array) => void): Frame | Promise<Frame> | undefined {
    if (this.#head === undefined) {
      const head = this.#view(this.#opener ? SECURE_HEAD : PREAMBLE);
      if (head === undefined) return undefined;
      record?.(head.slice());
      const plain = this.#opener?.open(head) ?? head;
      const preamble = readPreamble(plain);
      checkLimits(preamble, this.#messages);
      this.#head = { preamble, inline: plain.subarray(PREAMBLE) };
    }
    const { preamble, inline } = this.#head;
    const body = this.#view(
      this.#opener ? secureBodyLength(preamble.lengths) : crcBodyLength(preamble.lengths),
    );
    if (body === undefined) return undefined;
    record?.(body.slice());
    this.#head = undefined;
    this.#need = 0;
    // What is decrypted is a copy already.
    return this.#opener ? readSecure(preamble, inline, body, this.#opener) : readCrc(preamble, body.slice());
  }
}

function readCrc({ tag, lengths }: Preamble, body: Uint8Array): Frame {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const segments: Uint8Array[] = [];
  let at = 0;
  const check = (i: number, crc: number): void => {
    if (crc !== crc32c(SEED, segments[i]!)) {
      throw new ProtocolError(`Cannot take the ${tagName(tag)} frame: wrong crc of segment ${i}`);
    }
  };
  const epilogue = body.length - CRC_EPILOGUE;
  const aborted = lengths.length > 1 && isAborted(tag, body[epilogue]!);
  for (const [i, length] of lengths.entries()) {
    segments.push(body.subarray(at, at + length));
    at += length;
    if (i === 0 && length > 0) {
      check(0, view.getUint32(at, true));
      at += CRC;
    } else if (i > 0) check(i, view.getUint32(epilogue + 1 + (i - 1) * CRC, true));
  }
  return { tag, segments, aborted };
}

/** What follows the inline part of segment 0: the rest of it, and all other segments with the epilogue. */
function secureBlocks(lengths: readonly number[], body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const more = Math.max(0, padded(lengths[0]!) - INLINE);
  const cut = more > 0 ? more + TAG_BYTES : 0;
  return [body.subarray(0, cut), body.subarray(cut)].filter(({ length }) => length > 0);
}

function readSecure(
  preamble: Preamble,
  inline: Uint8Array,
  body: Uint8Array<ArrayBuffer>,
  opener: Opener,
): Frame | Promise<Frame> {
  const blocks = secureBlocks(preamble.lengths, body);
  const join = (plain: readonly Uint8Array[]): Frame => joinSecure(preamble, inline, plain);
  if (body.length < LARGE_BLOCK) return join(blocks.map((block) => opener.open(block)));
  return Promise.all(blocks.map((block) => opener.openLarge(block))).then(join);
}

function joinSecure({ tag, lengths }: Preamble, inline: Uint8Array, plain: readonly Uint8Array[]): Frame {
  let first = inline.subarray(0, Math.min(lengths[0]!, INLINE));
  if (lengths[0]! > INLINE) {
    first = new Uint8Array(lengths[0]!);
    first.set(inline.subarray(0, INLINE));
    first.set(plain[0]!.subarray(0, lengths[0]! - INLINE), INLINE);
  }
  if (lengths.length === 1) return { tag, segments: [first], aborted: false };
  const tail = plain.at(-1)!;
  const segments = [first];
  let t = 0;
  for (const length of lengths.slice(1)) {
    segments.push(tail.subarray(t, t + length));
    t += padded(length);
  }
  return { tag, segments, aborted: isAborted(tag, tail[t]!) };
}
