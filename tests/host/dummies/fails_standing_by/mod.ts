/** Its standby class is broken, the other one is not. */

import { commands, type HandleCommandResult, MgrModule, MgrStandbyModule } from "@ganglion/sdk";

/** Active. */
export default class FailsStandingBy extends MgrModule {
  static override readonly COMMANDS = commands({ "after failing": { desc: "Answers", perm: "r" } });

  override handleCommand(): HandleCommandResult {
    return [0, "well", ""];
  }
}

/** Standing by, for a moment. */
export class Standby extends MgrStandbyModule {
  override serve(): void {
    throw new Error("it cannot stand by");
  }
}
