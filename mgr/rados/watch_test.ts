/** Watches and notifies while OSDs come and go. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { FakeOsds, replyTo } from "../../tests/fakes/fake_osds.ts";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { POOL, servedBy, smallOsdMap } from "../../tests/fakes/small_osd_map.ts";
import { Decoder } from "../encoding/mod.ts";
import { pack } from "../messages/message.ts";
import { MWatchNotify, WatchEvent } from "../messages/watch_notify.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { IoContext } from "./io_context.ts";
import { Lingers } from "./lingers.ts";
import { Objecter } from "./objecter.ts";
import { OpCode } from "./op_codes.ts";
import { RadosError } from "./rados_error.ts";
import { MAX_UNANSWERED, type WatchHandler } from "./watch.ts";
import { WatchOp } from "./watch_steps.ts";
import { OWNER_LIMITS, Window } from "./window.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An Objecter and Lingers as the client joins them, with one pool. */
class Bench {
  readonly clock = new FakeClock();
  readonly osds = new FakeOsds();
  readonly objecter = new Objecter(this.osds, this.clock);
  readonly lingers = new Lingers();
  readonly pool = new IoContext({
    pool: POOL,
    poolName: "p",
    namespace: "",
    key: "",
    clock: this.clock,
    objecter: this.objecter,
    lingers: this.lingers,
    window: new Window(OWNER_LIMITS),
    opTimeoutMs: () => 0,
  });
  map = smallOsdMap();
  #looked = 0;

  constructor() {
    this.#tell(false);
    this.objecter.start();
  }

  change(make: (map: OsdMap) => OsdMap): void {
    const before = this.map.epoch;
    this.map = make(this.map);
    this.#tell(this.map.epoch !== before + 1);
  }

  lose(osd: number): void {
    this.objecter.lost(osd, "reset");
    this.lingers.lost(osd);
    this.objecter.opened(osd);
  }

  /** What was sent since the last look: "watch 1.0 @0" for cookie 1, gen 0, at osd.0. */
  said(): string[] {
    const from = this.#looked;
    this.#looked = this.osds.sent.length;
    return this.osds.sent.slice(from).map(({ osd, op }) => {
      const { op: code, union } = op.ops[0]!;
      if (code === OpCode.notify) return `notify ${new Decoder(union).u64()} @${osd}`;
      if (code !== OpCode.watch) return `step 0x${code.toString(16)} @${osd}`;
      const d = new Decoder(union);
      const cookie = d.u64();
      d.u64();
      const number = d.u8();
      const verb = Object.entries(WatchOp).find(([, value]) => value === number)![0];
      return `${verb} ${cookie}.${d.u32()} @${osd}`;
    });
  }

  /** Answers the newest operation. */
  async answer(part: Parameters<typeof replyTo>[1] = {}, sent = this.osds.last): Promise<void> {
    this.objecter.reply(sent.osd, replyTo(sent, part));
    await settle();
  }

  event(opcode: number, cookie: bigint, part: Partial<MWatchNotify> = {}): void {
    const empty = {
      ver: 0n,
      notifyId: 9n,
      payload: bytes(""),
      returnCode: 0,
      notifierGid: 5n,
      answers: bytes(""),
    };
    this.lingers.event(pack(MWatchNotify, { opcode, cookie, ...empty, ...part }));
  }

  async watch(handler: Partial<WatchHandler> = {}) {
    const watching = this.pool.watch("a", { notified: () => {}, ...handler });
    await settle();
    await this.answer();
    this.said();
    return await watching;
  }

  #tell(skipped: boolean): void {
    this.objecter.osdMap(this.map);
    this.lingers.osdMap(this.objecter.view!, skipped);
  }
}

