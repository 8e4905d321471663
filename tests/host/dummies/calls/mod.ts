/** Calls other modules as its commands say. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule } from "@ganglion/sdk";
import type { CalledExports } from "../called/mod.ts";

const COMMANDS = commands({
  "call": {
    desc: "Calls a method of a module with arguments in JSON",
    perm: "rw",
    args: {
      module: { type: "CephString" },
      method: { type: "CephString" },
      args: { type: "CephString" },
      ms: { type: "CephInt", req: false },
    },
  },
  "call typed": { desc: "Calls one by its type", perm: "r" },
  "call given up": { desc: "Gives a call up", perm: "r" },
});

/** Answers with what came back, or with class and fields of what was thrown. */
export default class Calls extends MgrModule<Record<never, never>, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;
  static override readonly EXPORTS = ["forth"];

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    try {
      return [0, JSON.stringify(await this.#run(cmd)) ?? "undefined", ""];
    } catch (error) {
      return [-1, "", JSON.stringify({ class: (error as Error).constructor.name, ...error as Error })];
    }
  }

  /** Goes back and forth until there are no rounds left. */
  forth(rounds: number): Promise<unknown> | string {
    return rounds > 0 ? this.remote("called", "back", rounds - 1) : "there";
  }

  #run(cmd: CommandOf<typeof COMMANDS>): Promise<unknown> {
    const called = this.remote<CalledExports>("called", { signal: AbortSignal.timeout(10) });
    if (cmd.prefix === "call given up") return called.never();
    if (cmd.prefix === "call typed") return this.remote<CalledExports>("called").join("a", [1, 2]);
    const { module, method, args, ms } = cmd;
    const methods = this.remote<Record<string, (...args: unknown[]) => unknown>>(module, {
      ...(ms === undefined ? {} : { timeoutMs: ms }),
    });
    return methods[method]!(...JSON.parse(args));
  }
}
