/** What one module is asked to do, by clients and by other modules: so much at once, and no more. */

import { checkAnswer } from "./command_answer.ts";
import type { CommandAnswer, CommandCall } from "./contract.ts";
import { InHand } from "./in_hand.ts";
import type { ModuleProcess } from "./module_process.ts";

/** Commands that one module may have in hand, and calls of other modules. */
export const MAX_IN_HAND = 128;
const MAX_IN_HAND_BYTES = 32 * 1024 * 1024;
const EAGAIN = -11;

/** Whether who gave a command may do this, by its caps: `perm` are the letters of the command. */
export type Authorizer = (module: string, perm: string, args: ReadonlyMap<string, string>) => boolean;

/** A command for a module, and whom it comes from. */
export interface ModuleCommand extends Omit<CommandCall, "id"> {
  /** Letters that the module declares for it. */
  readonly perm: string;
  readonly authorizer: Authorizer | undefined;
}

/** Asks its process, which may be another one each time. */
export class ModuleWork {
  readonly #module: string;
  readonly #commands = new InHand({ count: MAX_IN_HAND, bytes: Infinity });
  readonly #remoteCalls = new InHand({ count: MAX_IN_HAND, bytes: MAX_IN_HAND_BYTES });

  /** By command that is being carried out. */
  readonly #callers = new Map<number, (args: ReadonlyMap<string, string>) => boolean>();
  #last = 0;

  constructor(module: string) {
    this.#module = module;
  }

  /** Carries out a command. Rejects with ProcessEndedError when the process ends meanwhile. */
  async command(process: ModuleProcess, command: ModuleCommand): Promise<CommandAnswer> {
    return await this.#commands.run(0, () => this.#command(process, command)) ??
      [EAGAIN, "", `Module '${this.#module}' has ${MAX_IN_HAND} commands in hand`];
  }

  /** Whether who gave that command may do this; false for one that is over. Upstream: ActivePyModule::is_authorized */
  isAuthorized(command: number, args: ReadonlyMap<string, string>): boolean {
    return this.#callers.get(command)?.(args) ?? false;
  }

  /** Calls an export; undefined when it has too much to do. Rejects with what it threw, or ProcessEndedError. */
  remote(process: ModuleProcess, method: string, args: Uint8Array): Promise<unknown> | undefined {
    return this.#remoteCalls.run(args.length, () => process.call("remote", method, args));
  }

  async #command(process: ModuleProcess, command: ModuleCommand): Promise<CommandAnswer> {
    const { perm, authorizer, ...call } = command;
    const id = ++this.#last;
    this.#callers.set(id, (args) => authorizer?.(this.#module, perm, args) ?? false);
    try {
      return checkAnswer(await process.call("command", { ...call, id }));
    } finally {
      this.#callers.delete(id);
    }
  }
}