Deno.test("watch() registers, pings every 5 s, and ends with unwatch", async () => {
  const b = new Bench();
  const watching = b.pool.watch("a", { notified: () => {} }, 12);
  await settle();
  assertEquals(new Decoder(b.osds.last.op.ops[0]!.union.subarray(21)).u32(), 12);
  assertEquals(b.said(), ["watch 1.0 @0"]);
  await b.answer();
  const watch = await watching;
  await b.clock.advance(10_000);
  assertEquals(b.said(), ["ping 1.0 @0", "ping 1.0 @0"]);
  const closing = watch.close();
  await settle();
  await b.answer();
  await closing;
  assertEquals([b.said(), b.lingers.size], [["unwatch 1.0 @0"], 0]);
  await b.clock.advance(10_000);
  assertEquals(b.said(), []);
});

Deno.test("watch() rejects when the object cannot be watched, and is forgotten", async () => {
  const b = new Bench();
  const watching = b.pool.watch("a", { notified: () => {} });
  watching.catch(() => {});
  await settle();
  await b.answer({ result: -2 });
  await assertRejects(() => watching, RadosError, "Cannot watch object 'a' of pool 'p': ENOENT (-2)");
  assertEquals(b.lingers.size, 0);
});

Deno.test("watch() and notify() refuse time-outs that are none", async () => {
  const b = new Bench();
  for (const seconds of [-1, 0.5, NaN, 1e9]) {
    await assertRejects(() => b.pool.watch("a", { notified: () => {} }, seconds), RangeError);
    await assertRejects(() => b.pool.notify("a", bytes(""), { timeoutSeconds: seconds }), RangeError);
  }
  assertEquals(b.lingers.size, 0);
});

Deno.test("a watch is connected again, with the next gen, when its PG moves or its OSD is lost", async () => {
  const b = new Bench();
  await b.watch();
  b.change((map) => nextEpoch(map, {}));
  assertEquals(b.said(), []);
  b.change((map) => servedBy(map, [2, 1]));
  await settle();
  assertEquals(b.said(), ["reconnect 1.1 @2"]);
  b.lose(0);
  assertEquals(b.said(), []);
  await b.answer();
  b.lose(2);
  await settle();
  assertEquals(b.said(), ["reconnect 1.2 @2"]);
  await b.answer();
  b.change((map) => nextEpoch(nextEpoch(map, {}), {}));
  await settle();
  assertEquals(b.said(), ["reconnect 1.3 @2"]);
});

Deno.test("a registration that an OSD took with it to the grave is made anew, not sent again", async () => {
  const b = new Bench();
  const watching = b.pool.watch("a", { notified: () => {} });
  await settle();
  b.lose(0);
  b.change((map) => servedBy(map, [3, 1]));
  await settle();
  assertEquals(b.said(), ["watch 1.0 @0", "watch 1.0 @0", "watch 1.0 @3"]);
  assertEquals(new Set(b.osds.sent.map(({ tid }) => tid)).size, 3);
  await b.answer();
  await watching;
});

Deno.test("a watch that the OSD has forgotten is made anew, and the owner is told", async () => {
  const b = new Bench();
  const interrupted: string[] = [];
  await b.watch({ interrupted: (e) => void interrupted.push(e.message) });
  await b.clock.advance(5_000);
  await b.answer({ result: -107 });
  assertEquals(b.said(), ["ping 1.0 @0", "watch 1.0 @0"]);
  await b.answer();
  b.event(WatchEvent.disconnect, 1n);
  await settle();
  assertEquals(b.said(), ["watch 1.0 @0"]);
  await b.answer();
  b.lose(0);
  await settle();
  await b.answer({ result: -107 });
  assertEquals(b.said(), ["reconnect 1.1 @0", "watch 1.1 @0"]);
  assertEquals(interrupted.length, 3);
});

Deno.test("a watch ends when its object, its pool or the client does", async () => {
  const b = new Bench();
  const ended: string[] = [];
  const handler = { ended: (e: Error) => void ended.push(e.message) };
  await b.watch(handler);
  b.event(WatchEvent.disconnect, 1n);
  await settle();
  await b.answer({ result: -2 });
  assertEquals(ended, ["Cannot watch object 'a' of pool 'p': ENOENT (-2)"]);
  await b.watch(handler);
  b.lingers.close(new Error("the tenure is over"));
  assertEquals(ended.at(-1), "the tenure is over");
  await b.watch(handler);
  b.change((map) => nextEpoch(map, { oldPools: [POOL] }));
  assertEquals([ended.length, b.lingers.size], [3, 0]);
});

