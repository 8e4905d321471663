/** Our RADOS client while a real cluster changes under it. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { IoContext } from "../../mgr/rados/io_context.ts";
import { RadosError } from "../../mgr/rados/rados_error.ts";
import { hasPoolFlag } from "../../mgr/types/osd_map_bits.ts";
import { NativeRados } from "./native_rados.ts";
import { RadosPeer } from "./rados_peer.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);

/** What a step works with. */
interface Bench {
  readonly cluster: RealCluster;
  readonly native: NativeRados;
  readonly peer: RadosPeer;
}

async function mon(cluster: RealCluster, prefix: string, args: Record<string, unknown> = {}): Promise<void> {
  const { code, err } = await cluster.command("mon", { prefix, ...args });
  assertEquals(code, 0, `${prefix}: ${err}`);
}

async function makePool({ cluster, native }: Bench, pool: string, pgNum = 1): Promise<IoContext> {
  await mon(cluster, "osd pool create", { pool, pg_num: pgNum, pg_num_min: 1 });
  return await native.open(pool);
}

async function restart(cluster: RealCluster, osd: number): Promise<void> {
  await cluster.stopOsd(osd);
  cluster.startOsd(osd);
}

async function isUp(cluster: RealCluster, osd: number): Promise<boolean> {
  const { osds } = await cluster.commandJson<{ osds: { osd: number; up: number }[] }>("mon", {
    prefix: "osd dump",
  });
  return osds.find((o) => o.osd === osd)!.up === 1;
}

interface PgMap {
  readonly acting: readonly number[];
  readonly acting_primary: number;
}

const actingOf = (cluster: RealCluster, pool: string, object: string): Promise<PgMap> =>
  cluster.commandJson<PgMap>("mon", { prefix: "osd map", pool, object });

/** Appends numbers one by one until told to stop. */
function appendForever(pool: IoContext, object: string) {
  let going = true;
  let n = 0;
  const run = async (): Promise<void> => {
    while (going) await pool.append(object, bytes(`${n++},`));
  };
  const running = run();
  return {
    get count() {
      return n;
    },
    async stop(): Promise<string> {
      going = false;
      await running;
      return Array.from({ length: n }, (_, i) => `${i},`).join("");
    },
  };
}

