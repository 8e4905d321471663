/** The commands of all modules, as beacons tell them. */

import { getLogger } from "@logtape/logtape";
import type { MonCommand } from "../types/mon_command.ts";
import { monCommand } from "./command_signature.ts";
import type { ModuleDescription } from "./contract.ts";

const log = getLogger(["ganglion", "host"]);

/** A command as it is announced, and whose it is. */
export interface AnnouncedCommand {
  readonly module: string;
  readonly command: MonCommand;
}

/** In the order of the modules. Of two with one prefix the first keeps it: a client could not say which it means. */
export function announcedCommands(
  modules: Iterable<{ readonly name: string; readonly description: ModuleDescription | undefined }>,
): AnnouncedCommand[] {
  const prefixes = new Map<string, string>();
  return [...modules].flatMap(({ name, description }) =>
    Object.entries(description?.commands ?? {}).flatMap(([prefix, declaration]) => {
      const owner = prefixes.get(prefix);
      if (owner === undefined) {
        prefixes.set(prefix, name);
        return [{ module: name, command: monCommand(prefix, declaration) }];
      }
      log.warn(`module ${name}: command '${prefix}' is left out, module ${owner} has it`);
      return [];
    })
  );
}
