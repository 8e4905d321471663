/** Both sides of a connection joined in memory, and what each refuses. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolPair, SERVER_ADDR } from "../../tests/fakes/protocol_pair.ts";
import { crc32c, Decoder, Encoder } from "../encoding/mod.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { ConMode } from "./authenticator.ts";
import { makeBanner } from "./banner.ts";
import { ClientIdent, type Ident, payload, ServerIdent, SessionReset, Word } from "./control.ts";
import { ProtocolError } from "./errors.ts";
import { type Frame, FrameWriter } from "./frame.ts";
import type { Protocol, ProtocolEvent } from "./protocol.ts";
import { Session } from "./session.ts";
import { Tag, tagName } from "./tags.ts";

const raw = (tid: bigint, size = 10): RawMessage => ({
  type: 0x702,
  version: 9,
  compat: 1,
  priority: 127,
  tid,
  front: new Uint8Array(size).fill(3),
  middle: new Uint8Array(0),
  data: new Uint8Array([1, 2]),
});
const messages = (events: ProtocolEvent[]): RawMessage[] =>
  events.filter((e) => e.kind === "message").map((e) => e.raw);

for (
  const [name, options] of [
    ["secure", { modes: [ConMode.secure, ConMode.crc] }],
    ["crc", { modes: [ConMode.crc] }],
    ["crc without a session key", { modes: [ConMode.crc], sessionKey: new Uint8Array(0) }],
  ] as const
) {
  Deno.test(`Protocol opens a session in ${name} mode and carries messages both ways`, async () => {
    const pair = new ProtocolPair(options);
    pair.run();
    assert(pair.client.open && pair.server.open);
    const server = pair.serverEvents.find((e) => e.kind === "open")!;
    assertEquals(server.peer.identity?.entity, { type: 4, id: "3" });
    assertEquals([server.peer.mode, server.peer.gid], [options.modes[0]!, 3n]);
    pair.client.message(raw(1n));
    pair.client.message(raw(2n, 100_000));
    pair.server.message(raw(3n));
    pair.run();
    await pair.settled();
    assertEquals(messages(pair.serverEvents).map((m) => [m.tid, m.front.length, m.data.length]), [
      [1n, 10, 2],
      [2n, 100_000, 2],
    ]);
    assertEquals(messages(pair.clientEvents), [raw(3n)]);
  });
}

Deno.test("Protocol answers KEEPALIVE2 with the same stamp", () => {
  const pair = new ProtocolPair();
  pair.run();
  pair.client.keepalive({ sec: 5, nsec: 6 });
  pair.run();
  assertEquals(pair.clientEvents.at(-1), { kind: "keepalive_ack", stamp: { sec: 5, nsec: 6 } });
});

Deno.test("Protocol takes bytes one at a time", () => {
  const pair = new ProtocolPair();
  const drip = (to: Protocol, bytes: Uint8Array): void =>
    bytes.forEach((b) => to.receive(new Uint8Array([b])));
  const feed = { client: pair.server, server: pair.client };
  pair.run((from, bytes) => {
    drip(feed[from], bytes.subarray(0, -1));
    return bytes.subarray(-1);
  });
  assert(pair.client.open && pair.server.open);
});

Deno.test("Protocol refuses a connection mode that was not offered", () => {
  const pair = new ProtocolPair({ modes: [ConMode.secure], chosen: ConMode.crc });
  assertThrows(() => pair.run(), ProtocolError, "the peer chose connection mode 1, which was not offered");
});

Deno.test("Protocol refuses a connection secret that is too short", () => {
  const pair = new ProtocolPair({ secret: new Uint8Array(16) });
  assertThrows(() => pair.run(), ProtocolError, "connection secret of 16 bytes");
});

Deno.test("Protocol refuses a wrong signature", () => {
  const pair = new ProtocolPair({ modes: [ConMode.crc], serverKey: new Uint8Array(16).fill(8) });
  assertThrows(() => pair.run(), ProtocolError, "signature of the handshake is wrong");
});

Deno.test("Protocol notices a handshake that was tampered with on the way", () => {
  // The order of preferred modes is swapped in AUTH_REQUEST, with a right crc: a downgrade.
  const pair = new ProtocolPair({ modes: [ConMode.secure, ConMode.crc] });
  const writer = new FrameWriter();
  const downgraded = new Encoder().u32(2).list([ConMode.crc], (e, m) => e.u32(m)).bytes(new Uint8Array([1]))
    .finish();
  assertThrows(
    () =>
      pair.run((
        from,
        bytes,
      ) => (from === "client" && bytes[0] === Tag.AUTH_REQUEST
        ? writer.write(Tag.AUTH_REQUEST, [downgraded])
        : bytes)
      ),
    ProtocolError,
    "signature",
  );
});

Deno.test("Protocol refuses a peer of another type, and one at another address or nonce", () => {
  assertThrows(
    () => new ProtocolPair({ client: { targetType: 1 } }).run(),
    ProtocolError,
    "entity type 16, not 1",
  );
  const target = { ...SERVER_ADDR, nonce: 78 };
  assertThrows(
    () => new ProtocolPair({ client: { target } }).run(),
    ProtocolError,
    "another address or nonce than ours",
  );
});

Deno.test("Protocol refuses a banner of anything else", () => {
  for (
    const [bytes, why] of [
      [new TextEncoder().encode("ceph v027 and more"), "not msgr2"],
      [new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"), "not msgr2"],
      [new Encoder().raw(makeBanner().slice(0, 8)).u16(8).u64(1n).finish(), "payload of 8 bytes"],
      [new Encoder().raw(makeBanner().slice(0, 8)).u16(16).u64(0n).u64(0n).finish(), "lacks msgr v2.1"],
      [
        new Encoder().raw(makeBanner().slice(0, 8)).u16(16).u64(3n).u64(2n).finish(),
        "requires msgr2 features 0x2",
      ],
    ] as const
  ) {
    assertThrows(() => new ProtocolPair().server.receive(bytes), ProtocolError, why);
  }
});

Deno.test("makeBanner() supports and requires msgr v2.1 and nothing else", () => {
  assertEquals(makeBanner().toHex(), "636570682076320a100001000000000000000100000000000000");
});

Deno.test("Protocol takes the banner of later releases, which also know compression", () => {
  const { server } = new ProtocolPair();
  server.receive(Uint8Array.fromHex("636570682076320a100003000000000000000000000000000000"));
  assertEquals(server.state, "hello");
});

Deno.test("Protocol takes a longer banner", () => {
  const { server } = new ProtocolPair();
  server.receive(new Encoder().raw(makeBanner().slice(0, 8)).u16(20).u64(1n).u64(0n).u32(0).finish());
  assertEquals(server.state, "hello");
});

/** What each side still takes at each stage of a handshake; every other frame ends the connection. */
const TAKES: Record<Side, Record<string, readonly number[]>> = {
  server: {
    hello: [Tag.HELLO],
    auth: [Tag.AUTH_REQUEST],
    auth_more: [Tag.AUTH_REQUEST_MORE],
    signature: [Tag.AUTH_SIGNATURE],
    ident: [Tag.CLIENT_IDENT, Tag.SESSION_RECONNECT],
    open: [Tag.MESSAGE, Tag.KEEPALIVE2, Tag.KEEPALIVE2_ACK, Tag.ACK],
  },
  client: {
    hello: [Tag.HELLO],
    auth: [Tag.AUTH_BAD_METHOD, Tag.AUTH_REPLY_MORE, Tag.AUTH_DONE],
    signature: [Tag.AUTH_SIGNATURE],
    ident: [Tag.SERVER_IDENT],
    open: [Tag.MESSAGE, Tag.KEEPALIVE2, Tag.KEEPALIVE2_ACK, Tag.ACK],
  },
};
type Side = "client" | "server";
const EVERY_TAG = [...Object.values(Tag), 0, 21, 22, 30, 255];

