/** Tries to get out of the sandbox. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule } from "@ganglion/sdk";
import { ATTACKS, FATAL, type Targets } from "./attacks.ts";

const COMMANDS = commands({
  attack: {
    desc: "Tries one way out",
    perm: "r",
    args: { name: { type: "CephString" }, targets: { type: "CephString" } },
  },
});

/** One attempt may hang. */
const PATIENCE_MS = 10_000;

/** Says what came of an attempt: `got: ..` or `denied: ..`. */
export default class Attacker extends MgrModule<Record<never, never>, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;

  override async handleCommand(
    _inbuf: string,
    { name, targets }: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    const wanted: Targets = JSON.parse(targets);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise((_, reject) =>
        timer = setTimeout(() => reject(new Error("it hangs")), PATIENCE_MS)
      );
      return [
        0,
        `got: ${Deno.inspect(await Promise.race([{ ...ATTACKS, ...FATAL }[name]!(wanted), late]))}`,
        "",
      ];
    } catch (e) {
      return [0, `denied: ${e instanceof Error ? `${e.name}: ${e.message}` : e}`, ""];
    } finally {
      clearTimeout(timer);
    }
  }
}
