/** Runs when somebody asks; what it said of health stays. */

import { commands, type HandleCommandResult, MgrModule } from "@ganglion/sdk";

/** Counts in a field, which does not survive, and in a key, which does. */
export default class Dozes extends MgrModule {
  static override readonly COMMANDS = commands({
    "doze": { desc: "Counts", perm: "r" },
    "doze and fail": { desc: "Fails a moment later", perm: "r" },
  });
  static override readonly EXPORTS = ["nap"];
  #count = 0;

  /** Called by others. */
  nap(): number {
    return ++this.#count;
  }

  override async handleCommand(
    _inbuf: string,
    cmd: { readonly prefix: string },
  ): Promise<HandleCommandResult> {
    if (cmd.prefix === "doze and fail") queueMicrotask(() => this.#fall());
    await this.setHealthChecks({ DOZES: { severity: "warning", summary: "it dozes" } });
    await this.setStore("count", String(Number(this.getStore("count") ?? 0) + 1));
    return [0, `${++this.#count} of ${this.getStore("count")}`, ""];
  }

  #fall(): void {
    throw new Error("it fell out of bed");
  }
}
