/** Frames against recorded vectors, and broken ones. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { makeCiphers, Opener, Sealer } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";
import { type Frame, FrameReader, FrameWriter, MAX_CONTROL_BYTES, MAX_MESSAGE_BYTES } from "./frame.ts";
import { Tag } from "./tags.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);

interface FrameVector {
  name: string;
  inputs: {
    mode: string;
    tag: number;
    segments: string[];
    key: string;
    nonce: string;
    frames?: { tag: number; segments: string[] }[];
  };
  expected: string;
}
const vectors = specVectors<FrameVector[]>("frames");

function pair(v: FrameVector): { writer: FrameWriter; reader: FrameReader } {
  const writer = new FrameWriter();
  const reader = new FrameReader();
  reader.allowMessages();
  if (v.inputs.mode !== "crc") {
    writer.secure(new Sealer(hex(v.inputs.key), hex(v.inputs.nonce)));
    reader.secure(new Opener(hex(v.inputs.key), hex(v.inputs.nonce)));
  }
  return { writer, reader };
}

/** What a reader hands out for these segments: trailing empty ones are gone. */
function onWire(segments: string[]): string[] {
  const last = segments.findLastIndex((s) => s !== "");
  return segments.slice(0, Math.max(last + 1, 1));
}

for (const v of vectors ?? []) {
  const frames = v.inputs.frames ?? [v.inputs];
  Deno.test(`FrameWriter and FrameReader agree with ${v.name}`, async () => {
    const { writer, reader } = pair(v);
    const wire = frames.map((f) => writer.write(f.tag, f.segments.map(hex)).toHex()).join("");
    assertEquals(wire, v.expected);
    const got: Frame[] = [];
    for (const byte of hex(wire)) {
      reader.push(new Uint8Array([byte]));
      for (let f = await reader.next(); f; f = await reader.next()) got.push(f);
    }
    assertEquals(
      got.map((f) => [f.tag, f.segments.map((s) => s.toHex())]),
      frames.map((f) => [f.tag, onWire(f.segments)]),
    );
  });
}

function crcFrame(
  change: (wire: Uint8Array) => void,
  segments = [hex("00".repeat(41)), hex("aabb")],
): () => Frame {
  const wire = new FrameWriter().write(Tag.MESSAGE, segments);
  change(wire);
  const reader = new FrameReader();
  reader.allowMessages();
  reader.push(wire);
  return () => reader.next() as Frame;
}

Deno.test("FrameReader.next() refuses a wrong crc of the preamble", () => {
  assertThrows(crcFrame((w) => w[2]! ^= 1), ProtocolError, "wrong crc of its preamble");
});

Deno.test("FrameReader.next() refuses a wrong crc of each segment", () => {
  assertThrows(crcFrame((w) => w[32]! ^= 1), ProtocolError, "wrong crc of segment 0");
  assertThrows(crcFrame((w) => w[32 + 45]! ^= 1), ProtocolError, "wrong crc of segment 1");
});

Deno.test("FrameReader.next() drops an aborted frame and refuses another late status", () => {
  const at = 32 + 45 + 2;
  assertEquals(crcFrame((w) => w[at] = 0x01)().aborted, true);
  assertEquals(crcFrame((w) => w[at] = 0x1e)().aborted, false);
  assertThrows(crcFrame((w) => w[at] = 0), ProtocolError, "late status");
});

Deno.test("FrameReader.next() refuses a wrong GCM tag and a skipped nonce", () => {
  const key = hex("00".repeat(16));
  const nonce = hex("00".repeat(12));
  const writer = new FrameWriter();
  writer.secure(new Sealer(key, nonce));
  const first = writer.write(Tag.KEEPALIVE2, [hex("00".repeat(8))]);
  const second = writer.write(Tag.KEEPALIVE2, [hex("00".repeat(8))]);
  first[95]! ^= 1;
  for (const wire of [first, second]) {
    const reader = new FrameReader();
    reader.secure(new Opener(key, nonce));
    reader.push(wire);
    assertThrows(() => reader.next(), ProtocolError, "authentication tag");
  }
});

