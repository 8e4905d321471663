/** Commands by which a module could give itself what it was not granted: none is sent without `admin`. Pure. */

import type { NeedOf } from "./need.ts";

type Args = Readonly<Record<string, unknown>>;
type IsAdmins = (args: Args) => boolean;

const always: IsAdmins = () => true;

/**
 * By the first words of a prefix. A monitor hands on to the manager what is the manager's, with rights of its own: so
 * `module` is here as well as `mgr`.
 */
const ADMIN_COMMANDS: Readonly<Record<string, IsAdmins>> = {
  "auth": always,
  // It makes a key, as auth does.
  "fs authorize": always,
  "mgr": always,
  "module": always,
  "config-key set": reachesReservedKeys,
  "config-key put": reachesReservedKeys,
  "config-key rm": reachesReservedKeys,
  "config-key del": reachesReservedKeys,
  "config-key get": reachesReservedKeys,
  "config-key exists": reachesReservedKeys,
  "config-key dump": dumpsReservedKeys,
  "config set": reachesManagers,
  "config rm": reachesManagers,
  "config get": reachesManagers,
  "config show": reachesManagers,
  "config show-with-defaults": reachesManagers,
  // Passwords that modules have as options are in it.
  "config dump": always,
  "config log": always,
  "config reset": always,
  "config assimilate-conf": always,
};

/** Whether the command is the operator's alone. The prefix must be words with single blanks between them. */
export function needsAdmin({ target, prefix, args }: NeedOf<"command">): boolean {
  if (target === "mgr") return true;
  // To a daemon itself: `config set` of an OSD is an option of that OSD.
  if (target !== "mon") return false;
  // Another prefix in the arguments would be the one that counts, or not: nobody needs that.
  if (Object.hasOwn(args, "prefix")) return true;
  const words = prefix.split(" ");
  return words.some((_, i) => {
    const front = words.slice(0, i + 1).join(" ");
    return Object.hasOwn(ADMIN_COMMANDS, front) && ADMIN_COMMANDS[front]!(args);
  });
}

/** Options and keys of modules, of daemons, and who changed them. Grants are below the first. */
const RESERVED_KEYS = ["mgr/", "config/", "config-history/"];

/** A key that is no text is whatever the monitors make of it. */
function reachesReservedKeys({ key }: Args): boolean {
  return typeof key !== "string" || RESERVED_KEYS.some((front) => key.startsWith(front));
}

/** It dumps all keys that begin with this one. */
function dumpsReservedKeys(args: Args): boolean {
  const { key } = args;
  return reachesReservedKeys(args) || RESERVED_KEYS.some((front) => front.startsWith(key as string));
}

/** Sections that no manager reads. */
const OTHER_SECTION = /^(?:mon|osd|mds|client)(?:\..*)?$/s;

/** `who` is a section and masks, in any order, with slashes between them; none is "global". Upstream: ConfigMap::parse_mask */
function reachesManagers({ who }: Args): boolean {
  if (typeof who !== "string") return true;
  const sections = who.split("/").filter((part) => !part.includes(":"));
  return sections.length === 0 || !sections.every((section) => OTHER_SECTION.test(section));
}
