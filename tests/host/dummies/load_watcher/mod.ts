/** Asks OSDs who writes, and shows that it is at work. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule, type Options } from "@ganglion/sdk";

const COMMANDS = commands({
  "load watch": { desc: "Begins to count writes by pool", perm: "r" },
  "load show": { desc: "What was counted since the last time, as JSON", perm: "r" },
  "load map": {
    desc: "Where the placement groups of a pool are",
    perm: "r",
    args: { pool: { type: "CephInt" } },
  },
  "load wrong": { desc: "Asks for what no OSD can count", perm: "r" },
  "load progress": {
    desc: "Sets, or with 1 completes, a progress event",
    perm: "r",
    args: { done: { type: "CephFloat" } },
  },
});

/** One query at a time. */
export default class LoadWatcher extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;
  #query: number | undefined;

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    switch (cmd.prefix) {
      case "load watch":
        this.#query = await this.addOsdPerfQuery({
          keyDescriptor: [{ type: "pool_id", regex: "^(.+)$" }],
          counters: ["write_ops", "write_bytes", "write_latency"],
        });
        return [0, String(this.#query), ""];
      case "load show":
        return [0, JSON.stringify(await this.getOsdPerfCounters(this.#query!)), ""];
      case "load map": {
        const map = await this.getOsdmap();
        const data = await this.get("osd_map");
        const pgs = Object.fromEntries(map.mapPoolPgsUp(cmd.pool));
        return [0, JSON.stringify({ epoch: map.getEpoch(), same: data.epoch === map.getEpoch(), pgs }), ""];
      }
      case "load wrong":
        await this.addOsdPerfQuery({
          keyDescriptor: [{ type: "pool_id", regex: "^.+$" }],
          counters: ["ops"],
        });
        return [0, "", ""];
      case "load progress":
        if (cmd.done >= 1) await this.completeProgressEvent("work");
        else await this.updateProgressEvent("work", "Working", cmd.done, true);
        return [0, "", ""];
    }
  }
}
