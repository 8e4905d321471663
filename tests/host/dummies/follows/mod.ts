/** Follows the OSDMap in all the ways that a module can. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule, type Options } from "@ganglion/sdk";

const EPOCH = { epoch: { type: "CephInt" } } as const;

const COMMANDS = commands({
  "follow epoch": { desc: "The epoch that it reads", perm: "r" },
  "follow notified": { desc: "Epochs that it was told, and what it read then", perm: "r" },
  "follow spin": { desc: "Reads without a pause until the map has that epoch", perm: "r", args: EPOCH },
  "follow poll": { desc: "Reads each millisecond until the map has that epoch", perm: "r", args: EPOCH },
});

/** Answers with epochs. */
export default class Follows extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;
  static override readonly NOTIFY_TYPES = ["osd_map"] as const;
  readonly #notified: string[] = [];

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    switch (cmd.prefix) {
      case "follow epoch":
        break;
      case "follow notified":
        return [0, this.#notified.join(" "), ""];
      case "follow spin":
        while (await this.#epoch() < cmd.epoch);
        break;
      case "follow poll":
        while (await this.#epoch() < cmd.epoch) await new Promise((resolve) => setTimeout(resolve, 1));
        break;
    }
    return [0, String(await this.#epoch()), ""];
  }

  override async notify(_type: string, id: unknown): Promise<void> {
    this.#notified.push(`${id}:${await this.#epoch()}`);
  }

  async #epoch(): Promise<number> {
    return (await this.get("osd_map")).epoch;
  }
}
