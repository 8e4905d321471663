/** What must not compile: each line below an expectation is an error of the compiler, or the check of this file fails. */

import {
  type CommandOf,
  commands,
  type ExportsOf,
  type HandleCommandResult,
  MgrModule,
  MgrStandbyModule,
  type NotifyType,
  options,
  step,
} from "@ganglion/sdk";
import { TestCluster, TestManager } from "@ganglion/sdk/testing";

const OPTIONS = options({
  place: { default: "world" },
  how: { default: "fast", enumAllowed: ["fast", "slow"] },
  count: { type: "int", default: 3 },
  note: {},
});

const COMMANDS = commands({
  "wrong see": {
    desc: "Shows",
    perm: "r",
    args: { whom: { type: "CephString" }, often: { type: "CephInt", req: false } },
  },
  "wrong set": {
    desc: "Sets",
    perm: "rw",
    args: { how: { type: "CephChoices", strings: ["fast", "slow"] } },
  },
});

class Wrong extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  // @ts-expect-error: there is no such notification
  static override readonly NOTIFY_TYPES: readonly NotifyType[] = ["osdmap"];

  static override readonly EXPORTS = ["double"] as const;

  double(n: number): number {
    return 2 * n;
  }

  async calls(): Promise<void> {
    const wrong = this.remote<ExportsOf<typeof Wrong>>("wrong");
    // @ts-expect-error: it is not exported
    await wrong.data();
    // @ts-expect-error: it takes a number
    await wrong.double("2");
    // @ts-expect-error: it answers later
    wrong.double(2) satisfies number;
    // @ts-expect-error: a command has a prefix
    await this.monCommand({ format: "json" });
    // @ts-expect-error: there is no such kind of daemon
    await this.tell("rgw.a", { prefix: "version" });
    // @ts-expect-error: there is no answer in it
    (await this.monCommand({ prefix: "fsid" })).out;
  }

  async objects(): Promise<void> {
    const pool = await this.rados.openPool("p");
    const { results } = await pool.operate("a", [step.stat(), step.getXattr("k")]);
    // @ts-expect-error: the first one is no bytes
    results[0] satisfies Uint8Array;
    // @ts-expect-error: there were two steps
    results[2];
    // @ts-expect-error: bytes or a text
    await pool.writeFull("a", 5);
    // @ts-expect-error: there is no such comparison
    step.compareXattr("k", "like", "v");
  }

  async data(): Promise<void> {
    // @ts-expect-error: there are no such data
    await this.get("osdmap");
    // @ts-expect-error: it has no such field
    await this.get("osd_map", { fields: ["osd"] });
    const { pools } = await this.get("osd_map", { fields: ["pools"] });
    // @ts-expect-error: it was not asked for
    pools.osds;
    // @ts-expect-error: the id of a pool is a number
    pools[0]!.pool satisfies string;
    // @ts-expect-error: nobody may change what get() answers
    pools.push(pools[0]!);
    // @ts-expect-error: gids are bigints: a number would lose digits
    (await this.get("mgr_map")).active_gid satisfies number;
  }

  async options(): Promise<void> {
    // @ts-expect-error: it is not declared
    this.getModuleOption("colour");
    // @ts-expect-error: it is a number
    this.getModuleOption("count") satisfies string;
    // @ts-expect-error: without a default it may be undefined
    this.getModuleOption("note") satisfies string;
    // @ts-expect-error: it is a number
    await this.setModuleOption("count", "3");
    // @ts-expect-error: it is not one of the values allowed
    await this.setModuleOption("how", "never");
    await this.setModuleOption("how", null);
  }

  async reports(): Promise<void> {
    // @ts-expect-error: checks are warnings or errors
    await this.setHealthChecks({ BAD: { severity: "bad", summary: "x" } });
    // @ts-expect-error: it has a summary
    await this.setHealthChecks({ BAD: { severity: "error" } });
    // @ts-expect-error: there is no such importance
    await this.clusterLog("cluster", "loud", "x");
    // @ts-expect-error: such daemons take no commands
    await this.sendCommand("rgw", "a", { prefix: "status" });
    // @ts-expect-error: a command has a prefix
    await this.monCommand({ pool: "rbd" });
    // @ts-expect-error: there is nothing like it to group by
    await this.addOsdPerfQuery({ keyDescriptor: [{ type: "colour", regex: "(.*)" }], counters: ["ops"] });
    // @ts-expect-error: OSDs do not count it
    await this.addOsdPerfQuery({ keyDescriptor: [{ type: "osd_id", regex: "(.*)" }], counters: ["tears"] });
  }

  override handleCommand(_inbuf: string, cmd: CommandOf<typeof COMMANDS>): HandleCommandResult {
    // @ts-expect-error: only one of the commands has it
    cmd.whom;
    if (cmd.prefix === "wrong see") {
      cmd.whom satisfies string;
      // @ts-expect-error: it may be left out
      cmd.often satisfies number;
    } else {
      // @ts-expect-error: it is not one of the choices
      cmd.how satisfies "never";
    }
    // @ts-expect-error: there is no such command
    if (cmd.prefix === "wrong hear") return [0, "", ""];
    return [0, "", ""];
  }

  answer(): HandleCommandResult {
    // @ts-expect-error: an answer is a number and two texts
    return [0, "out"];
  }
}

class Waits extends MgrStandbyModule<typeof OPTIONS> {
  override async serve(): Promise<void> {
    // @ts-expect-error: who stands by writes nothing
    await this.setStore("key", "value");
    // @ts-expect-error: who stands by raises no health checks
    await this.setHealthChecks({});
  }
}

async function tests(): Promise<void> {
  const manager = await TestManager.start(Wrong);
  // @ts-expect-error: there is no such command
  await manager.command({ prefix: "wrong hear" });
  // @ts-expect-error: an argument is missing
  await manager.command({ prefix: "wrong see" });
  // @ts-expect-error: it is not one of the choices
  await manager.command({ prefix: "wrong set", how: "never" });
  // @ts-expect-error: there are no such data
  manager.setData("osdmap", {});
  // @ts-expect-error: there is no such notification
  await manager.notify("osdmap", "");
  // @ts-expect-error: pools have no such property
  new TestCluster({ pools: { rbd: { pgs: 8 } } });
}

/** Options and commands whose declarations are wrong. */
function declarations(): void {
  // @ts-expect-error: there is no such type
  options({ a: { type: "number" } });
  // @ts-expect-error: there is no such type
  commands({ a: { desc: "", perm: "r", args: { b: { type: "CephNumber" } } } });
  // @ts-expect-error: a command has a description
  commands({ a: { perm: "r" } });
}

Deno.test("wrong uses of the SDK do not compile", () => {
  // The compiler has tested them; none of it is meant to run.
  void [Wrong, Waits, tests, declarations];
});
