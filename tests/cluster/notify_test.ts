/** All that modules are told of a real cluster, and what a slow one is spared. */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { grantAll } from "./grants.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const MODULES = fileURLToPath(import.meta.resolve("./listeners"));
const CONF = ["mgr initial modules = ears", "paxos propose interval = 0.1", "mgr tick period = 1"];

type Heard = readonly (readonly [type: string, id: unknown])[];

class Listening {
  constructor(readonly cluster: RealCluster) {}

  heard(): Promise<Heard> {
    return this.cluster.commandJson<Heard>("mgr", { prefix: "ears heard" });
  }

  async ask(prefix: string, args: Readonly<Record<string, string>> = {}): Promise<void> {
    const { code, err } = await this.cluster.command("mgr", { prefix, ...args });
    if (code !== 0) throw new Error(`${prefix}: ${code} ${err}`);
  }

  async mon(prefix: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { code, err } = await this.cluster.command("mon", { prefix, ...args });
    if (code !== 0) throw new Error(`${prefix}: ${code} ${err}`);
  }

  /** What the module is told by what `act` does, once it fits. */
  async hears(type: string, fits: (id: unknown) => boolean, act: () => Promise<void>): Promise<void> {
    const before = (await this.heard()).length;
    await act();
    const news = async (): Promise<boolean> =>
      (await this.heard()).slice(before).some(([kind, id]) => kind === type && fits(id));
    await this.cluster.waitFor(news, `${type} at the module`);
  }
}

async function listening(options: { osds?: number }, body: (l: Listening) => Promise<void>): Promise<void> {
  await RealCluster.run({ conf: CONF, ...options }, async (cluster) => {
    await grantAll(cluster, `${MODULES}/ears`);
    await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
    const answers = async (): Promise<boolean> =>
      (await cluster.command("mgr", { prefix: "ears heard" })).code === 0;
    await cluster.waitFor(answers, "the module");
    await body(new Listening(cluster));
  });
}

const any = (): boolean => true;
const number = (id: unknown): boolean => typeof id === "number" && id > 0;

Deno.test({ name: "A module is told of each kind of news by what makes it", ignore }, async () => {
  await listening({ osds: 1 }, async (l) => {
    await l.hears("osd_map", number, () => l.mon("osd set", { key: "noout" }));
    await l.hears("mon_map", number, () => l.mon("mon set-weight", { name: "a", weight: 7 }));
    await l.hears(
      "fs_map",
      number,
      () => l.mon("fs flag set", { flag_name: "enable_multiple", val: "true" }),
    );
    await l.hears("service_map", number, async () => {
      await using daemon = await l.cluster.connect();
      await daemon.register("laundry", "one", {}, {});
      await l.cluster.waitFor(async () => (await l.heard()).some(([type]) => type === "service_map"), "it");
    });
    const hello = (id: unknown): boolean => (id as { message: string }).message === "hello";
    await l.hears("clog", hello, () => l.mon("log", { logtext: ["hello"], level: "info" }));
    await l.hears("command", (tag) => tag === "mine", () => l.ask("ears send", { tag: "mine" }));
    for (const type of ["health", "pg_summary", "mon_status"]) await l.hears(type, any, async () => {});
    const declared = (id: unknown): boolean => id === "osd.0";
    await l.hears("perf_schema_update", declared, async () => {
      await l.cluster.stopOsd(0);
      l.cluster.startOsd(0);
    });
  });
});

Deno.test({
  name: "A module that dozes is told the last map alone, and what it is spared is counted",
  ignore,
}, async () => {
  await listening({}, async (l) => {
    const leftOut = async (): Promise<number> => {
      const words = { prefix: "module status", module: "ears" };
      return (await l.cluster.commandJson<{ notifications_left_out: number }>("mgr", words))
        .notifications_left_out;
    };
    assertEquals(await leftOut(), 0);
    await l.ask("ears doze");
    const before = (await l.heard()).filter(([type]) => type === "osd_map").length;
    for (const key of ["noout", "noin", "nodown", "noup"]) await l.mon("osd set", { key });
    await l.cluster.waitFor(async () => await leftOut() === 2, "two maps that are left out");
    await l.ask("ears wake");
    const epochs = async (): Promise<unknown[]> =>
      (await l.heard()).filter(([type]) => type === "osd_map").slice(before).map(([, epoch]) => epoch);
    const [first, last] = await l.cluster.waitFor(async () => {
      const all = await epochs();
      return all.length === 2 ? all as number[] : undefined;
    }, "the last map");
    assertEquals(last! - first!, 3);
  });
});
