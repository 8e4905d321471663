/** Declares a command that would break the signatures of all. */

import { MgrModule } from "@ganglion/sdk";

/** A blank in the name of an argument. */
export default class BadDeclarations extends MgrModule {
  static override readonly COMMANDS = {
    "bad": { desc: "", perm: "r", args: { "two words": { type: "CephString" } } },
  } as const;
}
