/** Pools as modules use them: what becomes of calls, and what is refused. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { FakeOsds, type ReplyPart, replyTo } from "../../tests/fakes/fake_osds.ts";
import { POOL, smallOsdMap, withPool } from "../../tests/fakes/small_osd_map.ts";
import { encodeAll, Encoder } from "../encoding/mod.ts";
import { HObject, HOBJECT_MAX, HOBJECT_MIN, NO_SNAP } from "../types/hobject.ts";
import { call } from "./class_steps.ts";
import { append, assertVersion, checksum, MAX_READ_BYTES, read, stat, writeFull } from "./data_steps.ts";
import { IoContext } from "./io_context.ts";
import { Lingers } from "./lingers.ts";
import { Objecter } from "./objecter.ts";
import { OpCode, OpFlag } from "./op_codes.ts";
import { RadosError } from "./rados_error.ts";
import { checkReading, checkWriting, MAX_STEPS } from "./step_rules.ts";
import { OWNER_LIMITS, Window } from "./window.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A pool whose OSD answers as a test says. */
function bench(map = smallOsdMap()) {
  const clock = new FakeClock();
  const osds = new FakeOsds();
  const objecter = new Objecter(osds, clock);
  objecter.osdMap(map);
  objecter.start();
  const pool = new IoContext({
    pool: POOL,
    poolName: "p",
    namespace: "",
    key: "",
    clock,
    objecter,
    lingers: new Lingers(),
    window: new Window(OWNER_LIMITS),
    opTimeoutMs: () => 30_000,
  });
  /** Answers what the call sends, once for each part. */
  const answering = async <T>(calling: Promise<T>, ...parts: ReplyPart[]): Promise<T> => {
    calling.catch(() => {});
    for (const part of parts) {
      await settle();
      objecter.reply(osds.last.osd, replyTo(osds.last, part));
    }
    return await calling;
  };
  return { clock, osds, pool, answering };
}

Deno.test("IoContext: calls become steps with their flags, names and answers", async () => {
  const { osds, pool, answering } = bench();
  assertEquals(await answering(pool.read("a", { offset: 3 }), { outputs: [bytes("xyz")] }), bytes("xyz"));
  assertEquals(osds.last.op.ops[0]!.union.toHex().slice(0, 32), "0300000000000000" + "0000400000000000");
  await answering(pool.withNamespace("ns").withLocator("key").writeFull("a", bytes("1")), {});
  const { locator, oid, flags } = osds.last.op;
  assertEquals([locator.nspace, locator.key, oid, flags & OpFlag.write], ["ns", "key", "a", OpFlag.write]);
  await answering(pool.remove("a"), {});
  assertEquals(osds.last.op.flags & OpFlag.fullForce, OpFlag.fullForce);
  await answering(pool.append("a", bytes("1"), { full: "try" }), {});
  assertEquals(osds.last.op.flags & (OpFlag.fullForce | OpFlag.fullTry), OpFlag.fullTry);
  const out = pool.call("a", "cls", "m", bytes(""), { returnResults: true });
  assertEquals(await answering(out, { outputs: [bytes("out")] }), bytes("out"));
  assertEquals(osds.last.op.flags & OpFlag.returnVec, OpFlag.returnVec);
});

Deno.test("IoContext: an operation of many steps answers each of them, and the object's version", async () => {
  const { pool, answering } = bench();
  const size = new Encoder().u64n(5).u32(7).u32(0).finish();
  const reading = pool.operateRead("a", [assertVersion(1), stat(), read()]);
  const { results, version } = await answering(reading, { outputs: [bytes(""), size, bytes("hello")] });
  assertEquals(results, [undefined, { size: 5, mtime: { sec: 7, nsec: 0 } }, bytes("hello")]);
  assertEquals(version, 1);
});

Deno.test("IoContext: errors name the verb, the object and the pool, and cut long names", async () => {
  const { pool, answering, clock } = bench();
  const failing = pool.withNamespace("ns").truncate("a", 5);
  await assertRejects(
    () => answering(failing, { result: -95 }),
    RadosError,
    "Cannot truncate object 'ns/a' of pool 'p': EOPNOTSUPP (-95)",
  );
  const long = pool.stat("n".repeat(500));
  await assertRejects(() => answering(long, { result: -2 }), RadosError, `'${"n".repeat(100)}..'`);
  const late = pool.stat("a", { timeoutMs: 100 });
  late.catch(() => {});
  await clock.advance(100);
  await assertRejects(() => late, RadosError, "no answer in 0.1 s");
  const later = pool.stat("a");
  later.catch(() => {});
  await clock.advance(30_000);
  await assertRejects(() => later, RadosError, "no answer in 30 s");
});

