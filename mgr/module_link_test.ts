/** What modules write through the link: as monitor commands, only while the tenure allows it. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../tests/fakes/fake_clock.ts";
import { Config } from "./config/config.ts";
import { ModuleLink } from "./module_link.ts";
import { ClusterLog } from "./mon/cluster_log.ts";
import { NotActiveError, Tenure } from "./mon/tenure.ts";
import { StatFeed } from "./stat_feed.ts";
import { ClusterState } from "./state/cluster_state.ts";
import { DaemonIndex } from "./state/daemon_state.ts";
import { moduleOptions } from "./host/module_options.ts";
import { BLANK_MGR_MAP } from "./types/mgr_map.ts";
import { PgMap } from "./state/pg_map.ts";

/** A link of mgr.x whose monitors answer as told. */
class Fixture implements Disposable {
  readonly state = new ClusterState();
  readonly clock = new FakeClock();
  readonly commands: { cmd: Record<string, unknown>; input: Uint8Array }[] = [];
  readonly subscribed: string[] = [];
  answer = { r: 0, rs: "", data: new Uint8Array(0) };
  readonly tenure = new Tenure(this.clock, { begin() {}, end() {}, confirmed() {} });
  readonly #log = new ClusterLog(this.clock, () => ({
    name: { type: 16, id: "x" },
    gid: 1n,
    addrs: [],
    fsid: "",
  }), () => true);
  readonly link = new ModuleLink({
    announced: () => Promise.resolve(),
    config: new Config({ type: "mgr", id: "x", cluster: "ceph", host: "h", pid: 1, home: "/" }),
    state: this.state,
    active: () => ({
      index: new DaemonIndex(),
      statistics: { pgMap: new PgMap(), layout: undefined, ready: false },
      statFeed: new StatFeed(new PgMap(), () => 0),
    }),
    serverAddrs: () => [],
    osdMaps: { map: undefined, incrementsSince: () => undefined },
    tenure: this.tenure,
    mon: {
      command: (cmd, _options, input = new Uint8Array(0)) => {
        this.commands.push({ cmd, input });
        return Promise.resolve(this.answer);
      },
      connected: true,
      subscribe: (name) => void this.subscribed.push(name),
    },
    clusterLog: this.#log,
    clients: () => undefined,
    queries: () => {
      throw new Error("no module asks for counters here");
    },
    logFile: () => undefined,
    changed: () => {},
  });

  active(): this {
    this.tenure.sessionUp(7n);
    this.tenure.osdMap(1);
    this.tenure.mgrMap({ epoch: 1, activeGid: 7n, lastFailureOsdEpoch: 0 });
    return this;
  }

  [Symbol.dispose](): void {
    this.#log.stop();
  }
}

Deno.test("ModuleLink.setOption() asks the monitors, and the value is there when it resolves", async () => {
  using f = new Fixture().active();
  await f.link.setOption("mgr/hello/place", "Mars");
  assertEquals(f.commands[0]!.cmd, {
    prefix: "config set",
    who: "mgr",
    name: "mgr/hello/place",
    value: "Mars",
  });
  assertEquals(f.link.config().get("mgr/hello/place"), "Mars");
  await f.link.setOption("mgr/hello/place", null);
  assertEquals(f.commands[1]!.cmd, { prefix: "config rm", who: "mgr", name: "mgr/hello/place" });
  assertEquals(f.link.config().has("mgr/hello/place"), false);
});

Deno.test("ModuleLink.setOption() rejects with the monitors' text and keeps the old value", async () => {
  using f = new Fixture().active();
  f.state.config = new Map([["mgr/hello/n", "1"]]);
  f.answer = { ...f.answer, r: -22, rs: "error parsing value: Value '99' exceeds maximum 9" };
  await assertRejects(() => f.link.setOption("mgr/hello/n", "99"), Error, "exceeds maximum 9");
  assertEquals(f.link.config().get("mgr/hello/n"), "1");
});

Deno.test("ModuleLink.setStore() sends the value as data, so that any bytes pass", async () => {
  using f = new Fixture().active();
  await f.link.setStore("mgr/hello/k", new Uint8Array([0, 255]));
  await f.link.setStore("mgr/hello/k", null);
  assertEquals(f.commands.map(({ cmd, input }) => [cmd, [...input]]), [
    [{ prefix: "config-key set", key: "mgr/hello/k" }, [0, 255]],
    [{ prefix: "config-key rm", key: "mgr/hello/k" }, []],
  ]);
});

Deno.test("ModuleLink writes nothing while this manager may not act", async () => {
  using f = new Fixture();
  await assertRejects(
    () => f.link.setOption("mgr/hello/place", "Mars"),
    NotActiveError,
    "not the active one",
  );
  await assertRejects(() => f.link.setStore("mgr/hello/k", null), NotActiveError);
  f.active().tenure.sessionDown();
  await f.clock.advance(31_000);
  await assertRejects(() => f.link.setStore("mgr/hello/k", null), NotActiveError, "30 s");
  assertEquals(f.commands, []);
});

Deno.test("ModuleLink.refreshMgrMap() asks once and resolves when the map was taken", async () => {
  using f = new Fixture().active();
  const both = Promise.all([f.link.refreshMgrMap(), f.link.refreshMgrMap()]);
  assertEquals(f.subscribed, ["mgrmap"]);
  f.link.mgrMapTaken();
  await both;
});

Deno.test("ModuleLink.get() answers the same bytes until the value changes, and nothing for a foreign name", async () => {
  using f = new Fixture();
  assertEquals([f.link.get("health"), f.link.get("toString"), f.link.get("nosuch")], [
    undefined,
    undefined,
    undefined,
  ]);
  f.state.healthJson = '{"status":"HEALTH_OK"}';
  const first = f.link.get("health")!;
  assertEquals(new TextDecoder().decode(await first.json()), '{"json":"{\\"status\\":\\"HEALTH_OK\\"}"}');
  assertEquals(f.link.get("health"), first);
  f.state.healthJson = "{}";
  assertEquals(f.link.get("health")!.version === first.version, false);
});

Deno.test("ModuleLink.read() of another module's option answers what is set, in the type that it declares", () => {
  using f = new Fixture();
  const moduleOptionsOfBox = moduleOptions({ size: { type: "int", default: 3 }, place: {} });
  f.state.mgrMap = {
    ...BLANK_MGR_MAP,
    availableModules: [{ name: "box", canRun: true, errorString: "", moduleOptions: moduleOptionsOfBox }],
  };
  f.state.config = new Map([["mgr/box/size", "5"], ["mgr/box/place", ""], ["mgr/box/nosuch", "1"]]);
  const read = (name: string, module = "box") => f.link.read("getModuleOptionEx", [module, name]);
  assertEquals([read("size"), read("place"), read("nosuch"), read("size", "hello")], [
    5,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("ModuleLink.moment() is another one when the value is, for each kind of data", () => {
  using f = new Fixture();
  const moments = () => ["health", "osdMap", "nosuch"].map((source) => f.link.moment(source));
  const first = moments();
  assertEquals([first, moments()], [[undefined, undefined, undefined], first]);
  f.state.healthJson = "{}";
  assertEquals(moments()[0] === undefined, false);
  assertEquals(moments(), moments());
});
