/** Cannot be persuaded to end. */

import { commands, type HandleCommandResult, MgrModule } from "@ganglion/sdk";

/** Neither serve() nor shutdown() ends. */
export default class IgnoresShutdown extends MgrModule {
  static override readonly COMMANDS = commands({ stay: { desc: "Answers", perm: "r" } });

  override async serve(): Promise<void> {
    await new Promise(() => {});
  }

  override handleCommand(): HandleCommandResult {
    return [0, "here", ""];
  }

  override async shutdown(): Promise<void> {
    await new Promise(() => {});
  }
}