/** Runs a handshake in crc mode until `side` is in `state` and about to take a frame; then `fault` takes its place. */
function faultAt(side: Side, state: string, fault: Uint8Array): void {
  const pair = new ProtocolPair({ modes: [ConMode.crc] });
  const victim = pair[side];
  const from: Side = side === "client" ? "server" : "client";
  pair.run((sender, bytes) => sender === from && victim.state === state ? fault : bytes);
  assertEquals(victim.state, state);
  victim.receive(fault);
}

/** Payloads by tag that decode, so that it is the tag that is refused. */
function plausible(tag: number): Uint8Array {
  return tag === Tag.HELLO ? helloPayload() : new Uint8Array(64);
}

for (const side of ["server", "client"] as const) {
  for (const [state, taken] of Object.entries(TAKES[side])) {
    Deno.test(`Protocol as a ${side} in state ${state} takes ${taken.map(tagName).join(", ")} and nothing else`, () => {
      for (const tag of EVERY_TAG.filter((t) => !taken.includes(t))) {
        const fault = new FrameWriter().write(tag, [plausible(tag)]);
        assertThrows(() => faultAt(side, state, fault), ProtocolError, "Cannot");
      }
    });

    Deno.test(`Protocol as a ${side} in state ${state} refuses frames that are cut, broken or too long`, () => {
      for (const tag of taken.filter((t) => t !== Tag.SESSION_RECONNECT)) {
        const wire = new FrameWriter().write(tag, [new Uint8Array(3)]);
        assertThrows(() => faultAt(side, state, wire), Error, "Cannot");
        const broken = wire.slice();
        broken[33]! ^= 1;
        assertThrows(() => faultAt(side, state, broken), ProtocolError, "wrong crc");
        const claimed = wire.slice(0, 32);
        new DataView(claimed.buffer).setUint32(2, 0x7fffffff, true);
        new DataView(claimed.buffer).setUint32(28, crc32c(0, claimed.subarray(0, 28)), true);
        assertThrows(() => faultAt(side, state, claimed), ProtocolError, "are allowed");
      }
    });
  }
}

