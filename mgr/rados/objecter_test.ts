/** Operations while maps, sessions and pools change. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { backoffOf, FakeOsds, replyTo } from "../../tests/fakes/fake_osds.ts";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { downOsd, POOL, servedBy, smallOsdMap, withPool } from "../../tests/fakes/small_osd_map.ts";
import { BackoffOp } from "../messages/osd_backoff.ts";
import type { MOSDOpReply } from "../messages/osd_op_reply.ts";
import { HOBJECT_MAX, HOBJECT_MIN } from "../types/hobject.ts";
import { HASH_OF_NAME } from "../types/object_locator.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { OsdMapFlag, PoolFlag } from "../types/osd_map_bits.ts";
import { append, read, remove, stat } from "./data_steps.ts";
import { Objecter } from "./objecter.ts";
import { OpFlag } from "./op_codes.ts";
import type { OpRequest } from "./open_op.ts";
import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_OPS } from "./osd_queue.ts";
import { OutcomeUnknownError, RadosError } from "./rados_error.ts";
import type { WriteStep } from "./step.ts";

interface Bench {
  readonly clock: FakeClock;
  readonly osds: FakeOsds;
  readonly objecter: Objecter;
  map: OsdMap;
  /** Makes the next epoch and tells of it. */
  change(make: (map: OsdMap) => OsdMap): void;
  /** Asks for one step on object `a`. */
  submit(step: WriteStep, over?: Partial<OpRequest>, pool?: number): Promise<MOSDOpReply>;
}

/** Started, with a map, and sessions with all OSDs. */
function bench(): Bench {
  const clock = new FakeClock();
  const osds = new FakeOsds();
  const objecter = new Objecter(osds, clock);
  osds.onBlocklisted = () => objecter.close(new RadosError("use RADOS", -108));
  const b: Bench = {
    clock,
    osds,
    objecter,
    map: smallOsdMap(),
    change(make) {
      b.map = make(b.map);
      objecter.osdMap(b.map);
    },
    submit(step, over = {}, pool = POOL) {
      const done = objecter.submit(request(step, over, pool));
      // Tests look at it later.
      done.catch(() => {});
      return done;
    },
  };
  objecter.osdMap(b.map);
  objecter.start();
  return b;
}

