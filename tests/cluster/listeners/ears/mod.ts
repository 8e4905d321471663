/** Wants to be told of everything, and tells what it was told. */

import {
  type CommandOf,
  commands,
  type HandleCommandResult,
  MgrModule,
  type NotifyType,
  type Options,
} from "@ganglion/sdk";

const COMMANDS = commands({
  "ears heard": { desc: "What it was told, in JSON: [type, id]", perm: "r" },
  "ears send": { desc: "Sends a command with a tag", perm: "r", args: { tag: { type: "CephString" } } },
  "ears doze": { desc: "Takes no further osd_map until it is woken", perm: "r" },
  "ears wake": { desc: "Goes on", perm: "r" },
});

/** All that there are. */
const EVERYTHING: Readonly<Record<NotifyType, true>> = {
  mon_map: true,
  pg_summary: true,
  health: true,
  mon_status: true,
  clog: true,
  osd_map: true,
  fs_map: true,
  service_map: true,
  perf_schema_update: true,
  command: true,
};

/** Hears everything. */
export default class Ears extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;
  static override readonly NOTIFY_TYPES = Object.keys(EVERYTHING) as NotifyType[];
  readonly #heard: [type: string, id: unknown][] = [];
  #sleep = Promise.withResolvers<void>();

  constructor(...args: ConstructorParameters<typeof MgrModule>) {
    super(...args);
    this.#sleep.resolve();
  }

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    switch (cmd.prefix) {
      case "ears heard":
        return [0, JSON.stringify(this.#heard), ""];
      case "ears send":
        await this.sendCommand("mon", "", { prefix: "fsid" }, { tag: cmd.tag });
        break;
      case "ears doze":
        this.#sleep = Promise.withResolvers<void>();
        break;
      case "ears wake":
        this.#sleep.resolve();
        break;
    }
    return [0, "", ""];
  }

  override async notify(type: NotifyType, id: unknown): Promise<void> {
    this.#heard.push([type, id]);
    if (type === "osd_map") await this.#sleep.promise;
  }
}