Deno.test("IoContext: arguments that make no sense reject, and nothing is sent", async () => {
  const { osds, pool } = bench();
  const calls: (() => Promise<unknown>)[] = [
    () => pool.read("a", { length: 0 }),
    () => pool.read("a", { length: MAX_READ_BYTES + 1 }),
    () => pool.write("a", bytes("x"), -1),
    () => pool.truncate("a", 1.5),
    () => pool.omapGet("a", { max: -1 }),
    () => pool.call("a", "", "m", bytes("")),
    () => pool.list({ cursor: "zz" }),
    () => pool.list({ cursor: encodeAll(HObject.encode, { ...HOBJECT_MIN, pool: 7 }).toHex() }),
    () => pool.operateRead("a", []),
    () => pool.operateWrite("a", [writeFull(bytes("x")), read()]),
  ];
  for (const run of calls) await assertRejects(run, RangeError);
  assertEquals(osds.sent.length, 0);
});

Deno.test("checkReading() and checkWriting(): what may stand together", () => {
  checkReading([stat(), call("c", "m", bytes(""))]);
  assertThrows(() => checkReading([{ osdOp: append(bytes("x")).osdOp }]), RangeError, "steps that write");
  assertThrows(() => checkReading(new Array(MAX_STEPS + 1).fill(stat())), RangeError, "1025 steps");
  checkWriting("write it", [assertVersion(1), stat(), append(bytes("x"))]);
  assertThrows(
    () => checkWriting("write it", [append(bytes("x")), checksum()]),
    RangeError,
    "cannot read bytes",
  );
  const big = { osdOp: { ...append(bytes("x")).osdOp, data: new Uint8Array(90 * 2 ** 20 + 1) } };
  assertThrows(() => checkWriting("write it", [big]), RadosError, "94371841 bytes, the limit");
});

/** The answer of one PG. */
function page(next: HObject, ...names: string[]): ReplyPart {
  const e = new Encoder().versioned(1, 1, (e) => {
    HObject.encode(e, next);
    e.list(names, (e, name) => e.string("").string(name).string(""));
  });
  return { result: next.max || names.length === 0 ? 1 : 0, outputs: [e.finish()] };
}

const inPool = (hash: number): HObject => ({ ...HOBJECT_MIN, pool: POOL, hash, snap: NO_SNAP });

Deno.test("list() follows the cursor through the PGs, fills a page, and asks each map where a PG is", async () => {
  const { osds, pool, answering } = bench(withPool(smallOsdMap(), POOL, "p", { pgNum: 2, pgpNum: 2 }));
  const first = await answering(
    pool.list({ max: 3 }),
    page(inPool(2), "a"),
    page(inPool(1)),
    page(inPool(3), "b", "c"),
  );
  assertEquals(first.objects.map(({ name }) => name), ["a", "b", "c"]);
  assertEquals(osds.sent.map(({ op }) => [op.pgid.pg.seed, op.hash, op.locator.hash]), [
    [0, 0, 0],
    [0, 0, 0],
    [1, 1, 1],
  ]);
  const rest = await answering(pool.list({ cursor: first.cursor, max: 3 }), page(HOBJECT_MAX, "d"));
  assertEquals([rest.objects.length, rest.cursor], [1, undefined]);
  const step = osds.last.op.ops[0]!;
  assertEquals([step.op, step.union[0], step.data.toHex()], [
    OpCode.pgNls,
    3,
    encodeAll(HObject.encode, inPool(3)).toHex(),
  ]);
});

Deno.test("omapEntries() goes on behind the last key while there are more", async () => {
  const { osds, pool, answering } = bench();
  const page = (keys: string[], more: boolean): ReplyPart => {
    const e = new Encoder().list(keys, (e, key) => e.string(key).bytes(bytes(key))).bool(more);
    return { outputs: [e.finish()] };
  };
  const all = Array.fromAsync(pool.omapEntries("a", "k"));
  const entries = await answering(all, page(["k1", "k2"], true), page(["k3"], false));
  assertEquals(entries.map(([key]) => key), ["k1", "k2", "k3"]);
  assertEquals(osds.sent.map(({ op }) => op.ops[0]!.data.toHex()), [
    "00000000" + "0004000000000000" + "01000000" + "6b",
    "02000000" + "6b32" + "0004000000000000" + "01000000" + "6b",
  ]);
});
