/** The conformance cases with the manager in memory. */

import { type CommandAnswer, TestCluster, TestManager } from "@ganglion/sdk/testing";
import Box, { Standby } from "./box/mod.ts";
import { CASES } from "./cases.ts";
import { CLUSTER_CASES } from "./cluster_cases.ts";
import { RADOS_CASES } from "./rados_cases.ts";
import type { Result, World } from "./world.ts";

type BoxManager = TestManager<typeof Box, typeof Standby>;

class MemoryWorld implements World {
  constructor(readonly manager: BoxManager, readonly cluster: TestCluster) {}

  ask(prefix: string, args: Readonly<Record<string, unknown>> = {}, input = ""): Promise<Result> {
    return this.manager.send(prefix, args, input);
  }
  setOption(name: string, text: string | null): Promise<void> {
    return this.manager.setOption(name, text);
  }
  setStore(key: string, text: string | null): Promise<void> {
    return this.manager.setStore(key, text);
  }
  stored(key: string): Promise<string | undefined> {
    return Promise.resolve(this.manager.store.get(key));
  }
  restart(): Promise<void> {
    return this.manager.restart();
  }
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    if (!await condition()) throw new Error(`in memory everything comes at once, but not that ${what}`);
  }
  health(): Promise<Readonly<Record<string, string>>> {
    const checks = Object.entries(this.manager.healthChecks);
    return Promise.resolve(Object.fromEntries(checks.map(([code, { summary }]) => [code, summary])));
  }
  services(): Promise<Readonly<Record<string, string>>> {
    const { uri } = this.manager;
    return Promise.resolve(uri === "" ? {} : { box: uri });
  }
  clusterLog(): Promise<readonly string[]> {
    return Promise.resolve(this.manager.clusterLog.map(({ message }) => message));
  }
  log(): Promise<readonly string[]> {
    return Promise.resolve(this.manager.log.filter(({ written }) => written).map(({ text }) => text));
  }
  progress(): Promise<Readonly<Record<string, string>>> {
    const events = [...this.manager.progressEvents];
    return Promise.resolve(Object.fromEntries(events.map(([id, { message }]) => [id, message])));
  }
  changeOsdMap(): Promise<void> {
    return this.cluster.reweight({ 0: 0.5 });
  }
  async standby(): Promise<readonly string[]> {
    const before = this.manager.log.length;
    await this.manager.failover();
    await this.manager.until("it stands by", () => this.manager.log.length > before);
    await this.manager.takeOver();
    return (await this.log()).slice(before);
  }
}

/** What the module hello declares. */
const HELLO = { "hello/place": null, "hello/emphatic": true };

/** What the cluster of the cases answers: it has no OSD 77, no pool 77, no other manager. */
const CLUSTER: Readonly<Record<string, CommandAnswer>> = {
  "no such": { retval: -22, stderr: "command not known" },
  version: ({ target }) => ({ retval: -2, stderr: `${target} dne` }),
  query: { retval: -2, stderr: "pool dne" },
  fsid: { stdout: "d9b2d63d-a233-4123-847a-76838bc37a8d" },
};

for (const [name, run] of Object.entries({ ...CASES, ...CLUSTER_CASES, ...RADOS_CASES })) {
  Deno.test(`in memory: ${name}`, async () => {
    const cluster = new TestCluster();
    const setup = { name: "box", otherOptions: HELLO, cluster, standby: Standby };
    await using manager = await TestManager.start(Box, setup);
    manager.addPool("p");
    manager.addPool("ec", { erasure: true });
    for (const [prefix, answer] of Object.entries(CLUSTER)) manager.answerCommand(prefix, answer);
    await run(new MemoryWorld(manager, cluster));
  });
}
