/** Uses options, keys and data as a module should. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule, options } from "@ganglion/sdk";

const OPTIONS = options({
  size: { type: "size", default: 4096, runtime: true },
  place: { type: "str", default: "here", runtime: true },
});

const COMMANDS = commands({
  "remember": {
    desc: "Stores a value",
    perm: "rw",
    args: { key: { type: "CephString" }, value: { type: "CephString", req: false } },
  },
  "recall": { desc: "Reads a value", perm: "r", args: { key: { type: "CephString" } } },
  "measure": { desc: "Reads the options", perm: "r" },
  "resize": { desc: "Sets an option", perm: "rw", args: { size: { type: "CephInt", range: "1|100" } } },
  "heard": { desc: "What it was told", perm: "r" },
  "data": { desc: "Cluster data", perm: "r" },
});

/** Answers from its replicas. */
export default class Remembers extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  static override readonly NOTIFY_TYPES = ["osd_map"] as const;
  readonly #heard: string[] = [];

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    switch (cmd.prefix) {
      case "remember":
        await this.setStore(cmd.key, cmd.value ?? null);
        return [0, this.getStore(cmd.key) ?? "nothing", ""];
      case "recall":
        return [0, this.getStore(cmd.key) ?? "nothing", ""];
      case "measure":
        return [0, `${this.getModuleOption("size")} ${this.getLocalizedModuleOption("place")}`, ""];
      case "resize":
        await this.setModuleOption("size", cmd.size);
        return [0, String(this.getModuleOption("size")), ""];
      case "heard":
        return [0, this.#heard.join(" "), ""];
      case "data":
        return [0, JSON.stringify(await this.get("health")), ""];
    }
  }

  override notify(type: string, id: unknown): void {
    this.#heard.push(`${type}:${id}`);
  }

  override configNotify(): void {
    this.#heard.push("config");
  }
}
