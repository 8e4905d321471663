/** Fails a moment after its start. */

import { commands, MgrModule } from "@ganglion/sdk";

/** Throws in serve(). */
export default class ThrowsInServe extends MgrModule {
  static override readonly COMMANDS = commands({ "throws in serve": { desc: "Never answers", perm: "r" } });

  override serve(): Promise<void> {
    return Promise.reject(new Error("serve() threw"));
  }
}
