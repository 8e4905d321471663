/** Does what it is told, and tells what came of it: what was missing when it was refused. */

import {
  type CommandOf,
  commands,
  type HandleCommandResult,
  MgrModule,
  type Options,
  PermissionError,
} from "@ganglion/sdk";

const COMMANDS = commands({
  "ask for": { desc: "Does one thing", perm: "r", args: { what: { type: "CephString" } } },
});

const DEEDS: Readonly<Record<string, (module: Asker) => unknown>> = {
  "get health": (module) => module.get("health"),
  "get mon_map": (module) => module.get("mon_map"),
  "get osd_map": (module) => module.get("osd_map", { fields: ["epoch"] }),
  "get pg_stats": (module) => module.get("pg_stats"),
  "get pg_progress": (module) => module.get("pg_progress"),
  "osd map": (module) => module.getOsdmap(),
  "servers": (module) => module.listServers(),
  "health": (module) => module.setHealthChecks({ MINE: { severity: "warning", summary: "mine" } }),
  "uri": (module) => module.setUri("http://me/"),
  "read": async () => (await Deno.readTextFile("/etc/hostname")).length > 0,
  "odd name": (module) => module.get("a/b\n" as "health"),
  "remote": (module) => module.remote("remembers", "forget"),
  "command": (module) => module.monCommand({ prefix: "osd tree" }),
  "tell": (module) => module.osdCommand(3, { prefix: "config set", var: "debug_osd", val: "20" }),
  "open pool": (module) => module.rados.openPool("p"),
  "write object": async (module) => await (await module.rados.openPool("p")).writeFull("a", "x"),
  "watch object": async (module) =>
    await (await module.rados.openPool("p")).watch("a", { notified: () => {} }),
  "option": (module) => module.getModuleOptionEx("remembers", "size"),
  "set option": (module) => module.setModuleOptionEx("remembers", "size", 1),
  "wear": (module) => module.setDeviceWearLevel("D", 0.5),
};

/** What it can be told to do. */
export const DEED_NAMES: readonly string[] = Object.keys(DEEDS);

/** Each deed is one that needs a permission. */
export default class Asker extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    try {
      return [0, JSON.stringify(await DEEDS[cmd.what]!(this)) ?? "done", ""];
    } catch (e) {
      if (e instanceof PermissionError) return [-13, e.missing.join(";"), e.message];
      return [-22, "", String(e)];
    }
  }
}
