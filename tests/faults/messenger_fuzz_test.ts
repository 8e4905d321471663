/** Whatever a peer sends, the messenger ends that connection with one of its declared errors, and keeps its memory. */

import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { crc32c, DecodeError } from "../../mgr/encoding/mod.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { makeBanner } from "../../mgr/msgr/banner.ts";
import { makeCiphers } from "../../mgr/msgr/crypto.ts";
import { AuthRefusedError, ProtocolError } from "../../mgr/msgr/errors.ts";
import { type Frame, FrameReader, FrameWriter } from "../../mgr/msgr/frame.ts";
import { Tag } from "../../mgr/msgr/tags.ts";
import { ProtocolPair } from "../fakes/protocol_pair.ts";

const declared = (e: unknown): boolean =>
  e instanceof ProtocolError || e instanceof DecodeError || e instanceof AuthRefusedError;

/** Runs it; anything but a declared error is thrown on. */
function tolerate(what: () => void): void {
  try {
    what();
  } catch (e) {
    if (!declared(e)) throw e;
  }
}

const TAGS = fc.constantFrom(...Object.values(Tag), 0, 21, 22, 255);
const SIDES = fc.constantFrom("client" as const, "server" as const);
/** One change: at which frame of the exchange, at which byte, to what. */
const CHANGES = fc.record({ frame: fc.nat(12), at: fc.nat(400), to: fc.nat(255) });

Deno.test("Protocol: any bytes instead of a banner or of frames", () => {
  fc.assert(
    fc.property(SIDES, fc.boolean(), fc.uint8Array({ maxLength: 300 }), (side, banner, bytes) => {
      const protocol = new ProtocolPair()[side];
      if (banner) protocol.receive(makeBanner());
      tolerate(() => protocol.receive(bytes));
    }),
    { numRuns: 500 },
  );
});

Deno.test("Protocol: well-formed frames of any tag, payload and order", () => {
  const frames = fc.array(fc.tuple(TAGS, fc.uint8Array({ maxLength: 200 })), { maxLength: 6 });
  fc.assert(
    fc.property(SIDES, frames, (side, sent) => {
      const protocol = new ProtocolPair({ modes: [ConMode.crc] })[side];
      protocol.receive(makeBanner());
      const writer = new FrameWriter();
      tolerate(() => sent.forEach(([tag, payload]) => protocol.receive(writer.write(tag, [payload]))));
    }),
    { numRuns: 500 },
  );
});

for (const mode of ["crc", "secure"] as const) {
  Deno.test(`Protocol: a handshake in ${mode} mode of which one byte was changed on the way`, () => {
    fc.assert(
      fc.property(SIDES, CHANGES, (victim, change) => {
        let seen = 0;
        let changed = false;
        const pair = new ProtocolPair({ modes: [ConMode[mode]] });
        tolerate(() =>
          pair.run((from, bytes) => {
            if (from === victim || seen++ !== change.frame || change.at >= bytes.length) return bytes;
            const copy = bytes.slice();
            changed = copy[change.at] !== change.to;
            copy[change.at] = change.to;
            return copy;
          })
        );
        // The signatures cover everything before them; crc or tag what follows.
        if (changed) assert(!pair[victim].open, JSON.stringify(change));
      }),
      { numRuns: 1000 },
    );
  });

  Deno.test(`Protocol: a payload of a handshake in ${mode} mode that was changed, with a right crc`, () => {
    fc.assert(
      fc.property(SIDES, CHANGES, (victim, change) => {
        let seen = 0;
        const pair = new ProtocolPair({ modes: [ConMode[mode]] });
        tolerate(() =>
          pair.run((from, bytes) => {
            const wanted = from !== victim && seen++ === change.frame;
            return wanted && isPlainFrame(bytes) ? rewritten(bytes, change) : bytes;
          })
        );
      }),
      { numRuns: 1000 },
    );
  });
}

function isPlainFrame(bytes: Uint8Array): boolean {
  return bytes.length > 36 && bytes[1] === 1 &&
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(28, true) ===
      crc32c(0, bytes.subarray(0, 28));
}

/** The same frame with one byte of its payload changed. */
function rewritten(bytes: Uint8Array, { at, to }: { at: number; to: number }): Uint8Array {
  const payload = bytes.slice(32, -4);
  payload[at % payload.length] = to;
  return new FrameWriter().write(bytes[0]!, [payload]);
}

Deno.test("FrameReader: pieces of any size give the same frames", () => {
  const segment = fc.uint8Array({ maxLength: 100 });
  const message = fc.tuple(fc.uint8Array({ minLength: 41, maxLength: 41 }), segment, segment, segment);
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), cuts, fc.boolean(), (messages, sizes, secure) => {
      const secret = new Uint8Array(64).fill(9);
      const [writer, reader] = [new FrameWriter(), new FrameReader()];
      reader.allowMessages();
      if (secure) {
        writer.secure(makeCiphers(secret, "client").sealer);
        reader.secure(makeCiphers(secret, "server").opener);
      }
      const wire = messages.flatMap((segments) => [...writer.write(Tag.MESSAGE, segments)]);
      const got: Frame[] = [];
      for (let at = 0, i = 0; at < wire.length; i++) {
        const end = at + sizes[i % sizes.length]!;
        reader.push(Uint8Array.from(wire.slice(at, end)));
        for (let frame = reader.next(); frame; frame = reader.next()) got.push(frame as Frame);
        at = end;
      }
      const texts = (list: readonly (readonly Uint8Array[])[]): string[][] =>
        list.map((segments) => [0, 1, 2, 3].map((i) => segments[i]?.toHex() ?? ""));
      assertEquals(texts(got.map((f) => f.segments)), texts(messages));
    }),
  );
});

Deno.test("FrameReader: a claim of any size costs no more than what was sent", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(100_000), (claim, sent) => {
    const reader = new FrameReader();
    reader.allowMessages();
    const head = new Uint8Array(32);
    const view = new DataView(head.buffer);
    head.set([Tag.MESSAGE, 2]);
    view.setUint32(2, 41, true);
    view.setUint32(8, claim, true);
    view.setUint32(28, crc32c(0, head.subarray(0, 28)), true);
    tolerate(() => {
      reader.push(head);
      reader.next();
      for (let left = sent; left > 0; left -= 10_000) {
        reader.push(new Uint8Array(Math.min(left, 10_000)));
        reader.next();
      }
    });
    const room = reader.space().buffer.byteLength;
    assert(room <= 4 * (sent + 16 * 1024), `${room} bytes for ${sent}`);
  }));
});