/** HELLO of an OSD that sees us at a blank address. */
function helloPayload(): Uint8Array {
  return new Encoder().u8(4).u8(1).versioned(1, 1, (e) => e.u32(0).u32(0).u32(0)).finish();
}

Deno.test("Protocol as a client redials on RESET, RETRY, RETRY_GLOBAL, RECONNECT_OK and WAIT", () => {
  for (
    const [tag, bytes] of [
      [Tag.SESSION_RESET, payload(SessionReset, true)],
      [Tag.SESSION_RETRY, payload(Word, 1n)],
      [Tag.SESSION_RETRY_GLOBAL, payload(Word, 1n)],
      [Tag.SESSION_RECONNECT_OK, payload(Word, 1n)],
      [Tag.WAIT, new Uint8Array(0)],
    ] as const
  ) {
    const pair = new ProtocolPair({ modes: [ConMode.crc] });
    const answer = new FrameWriter().write(tag, [bytes]);
    assertThrows(
      () => pair.run((from, wire) => (from === "server" && wire[0] === Tag.SERVER_IDENT ? answer : wire)),
      ProtocolError,
      tagName(tag),
    );
  }
});

Deno.test("Protocol as a server answers SESSION_RECONNECT with RESET and takes the ident that follows", () => {
  const pair = new ProtocolPair({ modes: [ConMode.crc] });
  const reconnect = new FrameWriter().write(Tag.SESSION_RECONNECT, [new Uint8Array(60)]);
  let reset = false;
  pair.run((from, wire) => {
    if (from === "client" && wire[0] === Tag.CLIENT_IDENT) {
      pair.server.receive(reconnect);
      reset = pair.server.output().some((bytes) => bytes[0] === Tag.SESSION_RESET);
    }
    return wire;
  });
  assert(reset && pair.server.open);
});

Deno.test("Protocol as a server names missing features and takes a second ident", () => {
  const pair = new ProtocolPair({ modes: [ConMode.crc] });
  const ident = {
    addrs: [SERVER_ADDR],
    target: SERVER_ADDR,
    gid: 3n,
    globalSeq: 1n,
    supported: 1n,
    required: 0n,
    flags: 1n,
    cookie: 0n,
  };
  let missing = 0;
  pair.run((from, wire) => {
    if (from !== "client" || wire[0] !== Tag.CLIENT_IDENT) return wire;
    pair.server.receive(new FrameWriter().write(Tag.CLIENT_IDENT, [payload(ClientIdent, ident)]));
    missing = pair.server.output().filter((bytes) => bytes[0] === Tag.IDENT_MISSING_FEATURES).length;
    return wire;
  });
  assertEquals([missing, pair.server.open], [1, true]);
});

