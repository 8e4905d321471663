/** The conformance cases with the manager in memory. */

import { type CommandAnswer, TestManager } from "@ganglion/sdk/testing";
import Box from "./box/mod.ts";
import { CASES } from "./cases.ts";
import { RADOS_CASES } from "./rados_cases.ts";
import type { Result, World } from "./world.ts";

class MemoryWorld implements World {
  constructor(readonly manager: TestManager<typeof Box>) {}

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

for (const [name, run] of Object.entries({ ...CASES, ...RADOS_CASES })) {
  Deno.test(`in memory: ${name}`, async () => {
    await using manager = await TestManager.start(Box, { name: "box", otherOptions: HELLO });
    manager.addPool("p");
    manager.addPool("ec", { erasure: true });
    for (const [prefix, answer] of Object.entries(CLUSTER)) manager.answerCommand(prefix, answer);
    await run(new MemoryWorld(manager));
  });
}
