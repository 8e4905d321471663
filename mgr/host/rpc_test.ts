/** Calls over a stream: answers, errors, limits, and what becomes of a side that breaks the protocol. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { decode, encode } from "@msgpack/msgpack";
import { settle } from "../../tests/fakes/fake_clock.ts";
import {
  MAX_PENDING_CALLS,
  MAX_QUEUED_BYTES,
  RemoteCallError,
  RpcClosedError,
  type RpcLimits,
  RpcPeer,
  type RpcStream,
} from "./rpc.ts";

const MAX = 100_000;
const LIMITS: RpcLimits = { maxSentEnvelopeBytes: MAX, maxReceivedEnvelopeBytes: MAX };

/** One direction: what is written can be read, and a writer waits while nobody reads. */
class Pipe {
  readonly written: Uint8Array[] = [];
  reads = 0;
  #closed = false;
  #change = Promise.withResolvers<void>();

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) throw new Error("broken pipe");
    this.written.push(bytes.slice());
    this.#wake();
    while (this.written.length > 0 && !this.#closed) await this.#change.promise;
    return bytes.length;
  }

  async read(into: Uint8Array): Promise<number | null> {
    this.reads++;
    while (this.written.length === 0) {
      if (this.#closed) return null;
      await this.#change.promise;
    }
    const first = this.written.shift()!;
    const n = Math.min(first.length, into.length);
    into.set(first.subarray(0, n));
    if (n < first.length) this.written.unshift(first.subarray(n));
    this.#wake();
    return n;
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

class Line {
  readonly there = new Pipe();
  readonly back = new Pipe();
  readonly left = this.#end(this.back, this.there);
  readonly right = this.#end(this.there, this.back);

  #end(from: Pipe, to: Pipe): RpcStream {
    return {
      read: (into) => from.read(into),
      write: (bytes) => to.write(bytes),
      close: () => [from, to].forEach((pipe) => pipe.close()),
    };
  }
}

interface Right {
  double(n: number): Promise<number>;
  fail(): Promise<void>;
  never(): Promise<void>;
  bytes(n: number): Promise<Uint8Array>;
  log(level: string, text: string): Promise<void>;
}

class Fixture {
  readonly line = new Line();
  readonly lines: string[] = [];
  readonly side: Right = {
    double: (n) => Promise.resolve(2 * n),
    fail: () => Promise.reject(new TypeError("it does not work")),
    never: () => new Promise(() => {}),
    bytes: (n) => Promise.resolve(new Uint8Array(n)),
    log: (_level, text) => Promise.resolve(void this.lines.push(text)),
  };
  #left: RpcPeer<object, Right> | undefined;

  /** Made when it is first wanted: a test may have its own. */
  get left(): RpcPeer<object, Right> {
    return this.#left ??= new RpcPeer<object, Right>(this.line.left, {}, LIMITS);
  }

  right(limits = LIMITS): RpcPeer<Right, object> {
    return new RpcPeer<Right, object>(this.line.right, this.side, limits);
  }

  /** Writes to the right end as a peer would that is not ours. */
  async raw(...bytes: readonly Uint8Array[]): Promise<void> {
    for (const piece of bytes) await this.line.left.write(piece);
  }
}

function frame(value: unknown): Uint8Array {
  const body = encode(value);
  const bytes = new Uint8Array(8 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, 8);
  return bytes;
}

Deno.test("RpcPeer.call() answers, or rejects with the other side's message", async () => {
  const f = new Fixture();
  f.right();
  assertEquals(await f.left.call("double", 21), 42);
  await assertRejects(() => f.left.call("fail"), RemoteCallError, "it does not work");
  assertEquals((await f.left.call("bytes", 300_000)).length, 300_000);
  f.left.close("done");
});

Deno.test("RpcPeer.call() rejects with the class that both sides agree on", async () => {
  const { side } = new Fixture();
  const { left: near, right: far } = new Line();
  const left = new RpcPeer<object, Right>(near, {}, {
    ...LIMITS,
    readError: (text, body) => body === null ? undefined : new RangeError(`${text}: ${body}`),
  });
  const right = new RpcPeer<Right, object>(far, { ...side, never: () => Promise.reject(new Error("no")) }, {
    ...LIMITS,
    writeError: (e) => e instanceof TypeError ? "a type" : undefined,
  });
  await assertRejects(() => left.call("fail"), RangeError, "it does not work: a type");
  await assertRejects(() => left.call("never"), RemoteCallError, "no");
  right.close("done");
});

Deno.test("RpcPeer: what is called before a sending arrives before it, with answers too", async () => {
  const f = new Fixture();
  const told: string[] = [];
  const left = { log: (_level: string, text: string) => Promise.resolve(void told.push(text)) };
  const asker = new RpcPeer<typeof left, Right>(f.line.left, left, LIMITS);
  let news = ["first", "second"];
  const right = new RpcPeer<Right, typeof left>(f.line.right, f.side, {
    ...LIMITS,
    beforeSend: () => {
      const texts = news;
      news = [];
      for (const text of texts) right.call("log", "info", text);
    },
  });
  await asker.call("double", 1).then(() => told.push("answer"));
  assertEquals(told, ["first", "second", "answer"]);
  right.close("done");
});

Deno.test("RpcPeer: calls overtake each other, answers find their callers", async () => {
  const f = new Fixture();
  f.right();
  const never = assertRejects(() => f.left.call("never"), RpcClosedError, "the end");
  assertEquals(await Promise.all([1, 2, 3].map((n) => f.left.call("double", n))), [2, 4, 6]);
  f.left.close("the end");
  await never;
  await assertRejects(() => f.left.call("double", 1), RpcClosedError, "the end");
});

Deno.test("RpcPeer.call() of a one-way method resolves at once, also when nobody is there any more", async () => {
  const f = new Fixture();
  f.right();
  await f.left.call("log", "info", "first");
  await settle();
  assertEquals(f.lines, ["first"]);
  f.left.close("done");
  await f.left.call("log", "info", "second");
  assertEquals(f.lines, ["first"]);
});

Deno.test("RpcPeer.closed tells both sides why", async () => {
  const f = new Fixture();
  const right = f.right();
  f.left.close("enough");
  assertEquals((await f.left.closed).message, "enough");
  assertEquals((await right.closed).message, "the other process closed the connection");
});

Deno.test("RpcPeer.call() refuses what no frame may hold, and goes on", async () => {
  const f = new Fixture();
  f.right();
  await assertRejects(
    () => f.left.call("bytes", 65 * 2 ** 20),
    RemoteCallError,
    "Cannot answer: its attachments has 68157440 bytes",
  );
  await assertRejects(() => f.left.call("double", 1n as never), Error, "BigInt");
  assertEquals(await f.left.call("double", 1), 2);
  f.left.close("done");
});

Deno.test("RpcPeer.call() refuses more calls than may be unanswered", async () => {
  const f = new Fixture();
  const never = Array.from({ length: MAX_PENDING_CALLS }, () => f.left.call("never"));
  await assertRejects(() => f.left.call("double", 1), Error, `${MAX_PENDING_CALLS} calls are unanswered`);
  f.left.close("done");
  await Promise.allSettled(never);
});

Deno.test("RpcPeer carries out only so many calls at once of a peer that does not keep to it", async () => {
  const line = new Line();
  const right = new RpcPeer<Right, object>(line.right, new Fixture().side, LIMITS);
  for (let id = 0; id <= MAX_PENDING_CALLS; id++) await line.left.write(frame([0, id, "never", []]));
  const into = new Uint8Array(1000);
  const n = await line.left.read(into);
  const [kind, id, message] = decode(into.subarray(8, n!)) as [number, number, string];
  assertEquals([kind, id], [2, MAX_PENDING_CALLS]);
  assert(message.includes(`${MAX_PENDING_CALLS} calls are unanswered`));
  right.close("done");
});

Deno.test("RpcPeer closes on garbage, on frames that lie, and on methods that do not exist", async () => {
  const cases: readonly (readonly [bytes: Uint8Array, reason: string])[] = [
    [new Uint8Array([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]), `an envelope has ${0x7fffffff} bytes`],
    [new Uint8Array([0, 0, 0, 1, 0, 0, 0, 0, 0xc1]), ""],
    [new Uint8Array(8), "it ends too early"],
    [new Uint8Array([0, 0, 0, 5, 0, 0, 0, 0, 0xdd, 0xff, 0xff, 0xff, 0xff]), "it ends too early"],
    [frame("hello"), "it is no envelope"],
    [frame([0, 1, 2, []]), "it is no envelope"],
    [frame(null), "it is no envelope"],
    [frame([0, 1, "nothing", []]), "there is no method 'nothing'"],
    [frame([0, 1, "constructor", []]), "there is no method 'constructor'"],
    [frame([0, 1, "double", "x"]), "there is no method 'double'"],
  ];
  for (const [bytes, reason] of cases) {
    const line = new Line();
    const right = new RpcPeer<Right, object>(line.right, new Fixture().side, LIMITS);
    await line.left.write(bytes).catch(() => {});
    const error = await right.closed;
    assert(error.message.startsWith(`it sent a bad frame: ${reason}`), error.message);
  }
});

Deno.test("RpcPeer passes over answers that nobody waits for", async () => {
  const f = new Fixture();
  f.right();
  await f.raw(frame([1, 77, "double", 1]), frame([2, 78, "no", null]));
  assertEquals(await f.left.call("double", 2), 4);
  f.left.close("done");
});

Deno.test("RpcPeer closes when the other side does not read, and keeps no more than its limit", async () => {
  const f = new Fixture();
  const calls: Promise<unknown>[] = [];
  const big = new Uint8Array(MAX_QUEUED_BYTES / 4);
  for (let i = 0; i < 5; i++) calls.push(f.left.call("double", big as never));
  assertEquals((await f.left.closed).message, "the other process reads too slowly");
  assertEquals((await Promise.allSettled(calls)).map(({ status }) => status), Array(5).fill("rejected"));
});

Deno.test("RpcPeer waits with its next read for as long as its pace says", async () => {
  const f = new Fixture();
  let reads = 0;
  let go = Promise.withResolvers<void>();
  const pace = (): Promise<void> => (reads++, go.promise);
  const right = f.right({ ...LIMITS, pace });
  await f.raw(
    new Uint8Array([...frame([3, 0, "log", ["info", "1"]]), ...frame([3, 0, "log", ["info", "2"]])]),
  );
  await settle();
  const late = f.raw(frame([3, 0, "log", ["info", "3"]]));
  await settle();
  assertEquals([reads, f.lines], [1, ["1", "2"]]);
  const { resolve } = go;
  go = Promise.withResolvers();
  resolve();
  await late;
  await settle();
  assertEquals([reads, f.lines], [2, ["1", "2", "3"]]);
  right.close("done");
});
