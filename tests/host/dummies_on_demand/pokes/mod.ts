/** Calls a module that may not be running. */

import { commands, type HandleCommandResult, MgrModule } from "@ganglion/sdk";

/** Pokes it. */
export default class Pokes extends MgrModule {
  static override readonly COMMANDS = commands({ "poke": { desc: "Wakes dozes", perm: "r" } });

  override async handleCommand(): Promise<HandleCommandResult> {
    return [0, String(await this.remote("dozes", "nap")), ""];
  }
}
