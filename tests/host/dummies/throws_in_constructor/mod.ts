/** Cannot be constructed. */

import { commands, MgrModule } from "@ganglion/sdk";

/** Throws in its constructor. */
export default class ThrowsInConstructor extends MgrModule {
  static override readonly COMMANDS = commands({
    "throws in constructor": { desc: "Never answers", perm: "r" },
  });

  constructor() {
    super();
    throw new Error("the constructor threw");
  }
}