/** What the client's ident says, but for `over`; the handshake goes on with it. */
function withIdent(over: Partial<ClientIdent>): ProtocolPair {
  const pair = new ProtocolPair({ modes: [ConMode.crc] });
  pair.run((from, wire) => {
    if (from !== "client" || wire[0] !== Tag.CLIENT_IDENT) return wire;
    const ident = { ...ClientIdent.decode(new Decoder(wire.subarray(32))), ...over };
    return new FrameWriter().write(Tag.CLIENT_IDENT, [payload(ClientIdent, ident)]);
  });
  return pair;
}

Deno.test("Protocol as a server refuses an ident without an address", () => {
  const blank = { type: 0, nonce: 0, ip: "", port: 0 };
  for (const addrs of [[], [blank]]) {
    assertThrows(() => withIdent({ addrs }), ProtocolError, "the peer has no address");
  }
});

Deno.test("Protocol as a server answers LOSSY and cookie 0 to a peer that would resume its session", () => {
  const pair = new ProtocolPair({ modes: [ConMode.crc] });
  let answer: Ident | undefined;
  pair.run((from, wire) => {
    if (from === "server" && wire[0] === Tag.SERVER_IDENT) {
      answer = ServerIdent.decode(new Decoder(wire.subarray(32)));
    }
    if (from !== "client" || wire[0] !== Tag.CLIENT_IDENT) return wire;
    const ident = { ...ClientIdent.decode(new Decoder(wire.subarray(32))), flags: 0n, cookie: 77n };
    return new FrameWriter().write(Tag.CLIENT_IDENT, [payload(ClientIdent, ident)]);
  });
  assertEquals([answer?.flags, answer?.cookie], [1n, 0n]);
  assert(pair.server.open);
});

Deno.test("Protocol: what a peer requires beyond what it is told changes nothing for a server", () => {
  assert(withIdent({ required: 1n << 62n, gid: -1n }).server.open);
});

Deno.test("Protocol as a client refuses a server that lacks features or asks for more", () => {
  for (
    const [tag, bytes, why] of [
      [Tag.IDENT_MISSING_FEATURES, payload(Word, 4n), "the peer requires features 0x4"],
      [
        Tag.SERVER_IDENT,
        payload(ServerIdent, {
          addrs: [SERVER_ADDR],
          gid: 1n,
          globalSeq: 1n,
          supported: 1n,
          required: 0n,
          flags: 1n,
          cookie: 0n,
        }),
        "the peer lacks features 0x800000000000000",
      ],
    ] as const
  ) {
    const pair = new ProtocolPair({ modes: [ConMode.crc] });
    const answer = new FrameWriter().write(tag, [bytes]);
    const swap = (from: string, wire: Uint8Array): Uint8Array =>
      from === "server" && wire[0] === Tag.SERVER_IDENT ? answer : wire;
    assertThrows(() => pair.run(swap), ProtocolError, why);
  }
});

Deno.test("Session.frame() ignores acks, and gives signs of life with their stamp", () => {
  const to = new Session();
  const frame = (tag: number, bytes: Uint8Array): Frame => ({ tag, segments: [bytes], aborted: false });
  assertEquals(to.frame(frame(Tag.ACK, payload(Word, 9n))), undefined);
  const stamp = new Encoder().u32(5).u32(6).finish();
  assertEquals(to.frame(frame(Tag.KEEPALIVE2_ACK, stamp)), {
    kind: "keepalive_ack",
    stamp: { sec: 5, nsec: 6 },
  });
  assertThrows(() => to.frame(frame(Tag.KEEPALIVE2, new Uint8Array(7))), Error, "KEEPALIVE2");
});

Deno.test("Session.frame() drops repeated and smaller sequence numbers and takes gaps", () => {
  const from = new Session();
  const to = new Session();
  const frame = (tid: bigint): Frame => ({
    tag: Tag.MESSAGE,
    segments: from.message(raw(tid)),
    aborted: false,
  });
  const [one, two, three] = [frame(1n), frame(2n), frame(3n)];
  assertEquals(to.frame(one)?.kind, "message");
  assertEquals(to.frame(one), undefined);
  assertEquals(to.frame(three)?.kind, "message");
  assertEquals(to.frame(two), undefined);
  assertEquals(to.frame({ ...frame(4n), aborted: true }), undefined);
});

Deno.test("Session.frame() refuses a message header of another size", () => {
  assertThrows(
    () => new Session().frame({ tag: Tag.MESSAGE, segments: [new Uint8Array(40)], aborted: false }),
    ProtocolError,
    "header of 40 bytes",
  );
});
