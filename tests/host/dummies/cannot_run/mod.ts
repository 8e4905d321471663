/** Misses something on this machine. */

import { commands, MgrModule } from "@ganglion/sdk";

/** canRun() says no. */
export default class CannotRun extends MgrModule {
  static override readonly COMMANDS = commands({ "cannot run": { desc: "Never answers", perm: "r" } });

  static override canRun(): [boolean, string] {
    return [false, "there is no moon"];
  }
}