const STEPS: Record<string, (bench: Bench) => Promise<void>> = {
  "PGs split in the middle of writes and of a listing": async (bench) => {
    const { cluster, peer } = bench;
    const pool = await makePool(bench, "split");
    await peer.run(`
c = io("split")
for i in range(300): c.write_full("o%03d" % i, b"x")
`);
    const log = appendForever(pool, "log");
    const first = await pool.list({ max: 100 });
    // -16 as long as the first PG is not known to be made.
    const split = { prefix: "osd pool set", pool: "split", var: "pg_num_actual", val: "4" };
    await cluster.waitFor(async () => (await cluster.command("mon", split)).code === 0, "leave to split");
    const epoch = async () =>
      (await cluster.commandJson<{ pools: { pool_name: string; pg_num: number }[] }>("mon", {
        prefix: "osd dump",
      })).pools.find((p) => p.pool_name === "split")!.pg_num === 4;
    await cluster.waitFor(epoch, "four PGs");
    const names = first.objects.map(({ name }) => name);
    for (let cursor = first.cursor; cursor !== undefined;) {
      const page = await pool.list({ cursor, max: 50 });
      names.push(...page.objects.map(({ name }) => name));
      cursor = page.cursor;
    }
    const wanted = Array.from({ length: 300 }, (_, i) => `o${String(i).padStart(3, "0")}`);
    assertEquals(names.filter((name) => name !== "log").sort(), wanted);
    const before = log.count;
    await cluster.waitFor(() => log.count > before + 20, "appends after the split");
    assertEquals(text(await pool.read("o007")), "x");
    const all = await log.stop();
    assertEquals(await peer.run(`result = io("split").read("log", 1000000).decode()`), all);
  },

  "OSDs restart in the middle of appends, and a watch follows": async (bench) => {
    const { cluster, peer } = bench;
    const pool = await makePool(bench, "moving");
    const log = appendForever(pool, "log");
    await cluster.waitFor(() => log.count > 5, "first appends");
    const heard: string[] = [];
    const watch = await pool.watch("log", { notified: ({ payload }) => void heard.push(text(payload)) });
    const { acting } = await actingOf(cluster, "moving", "log");
    for (const osd of acting) {
      const before = log.count;
      await restart(cluster, osd);
      await cluster.waitFor(() => log.count > before + 20, `appends while osd.${osd} restarts`);
      await cluster.waitFor(() => isUp(cluster, osd), `osd.${osd}`);
      await cluster.waitFor(async () => (await pool.listWatchers("log")).length === 1, "the watch");
      await peer.run(`io("moving").notify("log", "after osd.${osd}")`);
    }
    const all = await log.stop();
    assertEquals(await peer.run(`result = io("moving").read("log", 1000000).decode()`), all);
    // librados notifies again with each map that it learns of.
    assertEquals([...new Set(heard)], acting.map((osd) => `after osd.${osd}`));
    await watch.close();
  },

  "a PG that is down holds operations back until it is active": async (bench) => {
    const { cluster } = bench;
    const pool = await makePool(bench, "down");
    await pool.writeFull("a", bytes("1"));
    const { acting } = await actingOf(cluster, "down", "a");
    const [first, second] = acting as [number, number];
    const third = [0, 1, 2].find((osd) => !acting.includes(osd))!;
    await mon(cluster, "osd set", { key: "noin" });
    await mon(cluster, "osd out", { ids: [String(third)] });
    await cluster.stopOsd(first);
    await cluster.waitFor(async () => !await isUp(cluster, first), "the first OSD down");
    await pool.writeFull("a", bytes("2"));
    await cluster.stopOsd(second);
    cluster.startOsd(first);
    await cluster.waitFor(
      async () => !await isUp(cluster, second) && await isUp(cluster, first),
      "only the first OSD",
    );
    const isPutOff = async (): Promise<boolean> => {
      const { message } = await pool.read("a", { timeoutMs: 500 }).catch((e) => e);
      return message.includes(`osd.${first} has put its PG off`);
    };
    await cluster.waitFor(isPutOff, "a backoff");
    const reading = pool.read("a");
    const writing = pool.append("a", bytes("3"));
    cluster.startOsd(second);
    await writing;
    assertEquals([text(await reading).slice(0, 1), text(await pool.read("a"))], ["2", "23"]);
    await mon(cluster, "osd in", { ids: [String(third)] });
    await mon(cluster, "osd unset", { key: "noin" });
  },

  "pauses are kept to; time-outs and signals end the wait": async (bench) => {
    const { cluster, native } = bench;
    const pool = await makePool(bench, "paused");
    await pool.writeFull("a", bytes("1"));
    await mon(cluster, "osd pause");
    await native.rados.client.newestMap();
    await assertRejects(
      () => pool.read("a", { timeoutMs: 50 }),
      RadosError,
      "no answer in 0.05 s: reads are paused",
    );
    const stop = new AbortController();
    const reading = pool.read("a", { signal: stop.signal });
    stop.abort(new Error("enough"));
    await assertRejects(() => reading, Error, "enough");
    const held = pool.append("a", bytes("2"));
    await mon(cluster, "osd unpause");
    await held;
  },

  "a full pool takes nothing but deletions": async (bench) => {
    const { cluster, native } = bench;
    const pool = await makePool(bench, "full");
    await pool.writeFull("a", bytes("1"));
    const inject = (type: string) =>
      Promise.all([0, 1, 2].map((osd) => {
        const command = { prefix: "injectfull", type, count: -1 };
        return native.commands.send("osd", String(osd), JSON.stringify(command), { timeoutMs: 5000 });
      }));
    const isFull = async (): Promise<boolean> =>
      hasPoolFlag((await native.rados.client.newestMap()).pools.get(pool.poolId)!.flags, "full");
    assertEquals((await inject("full")).map(({ r }) => r), [0, 0, 0]);
    await cluster.waitFor(isFull, "the pool to be full");
    await assertRejects(
      () => pool.append("a", bytes("x"), { timeoutMs: 50 }),
      RadosError,
      "the pool is full",
    );
    assertEquals(text(await pool.read("a")), "1");
    assertEquals((await pool.append("a", bytes("x"), { full: "try" }).catch((e) => e)).errno, -28);
    const waiting = pool.append("a", bytes("3"));
    await pool.remove("a");
    await inject("none");
    await waiting;
    assertEquals(text(await pool.read("a")), "3");
  },

  "a pool is deleted under open operations and watches": async (bench) => {
    const { cluster, native } = bench;
    const pool = await makePool(bench, "doomed");
    await pool.writeFull("a", bytes("1"));
    const ended = Promise.withResolvers<Error>();
    await pool.watch("a", { notified: () => {}, ended: ended.resolve });
    await mon(cluster, "osd pause");
    await native.rados.client.newestMap();
    const writing = pool.append("a", bytes("2")).catch((e) => e);
    const pool2 = "doomed";
    await mon(cluster, "osd pool rm", { pool: pool2, pool2, yes_i_really_really_mean_it: true });
    assertEquals((await writing).errno, -2);
    assertStringIncludes((await ended.promise).message, "the pool is gone");
    assertEquals((await pool.read("a").catch((e) => e)).errno, -2);
    await mon(cluster, "osd unpause");
  },

  "commands follow their OSD, and say when it is down": async ({ cluster, native }) => {
    const version = (id: string) =>
      native.commands.send("osd", id, `{"prefix":"version"}`, { timeoutMs: 30_000 });
    await cluster.stopOsd(2);
    await cluster.waitFor(async () => !await isUp(cluster, 2), "osd.2 down");
    await native.rados.client.newestMap();
    assertEquals({ ...await version("2"), data: "" }, { r: -6, rs: "osd down", data: "" });
    cluster.startOsd(2);
    await cluster.waitFor(() => isUp(cluster, 2), "osd.2 up");
    await native.rados.client.newestMap();
    assertEquals((await version("2")).r, 0);
  },

  "an erasure coded pool whose first OSD is down": async (bench) => {
    const { cluster, native } = bench;
    const profile = ["k=2", "m=1", "crush-failure-domain=osd"];
    await mon(cluster, "osd erasure-code-profile set", { name: "ec21", profile });
    const ec = { pool: "ec", pg_num: 1, pool_type: "erasure", erasure_code_profile: "ec21" };
    await mon(cluster, "osd pool create", ec);
    const pool = await native.open("ec");
    await pool.writeFull("a", bytes("whole"));
    const first = (await actingOf(cluster, "ec", "a")).acting[0]!;
    await cluster.stopOsd(first);
    await cluster.waitFor(async () => !await isUp(cluster, first), "its first OSD down");
    assertEquals(text(await pool.read("a")), "whole");
    await pool.writeFull("a", bytes("written by two"));
    assertEquals(text(await pool.read("a")), "written by two");
    cluster.startOsd(first);
    await cluster.waitFor(() => isUp(cluster, first), "its first OSD");
    assertEquals(text(await pool.read("a")), "written by two");
  },

  "a fenced client stops for good": async ({ cluster }) => {
    let refusal: string | undefined;
    const told = Promise.withResolvers<string>();
    await using other = await NativeRados.start(cluster, "u", {
      refusal: () => refusal,
      blocklisted: told.resolve,
    });
    const pool = await other.open("paused");
    await pool.writeFull("fence", bytes("1"));
    refusal = "another manager may be active";
    await assertRejects(() => pool.append("fence", bytes("2")), Error, "another manager may be active");
    assertEquals(text(await pool.read("fence")), "1");
    refusal = undefined;
    const ended = Promise.withResolvers<Error>();
    await pool.watch("fence", { notified: () => {}, ended: ended.resolve });
    await mon(cluster, "osd blocklist", { blocklistop: "add", addr: other.address });
    assertStringIncludes(await told.promise, "another one is active");
    assertEquals((await pool.read("fence").catch((e) => e)).errno, -108);
    assertEquals(((await ended.promise) as RadosError).errno, -108);
    await assertRejects(() => other.open("paused"), RadosError, "blocklisted");
  },

  // The last one: a memstore that is killed has lost everything.
  "an OSD is killed in the middle of appends": async (bench) => {
    const { cluster, peer } = bench;
    const pool = await makePool(bench, "killed");
    const log = appendForever(pool, "log");
    await cluster.waitFor(() => log.count > 20, "first appends");
    const { acting_primary: primary } = await actingOf(cluster, "killed", "log");
    await cluster.kill(`osd.${primary}`);
    const before = log.count;
    await cluster.waitFor(() => log.count > before + 20, "appends by the other OSD");
    const all = await log.stop();
    assertEquals(await peer.run(`result = io("killed").read("log", 1000000).decode()`), all);
  },
};

Deno.test({ name: "RADOS: our client follows a changing cluster", ignore }, async (t) => {
  const conf = [
    "osd pool default size = 2",
    "osd pool default min size = 1",
    "mon allow pool delete = true",
    "osd heartbeat interval = 1",
    "mon osd min down reporters = 1",
    // Only an orderly end writes what a memstore holds to disk.
    "osd fast shutdown = false",
  ];
  await RealCluster.run({ osds: 3, conf }, async (cluster) => {
    await using peer = await RadosPeer.start(cluster.conf);
    await using native = await NativeRados.start(cluster, "t", { opTimeoutMs: 20_000 });
    const results: boolean[] = [];
    for (const [name, run] of Object.entries(STEPS)) {
      results.push(await t.step(name, () => run({ cluster, native, peer })));
    }
    assert(results.every((ok) => ok), "a step failed");
  });
});
