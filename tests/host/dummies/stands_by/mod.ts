/** Has a class for managers that stand by. */

import { commands, type HandleCommandResult, MgrModule, MgrStandbyModule, options } from "@ganglion/sdk";

const OPTIONS = options({ place: { default: "here" } });

/** Active. */
export default class StandsBy extends MgrModule<typeof OPTIONS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = commands({ "stands by": { desc: "Answers", perm: "r" } });

  override handleCommand(): HandleCommandResult {
    return [0, `active in ${this.getModuleOption("place")}`, ""];
  }
}

/** Standing by. */
export class Standby extends MgrStandbyModule<typeof OPTIONS> {
  override serve(): void {
    this.log.info(`standing by in ${this.getModuleOption("place")} as ${this.getMgrId()}`);
  }
}