/** A preamble with a right crc and whatever numbers. */
async function preamble(tag: number, count: number, lengths: number[]): Promise<Uint8Array> {
  const { crc32c } = await import("../encoding/mod.ts");
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  bytes[0] = tag;
  bytes[1] = count;
  lengths.forEach((n, i) => view.setUint32(2 + 6 * i, n, true));
  view.setUint32(28, crc32c(0, bytes.subarray(0, 28)), true);
  return bytes;
}

Deno.test("FrameReader.next() refuses bad segment counts and lengths before it takes their bytes", async () => {
  const cases: [number, number, number[], string][] = [
    [Tag.MESSAGE, 0, [], "0 segments"],
    [Tag.MESSAGE, 5, [], "5 segments"],
    [Tag.MESSAGE, 2, [41, 0], "last segment is empty"],
    [Tag.MESSAGE, 2, [41, MAX_MESSAGE_BYTES], "are allowed"],
    ...Object.values(Tag).filter((t) => t !== Tag.MESSAGE)
      .map((t): [number, number, number[], string] => [t, 1, [MAX_CONTROL_BYTES + 1], "are allowed"]),
    [Tag.HELLO, 2, [4, 4], "one segment"],
  ];
  for (const [tag, count, lengths, part] of cases) {
    const reader = new FrameReader();
    reader.allowMessages();
    reader.push(await preamble(tag, count, lengths));
    assertThrows(() => reader.next(), ProtocolError, part);
  }
});

Deno.test("FrameReader.next() refuses messages before they are allowed", async () => {
  const reader = new FrameReader();
  reader.push(await preamble(Tag.MESSAGE, 2, [41, 4]));
  assertThrows(() => reader.next(), ProtocolError, "not open");
});

Deno.test("FrameReader.space() does not grow with what is only announced", async () => {
  const reader = new FrameReader();
  reader.allowMessages();
  reader.push(await preamble(Tag.MESSAGE, 2, [41, MAX_MESSAGE_BYTES - 41]));
  assertEquals(reader.next(), undefined);
  assert(reader.space().length < 64 * 1024);
});

/** Both ends of one direction. */
function ends(mode: string): { writer: FrameWriter; reader: FrameReader } {
  const [writer, reader] = [new FrameWriter(), new FrameReader()];
  reader.allowMessages();
  if (mode === "secure") {
    const secret = new Uint8Array(64).fill(9);
    writer.secure(makeCiphers(secret, "client").sealer);
    reader.secure(makeCiphers(secret, "server").opener);
  }
  return { writer, reader };
}

Deno.test("FrameReader.next() rejects a wrong GCM tag of each large block", async () => {
  const segments = [new Uint8Array(10_000), new Uint8Array(20_000)];
  for (const at of [96, 96 + 9_952 + 16]) {
    const { writer, reader } = ends("secure");
    const wire = writer.write(Tag.MESSAGE, segments);
    wire[at]! ^= 1;
    reader.push(wire);
    await assertRejects(async () => await reader.next(), ProtocolError, "authentication tag");
  }
});

for (const mode of ["crc", "secure"]) {
  Deno.test(`FrameReader takes a big message in big and small reads, ${mode}`, () => takesBigMessages(mode));
}

async function takesBigMessages(mode: string): Promise<void> {
  const data = crypto.getRandomValues(new Uint8Array(60_000));
  const { writer, reader } = ends(mode);
  const got: Frame[] = [];
  for (let round = 0, at = 0; round < 3; at = 0, round++) {
    const wire = writer.write(Tag.MESSAGE, [hex("00".repeat(41)), data, hex(""), data]);
    while (at < wire.length) {
      const space = reader.space();
      const part = wire.subarray(at, at + Math.min(space.length, 7001));
      space.set(part);
      reader.filled(part.length);
      at += part.length;
      for (let f = await reader.next(); f; f = await reader.next()) got.push(f);
    }
  }
  assertEquals(got.length, 3);
  for (const f of got) assertEquals([f.segments[1], f.segments[3]], [data, data]);
}
