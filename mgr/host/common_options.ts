/** Options that every module has: where its log goes. Upstream: MgrModule._register_options in mgr_module.py */

import type { OptionDeclaration } from "./contract.ts";

const LEVELS = ["", "critical", "debug", "error", "info", "warning"];

/** By name. A module may declare one of them itself, with another default. */
export const commonOptions = {
  log_level: {
    type: "str",
    default: "",
    desc: "Lines of the log that are written; empty: as debug_mgr says",
    enumAllowed: LEVELS,
    runtime: true,
  },
  log_to_file: {
    type: "bool",
    default: false,
    desc: "Write to a file of this module too, beside the manager's log file",
    runtime: true,
  },
  log_to_cluster: {
    type: "bool",
    default: false,
    desc: "Write to the cluster log too, channel is the name of the module",
    runtime: true,
  },
  log_to_cluster_level: {
    type: "str",
    default: "info",
    desc: "Lines that the cluster log gets",
    enumAllowed: LEVELS,
    runtime: true,
  },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;
