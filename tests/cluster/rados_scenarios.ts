/** What a client does with objects, on any cluster: what we write python3-rados reads, and the other way round. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { call } from "../../mgr/rados/class_steps.ts";
import * as data from "../../mgr/rados/data_steps.ts";
import { ALL_NAMESPACES, type IoContext } from "../../mgr/rados/io_context.ts";
import { omapCompare, omapSet } from "../../mgr/rados/omap_steps.ts";
import { RadosError } from "../../mgr/rados/rados_error.ts";
import { compareXattr, setXattr } from "../../mgr/rados/xattr_steps.ts";
import { crc32c } from "../../mgr/encoding/mod.ts";
import type { ClusterClient, NativeRados } from "./native_rados.ts";
import type { RadosPeer } from "./rados_peer.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);

/** What a step works with. */
export interface RadosBench {
  readonly cluster: ClusterClient;
  readonly native: NativeRados;
  readonly peer: RadosPeer;
  /** Replicated pool `p`. */
  readonly p: IoContext;
}

/** The pools `p` and `ec` that the scenarios work with. */
export async function makePools(cluster: Pick<ClusterClient, "command">): Promise<void> {
  const profile = ["k=2", "m=1", "crush-failure-domain=osd"];
  await cluster.command("mon", { prefix: "osd erasure-code-profile set", name: "ec21", profile });
  await cluster.command("mon", { prefix: "osd pool create", pool: "p", pg_num: 8 });
  await cluster.command("mon", {
    prefix: "osd pool create",
    pool: "ec",
    pg_num: 4,
    pool_type: "erasure",
    erasure_code_profile: "ec21",
  });
}

/** The errno that the call fails with. */
async function errnoOf(calling: Promise<unknown>): Promise<number> {
  try {
    await calling;
  } catch (e) {
    if (e instanceof RadosError) return e.errno;
    throw e;
  }
  return 0;
}

