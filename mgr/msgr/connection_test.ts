/** Queues, timers and limits of connections. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bytePipe } from "../../tests/fakes/byte_pipe.ts";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { SERVER_ADDR } from "../../tests/fakes/protocol_pair.ts";
import { systemClock } from "../time/clock.ts";
import { EntityType } from "../types/entity_name.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { type AuthVerdict, ConMode, type Verifier } from "./authenticator.ts";
import {
  type ByteStream,
  Connection,
  type ConnectionHandler,
  HANDSHAKE_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_QUEUED_BYTES,
} from "./connection.ts";
import { Messenger } from "./messenger.ts";

const KEYS = { sessionKey: new Uint8Array(0), connectionSecret: new Uint8Array(0) };
const trusting: Verifier = {
  request: () =>
    Promise.resolve<AuthVerdict>({
      kind: "done",
      globalId: 3n,
      mode: ConMode.crc,
      payload: new Uint8Array(0),
      keys: KEYS,
      peer: { entity: { type: EntityType.client, id: "a" }, globalId: 3n, caps: "", allowAll: true },
    }),
  more: () => {
    throw new Error("not asked for");
  },
};
const authenticator = {
  begin: () => ({ method: 1, modes: [ConMode.crc], payload: new Uint8Array(0) }),
  refused: () => undefined,
  more: (payload: Uint8Array) => payload,
  done: () => KEYS,
};

class Recorder implements ConnectionHandler {
  readonly messages: RawMessage[] = [];
  closedBy: Error | undefined;
  constructor(readonly take: (raw: RawMessage) => void | Promise<void> = () => {}) {}
  message(_: Connection, raw: RawMessage): void | Promise<void> {
    this.messages.push(raw);
    return this.take(raw);
  }
  closed(_: Connection, reason: Error): void {
    this.closedBy = reason;
  }
}

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

function server(stream: ByteStream, clock: FakeClock, handler: ConnectionHandler): Connection {
  const parameters = {
    entityType: EntityType.mgr,
    addrs: () => [SERVER_ADDR],
    socketAddr: SERVER_ADDR,
    gid: () => 1n,
    globalSeq: 1n,
  };
  return new Connection(stream, SERVER_ADDR, { kind: "server", parameters }, clock, handler, trusting);
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

Deno.test("Connection closes an open session without a byte for 15 minutes, not before", async () => {
  const { clock, c, s, right } = await connected();
  await clock.advance(IDLE_TIMEOUT_MS - 1000);
  c.keepalive();
  await clock.advance(IDLE_TIMEOUT_MS - 1000);
  assertEquals([right.closedBy, s.isOpen], [undefined, true]);
  await clock.advance(2000);
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

Deno.test("Messenger.listen() survives garbage: that connection is closed, others go on", async () => {
  const handler = new Recorder();
  const acceptor = new Messenger(EntityType.mgr, 0, systemClock).listen(
    { ip: "127.0.0.1", portMin: 20000, portMax: 29999, verifier: () => trusting, gid: () => 1n },
    handler,
  );
  acceptor.renew(42, "test");
  const addr = acceptor.addrs[0]!;
  const good = Promise.withResolvers<Connection>();
  const end = Promise.withResolvers<Error>();
  await new Messenger(EntityType.client, 9, systemClock).connect(
    { addr, peerType: EntityType.mgr, authenticator },
    { open: (c) => good.resolve(c), message: () => {}, closed: (_, reason) => end.resolve(reason) },
  );
  const connection = await good.promise;
  const bad = await Deno.connect({ hostname: addr.ip, port: addr.port });
  await bad.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const buffer = new Uint8Array(4096);
  let got = 0;
  for (
    let n = await bad.read(buffer).catch(() => null);
    n !== null;
    n = await bad.read(buffer).catch(() => null)
  ) got += n;
  assertEquals(got, 26);
  bad.close();
  assertEquals([connection.isOpen, acceptor.size], [true, 1]);
  acceptor.renew(43, "a new tenure");
  assertMatch((await end.promise).message, /closed the connection/);
  acceptor.close("done");
});

Deno.test("Messenger.listen() takes the first free port and says when there is none", () => {
  const first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = first.addr as Deno.NetAddr;
  const options = { ip: "127.0.0.1", portMin: port, portMax: port, verifier: () => trusting, gid: () => 1n };
  const messenger = new Messenger(EntityType.mgr, 0, systemClock);
  try {
    messenger.listen(options, new Recorder());
    assert(false, "it listened on a taken port");
  } catch (e) {
    assertStringIncludes(String(e), `no free port in ${port}..${port}`);
  }
  first.close();
});
