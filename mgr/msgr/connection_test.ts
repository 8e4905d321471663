/** Queues, timers and limits of connections. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bytePipe } from "../../tests/fakes/byte_pipe.ts";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { SERVER_ADDR } from "../../tests/fakes/protocol_pair.ts";
import { authenticator, Recorder, trusting } from "../../tests/fakes/trusting_auth.ts";
import { EntityType } from "../types/entity_name.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { ByteBudget } from "./byte_budget.ts";
import {
  type ByteStream,
  Connection,
  type ConnectionHandler,
  HANDSHAKE_TIMEOUT_MS,
  IDLE_LOOK_MS,
  IDLE_TIMEOUT_MS,
  MAX_QUEUED_BYTES,
} from "./connection.ts";
import { FrameWriter } from "./frame.ts";
import { Protocol } from "./protocol.ts";
import { Tag } from "./tags.ts";

function client(stream: ByteStream, clock: FakeClock, handler: ConnectionHandler): Connection {
  const parameters = {
    entityType: EntityType.client,
    target: SERVER_ADDR,
    targetType: EntityType.mgr,
    nonce: 5,
    globalSeq: 1n,
    authenticator,
  };
  return new Connection(stream, SERVER_ADDR, { kind: "client", parameters }, clock, handler);
}

function server(
  stream: ByteStream,
  clock: FakeClock,
  handler: ConnectionHandler,
  budget?: ByteBudget,
): Connection {
  const parameters = {
    entityType: EntityType.mgr,
    addrs: () => [SERVER_ADDR],
    socketAddr: SERVER_ADDR,
    gid: () => 1n,
    globalSeq: 1n,
  };
  return new Connection(
    stream,
    SERVER_ADDR,
    { kind: "server", parameters },
    clock,
    handler,
    trusting,
    budget,
  );
}

async function connected(capacity?: number, take?: (raw: RawMessage) => void | Promise<void>) {
  const clock = new FakeClock();
  const [a, b] = bytePipe(capacity);
  const [left, right] = [new Recorder(), new Recorder(take)];
  const [c, s] = [client(a, clock, left), server(b, clock, right)];
  c.run();
  s.run();
  for (let i = 0; i < 20 && !(c.isOpen && s.isOpen); i++) await settle();
  assert(c.isOpen && s.isOpen);
  return { clock, c, s, left, right };
}

const message = (tid: number, priority = 127, size = 10): RawMessage => ({
  type: 97,
  version: 1,
  compat: 1,
  priority,
  tid: BigInt(tid),
  front: new Uint8Array(size),
  middle: new Uint8Array(0),
  data: new Uint8Array(0),
});

Deno.test("Connection.send() delivers in order, higher priorities first", async () => {
  const { c, right } = await connected();
  for (const m of [message(1), message(2), message(3, 196), message(4, 64), message(5, 196)]) c.send(m);
  for (let i = 0; i < 5; i++) await settle();
  // The first was being written already when the others came.
  assertEquals(right.messages.map((m) => m.tid), [1n, 3n, 5n, 2n, 4n]);
});

Deno.test("Connection closes a peer that reads too slowly instead of queueing for ever", async () => {
  const { c, left } = await connected(1, () => new Promise(() => {}));
  const size = MAX_QUEUED_BYTES / 8;
  let sent = 0;
  while (c.send(message(++sent, 127, size)) && sent < 100) await settle();
  assert(sent < 20, `${sent} messages were taken`);
  assertStringIncludes(left.closedBy!.message, "the peer reads too slowly");
  assertEquals([c.queuedBytes, c.send(message(1))], [0, false]);
});

Deno.test("Connection reads on only when the handler is done with what came", async () => {
  const gate = Promise.withResolvers<void>();
  const { c, right } = await connected(1, () => gate.promise);
  for (let i = 0; i < 10; i++) {
    c.send(message(i, 127, 100_000));
    await settle();
  }
  assertEquals(right.messages.length, 1);
  gate.resolve();
  for (let i = 0; i < 100 && right.messages.length < 10; i++) await settle();
  assertEquals(right.messages.length, 10);
});

Deno.test("Connection closes a peer that stops in the middle of the handshake", async () => {
  const clock = new FakeClock();
  const [, b] = bytePipe();
  const right = new Recorder();
  server(b, clock, right).run();
  await clock.advance(HANDSHAKE_TIMEOUT_MS - 1);
  assertEquals(right.closedBy, undefined);
  await clock.advance(1);
  assertMatch(right.closedBy!.message, /silent in state "banner" for 10 s/);
});

Deno.test("Connection closes a session that it has dialled without a byte for 15 minutes, not before", async () => {
  const { clock, c, s, left } = await connected();
  await clock.advance(IDLE_TIMEOUT_MS - 1000);
  s.keepalive();
  await clock.advance(IDLE_TIMEOUT_MS - 1000);
  assertEquals([left.closedBy, c.isOpen], [undefined, true]);
  await clock.advance(IDLE_LOOK_MS);
  assertMatch(left.closedBy!.message, /nothing was received/);
});

Deno.test("Connection.closeIfIdle() closes an open session without a byte for 15 minutes, not before", async () => {
  const { clock, c, s, right } = await connected();
  await clock.advance(1000);
  c.keepalive();
  await settle();
  await clock.advance(IDLE_TIMEOUT_MS - 1000);
  s.closeIfIdle();
  assertEquals([right.closedBy, s.isOpen], [undefined, true]);
  await clock.advance(1000);
  s.closeIfIdle();
  assertMatch(right.closedBy!.message, /nothing was received/);
});

Deno.test("Connection ends when its handler throws", async () => {
  const { c, right, s } = await connected(Infinity, () => {
    throw new Error("no such message");
  });
  c.send(message(1));
  for (let i = 0; i < 5; i++) await settle();
  assertEquals([right.closedBy?.message, s.isOpen], ["no such message", false]);
});

Deno.test("Connection ends a peer whose unfinished message is one too many, and gives back what it held", async () => {
  const [clock, budget] = [new FakeClock(), new ByteBudget(300_000)];
  const [a, b] = bytePipe();
  const [left, right] = [new Recorder(), new Recorder()];
  const [c, s] = [client(a, clock, left), server(b, clock, right, budget)];
  c.run();
  s.run();
  for (let i = 0; i < 20 && !(c.isOpen && s.isOpen); i++) await settle();
  c.send(message(1, 127, 100_000));
  for (let i = 0; i < 40 && right.messages.length < 1; i++) await settle();
  assertEquals(right.messages.length, 1);
  c.send(message(2, 127, 1_000_000));
  for (let i = 0; i < 40 && right.closedBy === undefined; i++) await settle();
  assertMatch(right.closedBy!.message, /unfinished messages of all peers hold/);
  assertEquals(budget.used, 0);
});

/** A peer that asks for signs of life without end and reads none of them. */
class Deaf implements ByteStream {
  reads = 0;
  readonly #protocol: Protocol;
  readonly #ask = new FrameWriter().write(Tag.KEEPALIVE2, [new Uint8Array(8)]);
  #open = false;
  #wake = Promise.withResolvers<void>();