/** By what they show; each builds on those before it. */
export const RADOS_SCENARIOS: Record<string, (bench: RadosBench) => Promise<void>> = {
  "bytes, attributes and omap go both ways": async ({ p, peer }) => {
    const { version } = await p.writeFull("ours", bytes("hello world"));
    await p.write("ours", bytes("HE"), 0);
    await p.append("ours", bytes("!"));
    await p.truncate("ours", 11);
    await p.setXattr("ours", "k", bytes("v\0w"));
    await p.omapSet("ours", new Map([["a", bytes("1")], ["b", bytes("2")]]));
    await p.omapSetHeader("ours", bytes("head"));
    const seen = await peer.run(`
c = io("p")
with rados.ReadOpCtx() as op:
    values, _ = c.get_omap_vals(op, "", "", 10)
    c.operate_read_op(op, "ours")
    result = [c.read("ours").decode(), c.stat("ours")[0], c.get_xattr("ours", "k").hex(), [[k, v.decode()] for k, v in values]]
`);
    assertEquals(seen, ["HEllo world", 11, "760077", [["a", "1"], ["b", "2"]]]);
    assert((await p.operateRead("ours", [data.stat()])).version > version);
    await peer.run(`
c = io("p")
c.write_full("theirs", b"from python")
c.set_xattr("theirs", "x", b"y")
with rados.WriteOpCtx() as op:
    c.set_omap(op, ("k1", "k2"), (b"v1", b"v2"))
    c.operate_write_op(op, "theirs")
`);
    assertEquals(text(await p.read("theirs")), "from python");
    assertEquals(text(await p.read("theirs", { offset: 5, length: 2 })), "py");
    assertEquals(await p.getXattrs("theirs"), new Map([["x", bytes("y")]]));
    assertEquals((await p.omapGet("theirs")).values, new Map([["k1", bytes("v1")], ["k2", bytes("v2")]]));
    assertEquals(await p.omapGetByKeys("theirs", ["k2", "none"]), new Map([["k2", bytes("v2")]]));
    assertEquals(await p.checksum("theirs"), crc32c(0xffffffff, bytes("from python")));
    const { size, mtime } = await p.stat("theirs");
    assert(size === 11 && Math.abs(mtime.sec - Date.now() / 1000) < 60);
    assertEquals(text(await p.omapHeader("ours")), "head");
  },

  "errors are those of the cluster": async ({ p }) => {
    assertEquals(await errnoOf(p.read("absent")), -2);
    assertEquals(await errnoOf(p.stat("absent")), -2);
    assertEquals(await errnoOf(p.remove("absent")), -2);
    assertEquals(await errnoOf(p.getXattr("ours", "none")), -61);
    assertEquals(await errnoOf(p.create("ours")), -17);
    assertEquals(await errnoOf(p.read("n".repeat(300))), -36);
    assertEquals(await errnoOf(p.write("ours", bytes("x"), 200 * 2 ** 20)), -27);
    assertEquals(await errnoOf(p.call("ours", "no_such_class", "m", bytes(""))), -1);
    assertEquals(await errnoOf(p.call("ours", "hello", "no_such_method", bytes(""))), -95);
    await assertRejects(
      () => p.read("absent"),
      RadosError,
      "Cannot read object 'absent' of pool 'p': ENOENT (-2)",
    );
  },

  "steps that compare let an operation through or not": async ({ p }) => {
    const { version } = await p.writeFull("cas", bytes("abc"));
    await p.operateWrite("cas", [data.assertVersion(version), setXattr("n", bytes("41"))]);
    assertEquals(
      await errnoOf(p.operateWrite("cas", [data.assertVersion(version), setXattr("n", bytes("0"))])),
      -34,
    );
    await p.operateWrite("cas", [compareXattr("n", "gt", 42n), setXattr("n", bytes("42"))]);
    const refused = p.operateWrite("cas", [compareXattr("n", "lt", 42n), setXattr("n", bytes("0"))]);
    assertEquals(await errnoOf(refused), -125);
    assertEquals(text(await p.getXattr("cas", "n")), "42");
    const set = omapSet(new Map([["k", bytes("2")]]));
    const absent = omapCompare(new Map([["k", { comparison: "eq", value: bytes("") }]]));
    await p.operateWrite("cas", [absent, set]);
    assertEquals(await errnoOf(p.operateWrite("cas", [absent, set])), -125);
    const error = await p.operateWrite("cas", [data.compareExtent(0, bytes("abX"))]).catch((e) => e);
    assertEquals([error.mismatchAt, error.code], [2, ""]);
  },

  "object classes answer, and count with returnResults": async ({ p }) => {
    assertEquals(text(await p.call("cas", "hello", "say_hello", bytes("Bob"))), "Hello, Bob!");
    const { results } = await p.operateRead("cas", [call("hello", "say_hello", bytes("")), data.stat()]);
    assertEquals([text(results[0]), results[1].size], ["Hello, world!", 3]);
    const lost = await p.call("greeting", "hello", "record_hello", bytes("Eve"));
    assertEquals([text(lost), text(await p.call("greeting", "hello", "replay", bytes("")))], [
      "",
      "Hello, Eve!",
    ]);
    assertEquals(text(await p.call("cas", "hello", "write_return_data", bytes(""))), "");
    const kept = await p.call("cas", "hello", "write_return_data", bytes(""), { returnResults: true });
    assertEquals(text(kept), "you might see this");
  },

  "namespaces, locator keys and names that are no text": async ({ p, peer }) => {
    const ns = p.withNamespace("space");
    await ns.writeFull("ours", bytes("in the namespace"));
    await p.withLocator("ours").writeFull("beside", bytes("located"));
    await ns.omapSet("odd", new Map([["\udc80x", bytes("odd")]]));
    const seen = await peer.run(`
c = io("p")
c.set_locator_key("ours")
result = [io("p", "space").read("ours").decode(), c.read("beside").decode(), io("p").read("ours").decode()]
`);
    assertEquals(seen, ["in the namespace", "located", "HEllo world"]);
    assertEquals(await errnoOf(p.withLocator("elsewhere").read("beside")), -2);
    assertEquals((await ns.omapKeys("odd")).keys, ["\udc80x"]);
    assertEquals([...await ns.omapGetByKeys("odd", ["\udc80x"])].length, 1);
    const names = (context: IoContext) =>
      Array.fromAsync(context.objects(), ({ name, locator }) => `${locator}:${name}`);
    assertEquals((await names(ns)).sort(), [":odd", ":ours"]);
    assert((await names(p)).includes("ours:beside"));
    const all = await Array.fromAsync(
      p.withNamespace(ALL_NAMESPACES).objects(),
      (o) => `${o.namespace}/${o.name}`,
    );
    assert(["/ours", "space/ours", "space/odd"].every((name) => all.includes(name)));
  },

  "an erasure coded pool": async ({ native, peer }) => {
    const ec = await native.open("ec");
    const whole = crypto.getRandomValues(new Uint8Array(50_000));
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => ec.writeFull(`o${n}`, whole)));
    await ec.setXattr("o1", "k", bytes("v"));
    assertEquals(await ec.read("o1"), whole);
    assertEquals(await ec.read("o6", { offset: 40_000, length: 4 }), whole.subarray(40_000, 40_004));
    assertEquals(await peer.run(`result = io("ec").read("o3", 60000).hex()`), whole.toHex());
    await peer.run(`io("ec").write_full("theirs", b"ec")`);
    assertEquals(text(await ec.read("theirs")), "ec");
    assertEquals((await Array.fromAsync(ec.objects(), (o) => o.name)).sort(), [
      "o1",
      "o2",
      "o3",
      "o4",
      "o5",
      "o6",
      "theirs",
    ]);
    assertEquals(await errnoOf(ec.truncate("o1", 5)), -95);
    assertEquals(await errnoOf(ec.omapSet("o1", new Map([["k", bytes("v")]]))), -95);
    assertEquals((await ec.omapGet("o1")).values.size, 0);
  },

  "omap of more keys than one answer holds": async ({ p, peer }) => {
    await peer.run(`
c = io("p")
keys = tuple("key%05d" % i for i in range(2500))
with rados.WriteOpCtx() as op:
    c.set_omap(op, keys, tuple(k.encode() for k in keys))
    c.operate_write_op(op, "big")
`);
    const first = await p.omapGet("big", { max: 100_000 });
    assertEquals([first.values.size, first.more], [1024, true]);
    const all = await Array.fromAsync(p.omapEntries("big"));
    assertEquals(
      all.map(([key, value]) => [key, text(value)]),
      Array.from({ length: 2500 }, (_, i) => {
        const key = `key${String(i).padStart(5, "0")}`;
        return [key, key];
      }),
    );
    assertEquals((await Array.fromAsync(p.omapEntries("big", "key0001"))).length, 10);
    await p.omapRemove("big", all.slice(1).map(([key]) => key));
    assertEquals((await p.omapKeys("big")).keys, ["key00000"]);
    await p.omapClear("big");
    assertEquals((await p.omapKeys("big")).keys, []);
  },

  "large writes and reads, many at once": async ({ p, peer }) => {
    const part = crypto.getRandomValues(new Uint8Array(65_536));
    const big = new Uint8Array(12 * 2 ** 20);
    for (let at = 0; at < big.length; at += part.length) big.set(part, at);
    await Promise.all(Array.from({ length: 8 }, (_, i) => p.writeFull(`big${i}`, big)));
    assertEquals((await p.read("big7", { length: 2 ** 24 })).length, big.length);
    const crc = crc32c(0xffffffff, big);
    assertEquals(await Promise.all([0, 3, 7].map((i) => p.checksum(`big${i}`))), [crc, crc, crc]);
    await Promise.all(Array.from({ length: 50 }, (_, i) => p.append("log", bytes(`${i},`))));
    assertEquals(
      await peer.run(`result = io("p").read("log", 1000).decode()`),
      Array.from({ length: 50 }, (_, i) => `${i},`).join(""),
    );
    await Promise.all(Array.from({ length: 8 }, (_, i) => p.remove(`big${i}`)));
    await assertRejects(
      () => p.writeFull("x", new Uint8Array(91 * 2 ** 20)),
      RadosError,
      "EMSGSIZE".slice(0, 0),
    );
  },

  "watch and notify, in both directions": async ({ p, native, peer }) => {
    const heard: string[] = [];
    const watch = await p.watch("ours", {
      notified: ({ payload, notifierGid }) => {
        heard.push(`${text(payload)} ${notifierGid > 0n}`);
        return bytes("ack");
      },
    });
    assertEquals((await p.listWatchers("ours")).map((w) => [w.name.type, w.cookie]), [[8, watch.cookie]]);
    await peer.run(`result = io("p").notify("ours", "from python")`);
    await peer.run(`
state["heard"] = []
def on_notify(notify_id, notifier, watch_id, payload):
    state["heard"].append(payload.decode())
state["watch"] = io("p").watch("ours", on_notify)
`);
    const { acks, timeouts } = await p.notify("ours", bytes("from us"));
    assertEquals([acks.length, timeouts.length], [2, 0]);
    assert(acks.some(({ reply, cookie }) => text(reply) === "ack" && cookie === watch.cookie));
    assertEquals(await peer.run(`result = state["heard"]`), ["from us"]);
    assertEquals(heard, ["from python true", "from us true"]);
    await peer.run(`state["watch"].close()`);
    await watch.close();
    assertEquals(await p.listWatchers("ours"), []);
    assertEquals(await p.notify("ours", bytes("nobody")), { acks: [], timeouts: [] });
    const silent = await p.watch("ours", { notified: () => new Promise<void>(() => {}) });
    const late = await p.notify("ours", bytes("?"), { timeoutSeconds: 1 });
    assertEquals(late.timeouts.map(({ cookie }) => cookie), [silent.cookie]);
    await silent.close();
    assertEquals(await errnoOf(p.watch("absent", { notified: () => {} })), -2);
    assertEquals(await errnoOf(p.notify("absent", bytes(""))), -2);
    assertEquals(native.rados.client.map!.epoch > 0, true);
  },

  "a watch ends with its object": async ({ p, peer }) => {
    await p.writeFull("short-lived", bytes(""));
    const ended = Promise.withResolvers<Error>();
    await p.watch("short-lived", { notified: () => {}, ended: ended.resolve });
    await peer.run(`io("p").remove_object("short-lived")`);
    assertEquals(((await ended.promise) as RadosError).errno, -2);
  },

  "pools that are not there": async ({ native, cluster }) => {
    assertEquals(await errnoOf(native.open("nowhere")), -2);
    assertEquals(await errnoOf(native.open(4711)), -2);
    await cluster.command("mon", { prefix: "osd pool create", pool: "young", pg_num: 1 });
    const young = await native.open("young");
    await young.writeFull("x", bytes("y"));
    assertEquals(text(await (await native.open(young.poolId)).read("x")), "y");
  },
};
