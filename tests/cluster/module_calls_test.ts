/** What a module reaches in a real cluster: objects that python3-rados sees too, commands to daemons, and the end of its right to act. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { grantAll } from "./grants.ts";
import { RadosPeer } from "./rados_peer.ts";
import { makePools } from "./rados_scenarios.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const MODULES = fileURLToPath(import.meta.resolve("../conformance"));
const CONF = [
  "mgr initial modules = box",
  "osd pool default size = 2",
  "paxos propose interval = 0.1",
  "mgr tick period = 1",
];
const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `${i},`).join("");

interface MgrDump {
  readonly active_name: string;
  readonly available: boolean;
  readonly standbys: readonly { readonly name: string }[];
  readonly active_clients: readonly { readonly addrvec: readonly { addr: string; nonce: number }[] }[];
}

type Reply = {
  readonly retval: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: number;
};
type Churned = { readonly count: number; readonly error: string };

/** A cluster whose active manager has the box. */
class Bench {
  constructor(readonly cluster: RealCluster, readonly peer: RadosPeer) {}

  async box<T = Record<string, unknown>>(
    prefix: string,
    args: Record<string, unknown>,
    input = "",
  ): Promise<T> {
    const { code, out, err } = await this.cluster.command("mgr", { prefix, ...args }, input);
    assertEquals(code, 0, err);
    return JSON.parse(out);
  }

  /** What a method of a pool answers. */
  async rados<T = unknown>(pool: string, method: string, ...args: unknown[]): Promise<T> {
    const words = { pool, method, args: JSON.stringify(args) };
    const outcome = await this.box("box rados", words);
    assert(!("name" in outcome), `${method}: ${JSON.stringify(outcome)}`);
    return outcome.value as T;
  }

  async send(target: string, id: string, command: object): Promise<Reply> {
    return await this.box<Reply>("box send", { target, id, command: JSON.stringify(command) });
  }

  async dump(): Promise<MgrDump> {
    return await this.cluster.commandJson<MgrDump>("mon", { prefix: "mgr dump" });
  }

  async active(name: string): Promise<void> {
    await this.cluster.waitFor(async () => {
      const { active_name, available } = await this.dump();
      return available && active_name === name &&
        (await this.cluster.command("mgr", { prefix: "box heard" })).code === 0;
    }, `the box on mgr.${name}`);
  }
}