function request(step: WriteStep, over: Partial<OpRequest> = {}, pool = POOL): OpRequest {
  const locator = { pool, key: "", nspace: "", hash: HASH_OF_NAME };
  return { target: { oid: "a", locator }, steps: [step.osdOp], action: "do it", ...over };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** How it ended, or "open". */
async function outcome(promise: Promise<unknown>): Promise<string> {
  let result = "open";
  promise.then(() => result = "done", (e: Error) => result = `${e.name}: ${e.message}`);
  await settle();
  return result;
}

Deno.test("submit() waits for a map, the permission and a session, and then sends", () => {
  const clock = new FakeClock();
  const osds = new FakeOsds();
  osds.open.clear();
  const objecter = new Objecter(osds, clock);
  objecter.submit(request(read()));
  const map = smallOsdMap();
  objecter.osdMap(map);
  assertEquals([osds.sent.length, osds.wanted.size], [0, 0]);
  objecter.start();
  assertEquals([osds.sent.length, [...osds.wanted]], [0, [0]]);
  osds.open.add(0);
  objecter.opened(0);
  const { osd, tid, op } = osds.last;
  assertEquals([osd, tid, op.oid, op.osdmapEpoch, op.retryAttempt], [0, 1n, "a", map.epoch, 0]);
  assertEquals(op.pgid, { pg: { pool: POOL, seed: 0 }, shard: -1 });
  assertEquals(op.flags, OpFlag.ondisk | OpFlag.knownRedir | OpFlag.supportsPoolEio | OpFlag.read);
});

Deno.test("reply() settles the operation once, and only from its OSD and for its last sending", async () => {
  const { objecter, osds, submit } = bench();
  const done = submit(stat());
  objecter.reply(1, replyTo(osds.last));
  objecter.reply(0, replyTo(osds.last, { retryAttempt: 1 }));
  assertEquals(await outcome(done), "open");
  objecter.reply(0, replyTo(osds.last, { outputs: [bytes("out")] }));
  objecter.reply(0, replyTo(osds.last, { result: -5 }));
  assertEquals((await done).ops[0]!.data, bytes("out"));
  assertEquals(objecter.size, 0);
});

Deno.test("reply() makes an error of a negative result", async () => {
  const { objecter, osds, submit } = bench();
  const done = submit(stat());
  objecter.reply(0, replyTo(osds.last, { result: -2 }));
  assertEquals(await outcome(done), "RadosError: Cannot do it: ENOENT (-2)");
});

Deno.test("osdMap() sends again when the PG moves, with the same tid, and not when it stays", async () => {
  const { objecter, osds, change, submit } = bench();
  const done = submit(append(bytes("x")));
  change((map) => nextEpoch(map, {}));
  assertEquals(osds.log, "0:1");
  change((map) => servedBy(map, [2, 1]));
  assertEquals(osds.log, "0:1 2:1");
  assertEquals([osds.last.op.retryAttempt, osds.last.op.flags & OpFlag.retry], [1, OpFlag.retry]);
  objecter.reply(0, replyTo(osds.sent[0]!));
  assertEquals(await outcome(done), "open");
  objecter.reply(2, replyTo(osds.last));
  assertEquals(await outcome(done), "done");
});

Deno.test("osdMap() sends again at a split, at another set of replicas, and when epochs were left out", () => {
  const { osds, change, submit } = bench();
  submit(read());
  change((map) => withPool(map, POOL, "p", { pgNum: 2, pgNumTarget: 2 }));
  change((map) => servedBy(servedBy(map, [0, 3]), [0, 3], 1));
  assert(osds.sent.length >= 2);
  const before = osds.sent.length;
  change((map) => nextEpoch(nextEpoch(map, {}), {}));
  assertEquals(osds.sent.length, before + 1);
});

Deno.test("an operation waits while nobody serves its PG", () => {
  const { objecter, osds, change, map, submit } = bench();
  change((map) => [0, 1, 2, 3].reduce(downOsd, map));
  submit(read());
  assertEquals(osds.log, "");
  objecter.osdMap(nextEpoch(nextEpoch(nextEpoch(nextEpoch(nextEpoch(map, {}), {}), {}), {}), {}));
  assertEquals(osds.log, "0:1");
});

Deno.test("lost() sends everything again, in order, once there is a session", () => {
  const { objecter, osds, submit } = bench();
  for (let i = 0; i < 3; i++) submit(append(bytes("x")));
  osds.open.delete(0);
  osds.wanted.clear();
  objecter.lost(0, "reset");
  submit(append(bytes("x")));
  assertEquals([osds.log, [...osds.wanted]], ["0:1 0:2 0:3", [0]]);
  osds.open.add(0);
  objecter.opened(0);
  assertEquals(osds.log, "0:1 0:2 0:3 0:1 0:2 0:3 0:4");
  assertEquals(osds.sent.map(({ op }) => op.retryAttempt), [0, 0, 0, 1, 1, 1, 0]);
});

Deno.test("an operation that goes once only fails when its OSD is lost or changes", async () => {
  const { objecter, osds, change, submit } = bench();
  const first = submit(read(), { once: true });
  objecter.lost(0, "reset");
  await assertRejects(() => first, OutcomeUnknownError, "nor tell whether it was done: reset");
  const second = submit(read(), { once: true });
  change((map) => servedBy(map, [3, 1]));
  await assertRejects(() => second, OutcomeUnknownError);
  assertEquals(osds.log, "0:1 0:2");
});

Deno.test("backoff() puts operations off until the OSD lets them go, or is lost", () => {
  const { objecter, osds, submit } = bench();
  submit(read());
  const whole = { begin: { ...HOBJECT_MIN, pool: POOL }, end: HOBJECT_MAX };
  const first = osds.last;
  objecter.backoff(0, backoffOf(first, "block", whole));
  assertEquals(osds.acks.map(({ op, id, begin, end }) => [op, id, begin, end]), [
    [BackoffOp.ackBlock, 1n, whole.begin, whole.end],
  ]);
  submit(read());
  assertEquals(osds.log, "0:1");
  objecter.backoff(0, backoffOf(first, "unblock", whole, 7n));
  assertEquals(osds.log, "0:1");
  objecter.backoff(0, backoffOf(first, "unblock", whole));
  assertEquals(osds.log, "0:1 0:1 0:2");
  objecter.backoff(0, backoffOf(first, "block", whole, 2n));
  objecter.lost(0, "reset");
  objecter.opened(0);
  assertEquals(osds.log, "0:1 0:1 0:2 0:1 0:2");
});

Deno.test("an operation that was put off is settled by the answer to what was sent before", async () => {
  const { objecter, osds, submit } = bench();
  const done = submit(read());
  objecter.backoff(0, backoffOf(osds.last, "block", { begin: HOBJECT_MIN, end: HOBJECT_MAX }));
  objecter.reply(0, replyTo(osds.last));
  assertEquals(await outcome(done), "done");
});

Deno.test("pauses and full pools hold what they are about, and nothing else", () => {
  const { osds, change, submit } = bench();
  const flags = (on: number) => change((map) => nextEpoch(map, { newFlags: map.flags | on }));
  const clear = () => change((map) => nextEpoch(map, { newFlags: 0 }));
  flags(OsdMapFlag.pauserd);
  submit(read());
  submit(append(bytes("x")));
  assertEquals(osds.log, "0:2");
  clear();
  assertEquals(osds.log, "0:2 0:1");
  flags(OsdMapFlag.pausewr);
  submit(append(bytes("x")));
  submit(append(bytes("x")), { unheld: true });
  submit(read());
  assertEquals(osds.log, "0:2 0:1 0:4 0:5");
  clear();
  for (const flag of [PoolFlag.full, PoolFlag.full_quota]) {
    change((map) => withPool(map, POOL, "p", { flags: 1n | (1n << flag) }));
    submit(append(bytes("x")));
    submit(remove(), { flags: OpFlag.fullForce });
  }
  assertEquals(osds.log, "0:2 0:1 0:4 0:5 0:3 0:7 0:9");
});

Deno.test("a pool with the flag eio refuses everything", async () => {
  const { osds, change, submit } = bench();
  change((map) => withPool(map, POOL, "p", { flags: 1n | (1n << PoolFlag.eio) }));
  const done = submit(read());
  assertEquals([await outcome(done), osds.log], ["RadosError: Cannot do it: EIO (-5)", ""]);
});

Deno.test("a pool that is in no map fails an operation, one that is younger than our map does not", async () => {
  const { osds, change, map, submit } = bench();
  osds.newest = () => Promise.resolve(map.epoch);
  const never = submit(read(), {}, 7);
  await assertRejects(() => never, RadosError, "there is no such pool");
  osds.newest = () => Promise.resolve(map.epoch + 1);
  const soon = submit(read(), {}, 7);
  assertEquals(await outcome(soon), "open");
  change((map) => withPool(map, 7, "young"));
  assertEquals([osds.last.tid, osds.last.op.pgid.pg.pool], [2n, 7]);
});

Deno.test("a pool that is deleted fails what was open", async () => {
  const { change, submit } = bench();
  const done = submit(read());
  change((map) => nextEpoch(map, { oldPools: [POOL] }));
  await assertRejects(() => done, RadosError, "the pool is gone");
});

Deno.test("time-outs say what the operation waited for; signals end it", async () => {
  const { objecter, osds, change, clock, submit } = bench();
  const at = async (over: Partial<OpRequest> = {}): Promise<string> => {
    const done = submit(append(bytes("x")), { timeoutMs: 500, ...over });
    done.catch(() => {});
    await clock.advance(500);
    return await outcome(done);
  };
  const text = "RadosError: Cannot do it: no answer in 0.5 s: ";
  assertEquals(await at(), `${text}osd.0 has it`);
  osds.open.delete(0);
  assertEquals(await at(), `${text}it waits for osd.0`);
  change((map) => nextEpoch(map, { newFlags: OsdMapFlag.pausewr }));
  assertEquals(await at(), `${text}writes are paused (osd pause)`);
  const stop = new AbortController();
  const aborted = submit(read(), { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  await assertRejects(() => submit(read(), { signal: stop.signal }), Error, "enough");
  assertEquals(objecter.size, 0);
});

Deno.test("a client that OSDs refuse fails everything, now and later", async () => {
  const { objecter, osds, submit } = bench();
  const one = submit(read());
  const two = submit(read());
  objecter.reply(0, replyTo(osds.sent[0]!, { result: -108 }));
  for (const done of [one, two, submit(read())]) {
    await assertRejects(() => done, RadosError, "ESHUTDOWN");
  }
  assertEquals(osds.blocklistings, 1);
});

Deno.test("what we may not write any more is not sent; of what was sent nobody can tell", async () => {
  const { osds, change, submit } = bench();
  const sent = submit(append(bytes("x")));
  osds.refused = "another manager may be active";
  const held = submit(append(bytes("x")));
  assertEquals(await outcome(held), "Error: Cannot do it: another manager may be active");
  const reading = submit(read());
  change((map) => servedBy(map, [1, 0]));
  await assertRejects(() => sent, OutcomeUnknownError, "another manager may be active");
  assertEquals([await outcome(reading), osds.log], ["open", "0:1 0:3 1:3"]);
});

Deno.test("a redirect is followed with a new tid, past caches", () => {
  const { objecter, osds, change, submit } = bench();
  change((map) => servedBy(withPool(map, 2, "q"), [3, 2], 0, 2));
  submit(read());
  const locator = { pool: 2, key: "", nspace: "", hash: HASH_OF_NAME };
  objecter.reply(0, replyTo(osds.last, { redirect: { locator, object: "b" } }));
  const { osd, tid, op } = osds.last;
  assertEquals([osd === 3 || osd === 2, tid, op.oid, op.pgid.pg.pool, op.retryAttempt], [
    true,
    2n,
    "b",
    2,
    0,
  ]);
  assert(op.flags & OpFlag.redirected && op.flags & OpFlag.ignoreOverlay);
});

Deno.test("a cache in front of the pool gets its operations", () => {
  const { osds, change, submit } = bench();
  change((map) => withPool(map, 2, "cache", { tierOf: POOL }));
  change((map) => withPool(map, POOL, "p", { readTier: 2, writeTier: -1 }));
  submit(read());
  submit(append(bytes("x")));
  submit(read(), { flags: OpFlag.ignoreOverlay });
  assertEquals(osds.sent.map(({ op }) => [op.pgid.pg.pool, op.locator.pool]), [[2, 2], [1, 1], [1, 1]]);
});

Deno.test("an OSD has so many operations and bytes at once, and gets the next in order", () => {
  const { objecter, osds, submit } = bench();
  const half = new Uint8Array(MAX_IN_FLIGHT_BYTES / 2);
  for (let i = 0; i < 3; i++) submit(append(half));
  submit(read());
  assertEquals(osds.log, "0:1");
  objecter.reply(0, replyTo(osds.last));
  objecter.reply(0, replyTo(osds.last));
  objecter.reply(0, replyTo(osds.last));
  assertEquals(osds.log, "0:1 0:2 0:3 0:4");
  for (let i = 0; i < MAX_IN_FLIGHT_OPS + 5; i++) submit(stat());
  assertEquals(osds.sent.length, 3 + MAX_IN_FLIGHT_OPS);
});

Deno.test("thousands of operations may end at once", async () => {
  const { osds, change, submit } = bench();
  change((map) => nextEpoch(map, { newFlags: OsdMapFlag.pausewr }));
  const all = Array.from({ length: 12_000 }, () => submit(append(bytes("x"))));
  osds.refused = "another manager may be active";
  change((map) => nextEpoch(map, { newFlags: 0 }));
  const ended = await Promise.all(all.map((done) => done.catch((e: Error) => e.message)));
  assertEquals(new Set(ended), new Set(["Cannot do it: another manager may be active"]));
  assertEquals(osds.sent.length, 0);
});
