/** Times reads of cluster data: the twin of the Python module for ceph-mgr. */

import {
  type CommandOf,
  commands,
  type DataName,
  type HandleCommandResult,
  MgrModule,
  type Options,
} from "@ganglion/sdk";

const COMMANDS = commands({
  "timing get": {
    desc: "Milliseconds of each get() of that name",
    perm: "r",
    args: { name: { type: "CephString" }, times: { type: "CephInt" } },
  },
});

/** Answers one command. */
export default class Timing extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;

  override async handleCommand(
    _inbuf: string,
    { name, times }: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    const ms: number[] = [];
    for (let n = 0; n < times; n++) {
      const start = performance.now();
      await this.get(name as DataName);
      ms.push(performance.now() - start);
    }
    return [0, JSON.stringify({ ms, pid: Deno.pid }), ""];
  }
}