  constructor() {
    const parameters = {
      entityType: EntityType.client,
      target: SERVER_ADDR,
      targetType: EntityType.mgr,
      authenticator,
      nonce: 5,
      globalSeq: 1n,
    };
    this.#protocol = new Protocol({ kind: "client", parameters }, (event) => {
      this.#open ||= event.kind === "open";
    });
  }

  async read(into: Uint8Array): Promise<number> {
    this.reads++;
    for (;;) {
      const said = this.#protocol.output();
      if (said.length > 0) return fill(into, said);
      if (this.#open) return fill(into, Array.from({ length: 80 }, () => this.#ask));
      await this.#wake.promise;
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#open) return new Promise(() => {});
    this.#protocol.receive(bytes);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
    return Promise.resolve(bytes.length);
  }

  close(): void {}
}

function fill(into: Uint8Array, parts: readonly Uint8Array[]): number {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return at;
}

Deno.test("Connection reads no more from a peer that asks for signs of life and does not read them", async () => {
  const [peer, clock, handler] = [new Deaf(), new FakeClock(), new Recorder()];
  const connection = server(peer, clock, handler);
  connection.run();
  for (let i = 0; i < 200; i++) await settle();
  assert(peer.reads > 5 && peer.reads < 30, `${peer.reads} reads`);
  await clock.advance(IDLE_TIMEOUT_MS);
  connection.closeIfIdle();
  assertMatch(handler.closedBy!.message, /nothing was received/);
});