const STEPS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  async "the monitors know the client's address before its first operation"(b) {
    assertEquals((await b.dump()).active_clients, []);
    await b.rados("p", "writeFull", "first", "x");
    const [client, ...others] = (await b.dump()).active_clients;
    assertEquals([client!.addrvec[0]!.addr, others], ["127.0.0.1:0", []]);
  },

  async "python3-rados reads what a module writes, and the other way round"(b) {
    for (const pool of ["p", "ec"]) {
      await b.rados(pool, "writeFull", "ours", "from the module");
      await b.rados(pool, "setXattr", "ours", "k", "v");
      const seen = await b.peer.run(`
c = io("${pool}")
result = [c.read("ours").decode(), c.get_xattr("ours", "k").decode(), sorted(o.key for o in c.list_objects() if o.key == "ours")]
c.write_full("theirs", b"from python")
c.set_xattr("theirs", "x", b"y")
`);
      assertEquals(seen, ["from the module", "v", ["ours"]]);
      assertEquals(await b.rados(pool, "read", "theirs"), "from python");
      assertEquals(await b.rados(pool, "getXattrs", "theirs"), [["x", "y"]]);
    }
    await b.rados("p", "omapSet", "ours", { a: "1", b: "2" });
    const seen = await b.peer.run(`
c = io("p")
with rados.ReadOpCtx() as op:
    values, _ = c.get_omap_vals(op, "", "", 10)
    c.operate_read_op(op, "ours")
    result = [[k, v.decode()] for k, v in values]
with rados.WriteOpCtx() as op:
    c.set_omap(op, ("k1", "k2"), (b"v1", b"v2"))
    c.operate_write_op(op, "theirs")
`);
    assertEquals(seen, [["a", "1"], ["b", "2"]]);
    assertEquals(await b.rados("p", "omapEntries", "theirs", ""), [["k1", "v1"], ["k2", "v2"]]);
    assertEquals(await b.rados("p", "fill", "big", 20_000_000), 20_000_000);
    assertEquals(await b.peer.run(`result = io("p").stat("big")[0]`), 20_000_000);
  },

  async "a notification of python3-rados reaches a module, and its own reach python3-rados"(b) {
    await b.rados("p", "writeFull", "bell", "");
    await b.rados("p", "watch", "bell");
    assertEquals(await b.peer.run(`result = io("p").notify("bell", "ding", 5000)`), true);
    assertEquals(await b.rados("p", "heard"), ["bell: ding"]);
    await b.rados("p", "unwatch", "bell");
    await b.peer.run(`
state["heard"] = []
def heard(notify_id, notifier_id, watch_id, data):
    state["heard"].append(data.decode())
state["watch"] = io("p").watch("bell", heard)
`);
    await b.rados("p", "notify", "bell", "dong");
    assertEquals(await b.peer.run(`result = state["heard"]; state["watch"].close()`), ["dong"]);
  },

  async "commands reach monitors, OSDs and placement groups, and answer with their errno"(b) {
    assertStringIncludes((await b.send("osd", "0", { prefix: "version" })).stdout, "16.2.15");
    const unknown = await b.send("osd", "1", { prefix: "no such" });
    assert(unknown.retval === -22 && unknown.stderr !== "", JSON.stringify(unknown));
    assertEquals(
      JSON.parse((await b.send("pg", "1.0", { prefix: "query", pgid: "1.0" })).stdout).snap_trimq,
      "[]",
    );
    // Its caps allow a manager what is for the quorum, and no more.
    const refusedByOne = await b.send("mon", "a", { prefix: "version" });
    assertEquals([refusedByOne.retval, refusedByOne.stderr], [-13, "insufficient caps"]);
    assertEquals((await b.send("mon", "z", { prefix: "version" })).stderr, "mon dne");
    assertStringIncludes((await b.send("mgr", "x", { prefix: "version" })).stdout, "16.2.15");
    assertEquals((await b.send("mds", "a", { prefix: "version" })).retval, -2);
    const busy = await b.send("mon", "", { prefix: "osd rm", ids: ["0"] });
    assertEquals([busy.retval, busy.stderr.includes("still up")], [-16, true]);
    const refused = await b.box("box check", { command: '{"prefix":"osd rm","ids":["0"]}' });
    assertEquals([refused.name, refused.retval], ["CommandError", -16]);
    const made = await b.send("mon", "", { prefix: "osd pool create", pool: "young", pg_num: 1 });
    assertEquals(made.retval, 0);
    await b.rados("young", "writeFull", "a", "at once");
    assert((await b.send("mon", "", { prefix: "osd getcrushmap" })).bytes > 100);
  },

  async "what a module watched it watches no longer when it has ended"(b) {
    const watchers = async (): Promise<string> => {
      const { stdout } = await new Deno.Command("rados", {
        args: ["-c", b.cluster.conf, "-p", "p", "listwatchers", "bell"],
      }).output();
      return new TextDecoder().decode(stdout);
    };
    const turn = (how: string) => b.cluster.command("mon", { prefix: `mgr module ${how}`, module: "box" });
    await b.rados("p", "watch", "bell");
    assertStringIncludes(await watchers(), "watcher=127.0.0.1:0/");
    await turn("disable");
    await b.cluster.waitFor(async () => await watchers() === "", "no watcher");
    await turn("enable");
    await b.active("x");
  },

  async "a command waits for monitors that are away, as long as its module does"(b) {
    const ask = (ms: number) =>
      b.box("box send", { target: "mon", id: "", command: '{"prefix":"osd ls"}', ms });
    await b.cluster.stopMon("a");
    const late = await ask(300);
    assertEquals([late.name, String(late.message).includes("in 0.3 s")], ["TimedOutError", true]);
    assertEquals((await b.send("osd", "0", { prefix: "version" })).retval, 0);
    assertEquals(await b.rados("p", "read", "ours"), "from the module");
    const patient = ask(60_000);
    b.cluster.startMon("a");
    assertEquals((await patient).stdout, "0\n1\n2\n");
  },

  async "caps of a client allow what they name, and nothing else"(b) {
    const caps = ["mon", "allow r", "mgr", "allow module box with pool=rbd rw"];
    const made = await b.cluster.ceph("auth", "get-or-create", "client.boxer", ...caps);
    const keyring = `${b.cluster.directory}/boxer.keyring`;
    await Deno.writeTextFile(keyring, made.stdout);
    const ask = (prefix: string, what: string) =>
      b.cluster.ceph("-n", "client.boxer", "-k", keyring, "box", prefix, what);
    assertEquals((await ask("may", '{"pool":"rbd"}')).stdout.trim(), "[true,false]");
    assertEquals((await ask("may", '{"pool":"other"}')).stdout.trim(), "[false,false]");
    assertEquals((await ask("must", '{"pool":"rbd"}')).code, 0);
    const refused = await ask("must", '{"pool":"other"}');
    assertEquals(refused.code, 13);
    assertStringIncludes(refused.stderr, "access denied");
  },

  async "the wear of a device is kept by the monitors"(b) {
    const devices = await b.cluster.commandJson<{ devid: string }[]>("mgr", {
      prefix: "device ls",
      format: "json",
    })
      .catch(() => []);
    const unknown = await b.box("box wear", { device: "none", level: 0.5 });
    assertStringIncludes(String(unknown.message), "there is no such device");
    for (const { devid } of devices.slice(0, 1)) {
      assertEquals(await b.box("box wear", { device: devid, level: 0.25 }), { value: null });
      const key = await b.cluster.command("mon", { prefix: "config-key get", key: `device/${devid}` });
      assertEquals(JSON.parse(key.out).wear_level, "0.25");
    }
  },

  async "writes go on while OSDs come and go, each is done once"(b) {
    await b.rados("p", "churn", "log", 3000);
    await b.cluster.command("mon", { prefix: "osd out", ids: ["0"] });
    await b.cluster.stopOsd(1);
    await b.cluster.waitFor(
      async () => (await b.send("osd", "1", { prefix: "version" })).retval === -6,
      "osd.1 down",
    );
    assertEquals((await b.send("osd", "1", { prefix: "version" })).stderr, "osd down");
    b.cluster.startOsd(1);
    await b.cluster.command("mon", { prefix: "osd in", ids: ["0"] });
    await b.cluster.command("mon", { prefix: "osd pool set", pool: "p", var: "pg_num", val: "16" });
    const churned = (): Promise<Churned> => b.rados<Churned>("p", "churned");
    await b.cluster.waitFor(async () => {
      const { count, error } = await churned();
      assertEquals(error, "");
      return count === 3000;
    }, "all appends");
    assertEquals(await b.rados("p", "read", "log"), numbers(3000));
  },

  async "who lost the role changes nothing any more, though it does not know yet"(b) {
    await b.cluster.startGanglion("y", [`--mgr-module-path=${MODULES}`]);
    await b.cluster.waitFor(async () => (await b.dump()).standbys.length === 1, "mgr.y stands by");
    const [client] = (await b.dump()).active_clients;
    await b.rados("p", "churn", "race", 1_000_000);
    const x = b.cluster.daemon("mgr.x");
    x.signal("SIGSTOP");
    try {
      await b.cluster.command("mon", { prefix: "mgr fail", who: "x" });
      await b.active("y");
      const blocked = await b.cluster.command("mon", { prefix: "osd blocklist ls" });
      assertStringIncludes(blocked.out + blocked.err, `127.0.0.1:0/${client!.addrvec[0]!.nonce}`);
      await b.rados("p", "append", "race", "y");
    } finally {
      x.signal("SIGCONT");
    }
    const before = await b.rados<string>("p", "read", "race");
    await b.cluster.waitFor(
      async () => (await b.dump()).standbys.some(({ name }) => name === "x"),
      "mgr.x stands by",
    );
    assertEquals(await b.rados("p", "read", "race"), before);
    assert(before.endsWith("y"));
  },

  async "a new tenure has a new address, and may write again"(b) {
    const nonce = async (): Promise<number> => (await b.dump()).active_clients[0]!.addrvec[0]!.nonce;
    const first = await nonce();
    await b.cluster.command("mon", { prefix: "mgr fail", who: "y" });
    await b.active("x");
    await b.rados("p", "writeFull", "again", "x");
    assertEquals(await b.rados("p", "read", "again"), "x");
    assert(await nonce() !== first);
  },
};

Deno.test({ name: "Modules reach a real cluster", ignore }, async (t) => {
  await RealCluster.run({ osds: 3, conf: CONF }, async (cluster) => {
    await grantAll(cluster, `${MODULES}/box`);
    await makePools(cluster);
    await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
    await using peer = await RadosPeer.start(cluster.conf);
    const bench = new Bench(cluster, peer);
    await bench.active("x");
    for (const [name, run] of Object.entries(STEPS)) {
      // Each goes on where the one before has ended.
      assert(await t.step(name, () => run(bench)), `"${name}" failed`);
    }
  });
});
