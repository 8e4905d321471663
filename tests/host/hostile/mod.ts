/** A module that means harm: which, its name says. The test copies it under each name of DEEDS. */

import {
  type CommandOf,
  type Commands,
  commands,
  type HandleCommandResult,
  MgrModule,
  type Options,
} from "@ganglion/sdk";
import { DEEDS } from "./deeds.ts";

const NAME = import.meta.url.split("/").at(-2)!;

/** `NAME go` does the deed, `NAME answer` answers. */
export default class Hostile extends MgrModule<Options, Commands> {
  static override readonly COMMANDS = commands({
    [`${NAME} go`]: { desc: "Does harm", perm: "r", args: { target: { type: "CephString" } } },
    [`${NAME} answer`]: { desc: "Answers", perm: "r" },
  });

  constructor(...args: ConstructorParameters<typeof MgrModule<Options, Commands>>) {
    super(...args);
    if (NAME === "never_ready") { for (;;); }
  }

  override async handleCommand(_inbuf: string, cmd: CommandOf<Commands>): Promise<HandleCommandResult> {
    if (!cmd.prefix.endsWith(" go")) return [0, "here", ""];
    try {
      return [0, String(await DEEDS[NAME]!(this, String(Reflect.get(cmd, "target")))), ""];
    } catch (e) {
      return [0, `denied: ${e instanceof Error ? e.name : ""} ${e instanceof Error ? e.message : e}`, ""];
    }
  }

  override async shutdown(): Promise<void> {
    if (NAME === "ignores_shutdown") await new Promise(() => {});
  }
}
