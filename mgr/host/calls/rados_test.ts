/** Objects for modules: what is sent on, what is refused, and what becomes of watches. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { FakeLink } from "../../../tests/host/fake_link.ts";
import type { RadosPort, RadosTask, WatchEvents } from "../cluster_link.ts";
import type { Need } from "../permissions/need.ts";
import { PendingCalls } from "./pending_calls.ts";
import { MAX_WATCHES, radosCalls } from "./rados.ts";

const PLACE = { pool: 3, namespace: "", locator: "" };
const operation = (...steps: unknown[][]) =>
  ({ place: PLACE, oid: "a", steps, timeoutMs: 1000, returnResults: false }) as never;

class Fixture implements RadosPort {
  readonly name = "box";
  readonly link = new FakeLink();
  readonly clock = new FakeClock();
  readonly pending = new PendingCalls(this.clock);
  readonly needs: Need[] = [];
  readonly tasks: RadosTask[] = [];
  readonly told: unknown[] = [];
  readonly watching: { oid: string; events: WatchEvents; closed: boolean }[] = [];
  /** Watches do not stand before it is resolved. */
  gate = Promise.resolve();
  reply: unknown = new Uint8Array([7]);
  readonly tell = {
    notified: (...args: unknown[]) => (this.told.push(args), Promise.resolve(this.reply as Uint8Array)),
    watchChanged: (...args: unknown[]) => Promise.resolve(void this.told.push(args)),
  };
  forbidden = false;
  readonly allow = (_call: string, need: Need): void => {
    if (this.forbidden) throw new Error("it is not allowed any more");
    this.needs.push(need);
  };
  readonly side = radosCalls(this);

  constructor() {
    this.link.radosPort = this;
  }
  openPool(pool: string | number) {
    return Promise.resolve([3, String(pool)] as const);
  }
  operate(task: RadosTask) {
    this.tasks.push(task);
    return Promise.resolve({ version: 1, results: [] });
  }
  list() {
    return Promise.resolve({ objects: [], cursor: null });
  }
  notify() {
    return Promise.resolve({ replies: [], silent: [] });
  }
  async watch(_place: unknown, oid: string, events: WatchEvents) {
    const watch = { oid, events, closed: false };
    this.watching.push(watch);
    await this.gate;
    return { close: () => Promise.resolve(void (watch.closed = true)) };
  }
}

Deno.test("operate asks for permission to read or to write, by the pool's name", async () => {
  const f = new Fixture();
  await f.side.openPool(1, "p");
  await f.side.operate(2, operation(["stat"], ["read", 0, 10]));
  await f.side.operate(3, operation(["assertVersion", 1], ["setXattr", "k", new Uint8Array(1)]));
  await f.side.operate(4, operation(["exec", "hello", "say_hello", new Uint8Array()]));
  await f.side.listObjects(5, PLACE, null, 10, 1000);
  await f.side.notifyObject(6, PLACE, "a", new Uint8Array(), 1);
  const rados = (pool: string, write: boolean): Need => ({ verb: "rados", pool, write });
  assertEquals(f.needs, [
    rados("p", false),
    ...[false, true, true, false, true].map((write) => rados("pool3", write)),
  ]);
  assertEquals(f.tasks.map(({ writing }) => writing), [false, true, true]);
  assertEquals(f.tasks[1]!.steps[1], { name: "setXattr", args: ["k", new Uint8Array(1)] });
});

Deno.test("operate refuses steps that there are not, wrong arguments, and too much at once", async () => {
  const f = new Fixture();
  const wrong: unknown[][][] = [
    [],
    [["toString"]],
    [["stat", 1]],
    [["read", -1, 5]],
    [["truncate", 2 ** 60]],
    [["write", "text", 0]],
    [["omapSet", [["k"]]]],
    [["omapGet", "", "", 5000]],
    [["compareXattr", "k", "like", new Uint8Array()]],
    Array(300).fill(["stat"]),
  ];
  for (const steps of wrong) await assertRejects(() => f.side.operate(1, operation(...steps)), TypeError);
  await assertRejects(() => f.side.operate(1, operation(["read", 0, 2 ** 30])), RangeError);
  await assertRejects(() => f.side.operate(1, { place: PLACE } as never), TypeError);
  assertEquals([f.tasks, f.needs], [[], []]);
});

Deno.test("watches are told of, ended one by one, and all with the process", async () => {
  const f = new Fixture();
  await f.side.watch(1, PLACE, "a", 1000);
  await f.side.watch(2, PLACE, "b", 1000);
  await assertRejects(() => f.side.watch(1, PLACE, "c", 1000), Error, "watch 1 is there already");
  const notification = { notifyId: 5n, notifierGid: 2n ** 63n, payload: new Uint8Array([1]) };
  assertEquals(await f.watching[0]!.events.notified(notification), new Uint8Array([7]));
  assertEquals(f.told, [[1, "5", String(2n ** 63n), new Uint8Array([1])]]);
  f.reply = "text";
  await assertRejects(() => f.watching[0]!.events.notified(notification), Error, "is no bytes");
  f.watching[1]!.events.changed("interrupted", "lost");
  assertEquals(f.told.at(-1), [2, "interrupted", "lost"]);
  await f.side.unwatch(1);
  await f.side.unwatch(1);
  assertEquals(f.watching.map(({ closed }) => closed), [true, false]);
  f.pending.close();
  await settle();
  assertEquals(f.watching.map(({ closed }) => closed), [true, true]);
});

Deno.test("a watch that nobody waits for any more ends as soon as it stands, and keeps its place until then", async () => {
  const f = new Fixture();
  const gate = Promise.withResolvers<void>();
  f.gate = gate.promise;
  const waiting = Array.from({ length: MAX_WATCHES }, (_, i) => f.side.watch(i, PLACE, `o${i}`, 1000));
  const outcomes = Promise.allSettled(waiting);
  await settle();
  await f.clock.advance(1000);
  assertEquals((await outcomes).every(({ status }) => status === "rejected"), true);
  await assertRejects(
    () => f.side.watch(1000, PLACE, "more", 1000),
    Error,
    `${MAX_WATCHES} objects are watched`,
  );
  gate.resolve();
  await settle();
  assertEquals(f.watching.every(({ closed }) => closed), true);
  await f.side.watch(1001, PLACE, "more", 1000);
});

Deno.test("a watch ends with the permission for it", async () => {
  const f = new Fixture();
  await f.side.watch(1, PLACE, "a", 1000);
  f.forbidden = true;
  const notification = { notifyId: 5n, notifierGid: 1n, payload: new Uint8Array() };
  await assertRejects(() => f.watching[0]!.events.notified(notification), Error, "not allowed any more");
  assertEquals([f.told, f.watching[0]!.closed], [[[1, "ended", "it is not allowed any more"]], true]);
});
