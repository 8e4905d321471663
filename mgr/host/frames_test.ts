/** Frames in any pieces, and frames that lie. */

import { assertEquals, assertThrows } from "@std/assert";
import { FrameDecoder, FrameEncoder, MAX_ATTACHMENT_BYTES, MIN_ATTACHMENT_BYTES } from "./frames.ts";

const MAX = 100_000;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const encoded = (...values: readonly unknown[]): Uint8Array => {
  const encoder = new FrameEncoder(MAX);
  return joined(values.flatMap((value) => encoder.encode(value)));
};

/** All envelopes of a stream that comes in pieces of at most so many bytes. */
function readAll(stream: Uint8Array, pieceBytes: number): unknown[] {
  const decoder = new FrameDecoder(MAX);
  const found: unknown[] = [];
  for (let at = 0; at < stream.length;) {
    const space = decoder.space();
    const n = Math.min(space.length, pieceBytes, stream.length - at);
    space.set(stream.subarray(at, at + n));
    at += n;
    decoder.filled(n);
    for (let value = decoder.next(); value !== undefined; value = decoder.next()) found.push(value);
  }
  return found;
}

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const header = (envelope: number, attachments: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, envelope);
  view.setUint32(4, attachments);
  return new Uint8Array(view.buffer);
};

Deno.test("FrameDecoder finds frames and their attachments whatever the pieces", () => {
  const values = [
    null,
    [1, "a", bytes(3, 1)],
    { json: bytes(MIN_ATTACHMENT_BYTES, 2), other: bytes(MIN_ATTACHMENT_BYTES - 1, 3) },
    [bytes(70_000, 4), bytes(200_000, 5)],
    "x".repeat(80_000),
    "end",
  ];
  const stream = encoded(...values);
  for (const piece of [7, 1000, 65_536, stream.length]) assertEquals(readAll(stream, piece), values);
});

Deno.test("FrameDecoder.next() gives bytes that later frames do not change", () => {
  const [first] = readAll(encoded([bytes(10, 1), bytes(2000, 1)], [bytes(10, 2), bytes(2000, 2)]), 3000);
  assertEquals(first, [bytes(10, 1), bytes(2000, 1)]);
});

Deno.test("FrameEncoder.encode() does not copy what is long", () => {
  const long = bytes(5000, 1);
  const parts = new FrameEncoder(MAX).encode([long, bytes(3, 1)]);
  assertEquals(parts.length, 2);
  assertEquals(parts[1] === long, true);
});

Deno.test("FrameEncoder.encode() refuses what is too long, and goes on", () => {
  const encoder = new FrameEncoder(100);
  assertThrows(() => encoder.encode("x".repeat(101)), RangeError, "the envelope has");
  assertThrows(
    () => encoder.encode(new Uint8Array(MAX_ATTACHMENT_BYTES + 1)),
    RangeError,
    "its attachments has",
  );
  assertEquals(encoder.encode(1).length, 1);
});

Deno.test("FrameDecoder.next() refuses frames that are too long before they have come", () => {
  assertThrows(() => readAll(header(MAX + 1, 0), 8), RangeError, `an envelope has ${MAX + 1} bytes`);
  assertThrows(() => readAll(header(1, MAX_ATTACHMENT_BYTES + 1), 8), RangeError, "attachments has");
  assertEquals(readAll(header(MAX, MAX_ATTACHMENT_BYTES), 8), []);
});

Deno.test("FrameDecoder.next() refuses envelopes that announce more than they have", () => {
  const nested = new Uint8Array(500);
  for (let i = 0; i < 100; i++) nested.set([0xdd, 0, 0x0f, 0x42, 0x40], 5 * i);
  assertThrows(() => readAll(joined([header(500, 0), nested]), 508), Error, "it ends too early");
});

Deno.test("FrameDecoder.next() refuses references to attachments that did not come", () => {
  // fixext 8, type 1: offset 0, length 9.
  const envelope = new Uint8Array([0xd7, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
  assertThrows(
    () => readAll(joined([header(10, 8), envelope, bytes(8, 0)]), 26),
    RangeError,
    "an attachment is missing",
  );
  assertEquals(readAll(joined([header(10, 9), envelope, bytes(9, 7)]), 27), [bytes(9, 7)]);
  const short = new Uint8Array([0xd6, 1, 0, 0, 0, 0]);
  assertThrows(() => readAll(joined([header(6, 0), short]), 14), RangeError);
});
