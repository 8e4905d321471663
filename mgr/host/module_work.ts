/** What one module is asked to do, by clients and by other modules: so much at once, and no more. */

import { checkAnswer } from "./command_answer.ts";
import type { CommandAnswer, CommandCall } from "./contract.ts";
import { InHand } from "./in_hand.ts";
import type { ModuleProcess } from "./module_process.ts";

/** Commands that one module may have in hand, and calls of other modules. */
export const MAX_IN_HAND = 128;
const MAX_IN_HAND_BYTES = 32 * 1024 * 1024;
const EAGAIN = -11;

/** Asks its process, which may be another one each time. */
export class ModuleWork {
  readonly #module: string;
  readonly #commands = new InHand({ count: MAX_IN_HAND, bytes: Infinity });
  readonly #remoteCalls = new InHand({ count: MAX_IN_HAND, bytes: MAX_IN_HAND_BYTES });

  constructor(module: string) {
    this.#module = module;
  }

  /** Carries out a command. Rejects with ProcessEndedError when the process ends meanwhile. */
  async command(process: ModuleProcess, call: CommandCall): Promise<CommandAnswer> {
    return await this.#commands.run(0, async () => checkAnswer(await process.call("command", call))) ??
      [EAGAIN, "", `Module '${this.#module}' has ${MAX_IN_HAND} commands in hand`];
  }

  /** Calls an export; undefined when it has too much to do. Rejects with what it threw, or ProcessEndedError. */
  remote(process: ModuleProcess, method: string, args: Uint8Array): Promise<unknown> | undefined {
    return this.#remoteCalls.run(args.length, () => process.call("remote", method, args));
  }
}
