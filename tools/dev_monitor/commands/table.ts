/** All commands, how they are found, and how they are described to the CLI. Upstream: Monitor::handle_command */

import { parseSignature, type SignaturePart } from "../../../mgr/daemons/command_descriptions.ts";
import type { MonCommand } from "../../../mgr/types/mon_command.ts";
import { AUTH_COMMANDS } from "./auth.ts";
import type { CommandRow } from "./command.ts";
import { CONFIG_COMMANDS } from "./config.ts";
import { CONFIG_KEY_COMMANDS } from "./config_key.ts";
import { HEALTH_COMMANDS } from "./health.ts";
import { LOG_COMMANDS } from "./log.ts";
import { MDS_COMMANDS } from "./mds.ts";
import { MGR_COMMANDS } from "./mgr.ts";
import { MON_COMMANDS } from "./mon.ts";
import { MON_CHANGE_COMMANDS } from "./mon_change.ts";
import { OSD_COMMANDS } from "./osd.ts";
import { STATUS_COMMANDS } from "./status.ts";

/** In the order of the families upstream: the first that fits a prefix is the one whose caps decide. */
export const COMMANDS: readonly CommandRow[] = [
  ...AUTH_COMMANDS,
  ...STATUS_COMMANDS,
  ...HEALTH_COMMANDS,
  ...LOG_COMMANDS,
  ...MDS_COMMANDS,
  ...MON_COMMANDS,
  ...MON_CHANGE_COMMANDS,
  ...OSD_COMMANDS,
  ...CONFIG_KEY_COMMANDS,
  ...MGR_COMMANDS,
  ...CONFIG_COMMANDS,
];

/** Upstream: MonCommand::FLAG_MGR */
const FLAG_MGR = 8;

const NAMES: ReadonlyMap<string, readonly CommandRow[]> = Map.groupBy(COMMANDS, ({ sig }) => prefixOf(sig));

/** A command as caps see it: of the monitor, or of the manager to which it goes on. */
export interface Found {
  readonly module: string;
  readonly perm: string;
  /** Undefined: the prefix is the beginning of a command, and no command itself. */
  readonly rows: readonly CommandRow[] | undefined;
  /** It is the active manager's. */
  readonly mgr: boolean;
}

/** By the beginning of the signature, as upstream looks: "osd" finds the first command of OSDs. */
export function findCommand(prefix: string, ofManager: readonly MonCommand[]): Found | undefined {
  const row = COMMANDS.find(({ sig }) => sig.startsWith(prefix));
  if (row) return { module: row.module, perm: row.perm, rows: NAMES.get(prefix), mgr: false };
  const command = ofManager.find(({ cmdstring }) => cmdstring.startsWith(prefix));
  if (!command) return undefined;
  return { module: command.module, perm: command.reqPerms, rows: undefined, mgr: true };
}

/** Those of the manager first, as upstream lists them. */
export function describeAll(ofManager: readonly MonCommand[]): Map<string, Description> {
  const all: Description[] = [
    ...ofManager.map((c) => ({
      sig: parseSignature(c.cmdstring),
      help: c.helpstring,
      module: c.module,
      perm: c.reqPerms,
      flags: Number(c.flags) | FLAG_MGR,
    })),
    ...COMMANDS.map(({ sig, help, module, perm, flags = 0 }) => ({
      sig: parseSignature(sig),
      help,
      module,
      perm,
      flags,
    })),
  ];
  return new Map(all.map((entry, i) => [`cmd${String(i).padStart(3, "0")}`, entry]));
}

type Description = {
  readonly sig: readonly SignaturePart[];
  readonly help: string;
  readonly module: string;
  readonly perm: string;
  readonly flags: number;
};

/** The words before the first argument. */
function prefixOf(sig: string): string {
  const words = sig.split(" ");
  const first = words.findIndex((word) => word.includes("="));
  return words.slice(0, first < 0 ? words.length : first).join(" ");
}