Deno.test("a notification is answered with what its handler returns, and with nothing when it throws", async () => {
  const b = new Bench();
  const heard: string[] = [];
  await b.watch({
    notified: ({ payload, notifierGid }) => {
      heard.push(`${new TextDecoder().decode(payload)} of ${notifierGid}`);
      if (payload.length === 0) throw new Error("empty");
      return Promise.resolve(bytes("reply"));
    },
  });
  b.event(WatchEvent.notify, 1n, { payload: bytes("news") });
  b.event(WatchEvent.notify, 2n, { payload: bytes("for nobody") });
  await settle();
  const { op } = b.osds.last;
  assertEquals([op.ops[0]!.op, op.ops[0]!.data.toHex()], [
    OpCode.notifyAck,
    "0900000000000000" + "0100000000000000" + "05000000" + "7265706c79",
  ]);
  b.event(WatchEvent.notify, 1n);
  await settle();
  assertEquals([heard, b.said().length], [["news of 5", " of 5"], 1]);
});

Deno.test("a watch whose handler never returns drops what is too much", async () => {
  const b = new Bench();
  let calls = 0;
  await b.watch({ notified: () => (calls++, new Promise<void>(() => {})) });
  for (let i = 0; i < MAX_UNANSWERED + 5; i++) b.event(WatchEvent.notify, 1n);
  await settle();
  assertEquals(calls, MAX_UNANSWERED);
});

Deno.test("notify() resolves with all answers, whichever comes first: its number or its end", async () => {
  const b = new Bench();
  const answers = Uint8Array.fromHex(
    "01000000" + "2c10000000000000" + "0700000000000000" + "01000000" + "6f" +
      "01000000" + "0500000000000000" + "0600000000000000",
  );
  for (const early of [false, true]) {
    const notifying = b.pool.notify("a", bytes("x"), { timeoutSeconds: 3 });
    await settle();
    const sent = b.osds.last;
    const cookie = new Decoder(sent.op.ops[0]!.union).u64();
    assertEquals(sent.op.ops[0]!.data.toHex(), "01000000" + "03000000" + "01000000" + "78");
    const number = () => b.answer({ outputs: [Uint8Array.fromHex("0900000000000000")] }, sent);
    if (!early) await number();
    b.event(WatchEvent.notifyComplete, cookie, { notifyId: 8n });
    b.event(WatchEvent.notifyComplete, cookie, { returnCode: -110, answers });
    if (early) await number();
    assertEquals(await notifying, {
      acks: [{ gid: 0x102cn, cookie: 7n, reply: bytes("o") }],
      timeouts: [{ gid: 5n, cookie: 6n }],
    });
  }
  assertEquals(b.lingers.size, 0);
});

Deno.test("notify() is sent anew when its OSD changes, and does not wait for ever", async () => {
  const b = new Bench();
  const notifying = b.pool.notify("a", bytes("x"), { timeoutSeconds: 1 });
  notifying.catch(() => {});
  await settle();
  b.change((map) => servedBy(map, [1, 0]));
  await settle();
  b.lose(1);
  await settle();
  assertEquals(b.said(), ["notify 1 @0", "notify 1 @1", "notify 1 @1"]);
  await b.clock.advance(62_000);
  await assertRejects(() => notifying, RadosError, "not complete in 61 s");
  const stop = new AbortController();
  const aborted = b.pool.notify("a", bytes("x"), { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  const refused = b.pool.notify("absent", bytes("x"));
  refused.catch(() => {});
  await settle();
  await b.answer({ result: -2 });
  await assertRejects(() => refused, RadosError, "ENOENT");
  assert(b.lingers.size === 0);
});
