/** Takes longer to load than the manager waits for it. */

import { commands, type HandleCommandResult, MgrModule, options } from "@ganglion/sdk";

await new Promise((resolve) => setTimeout(resolve, 4000));

/** Like every other one, once it is there. */
export default class Late extends MgrModule {
  static override readonly MODULE_OPTIONS = options({ patience: { type: "int", default: 4 } });
  static override readonly COMMANDS = commands({ "late": { desc: "Answers", perm: "r" } });

  override handleCommand(): HandleCommandResult {
    return [0, "better late than never", ""];
  }
}
