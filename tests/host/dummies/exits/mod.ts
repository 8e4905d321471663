/** Ends its process again and again. */

import { commands, MgrModule } from "@ganglion/sdk";

/** Exits in serve(). */
export default class Exits extends MgrModule {
  static override readonly COMMANDS = commands({ exits: { desc: "Never answers", perm: "r" } });

  override serve(): void {
    Deno.exit(3);
  }
}
