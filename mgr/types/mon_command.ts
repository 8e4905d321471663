/** How a command is described to the monitors and to the CLI: MonCommand. */

import type { Codec } from "../encoding/mod.ts";

/** Upstream: MonCommand::FLAG_* in mon/MonCommand.h */
export const CommandFlag = {
  noForward: 1n,
  obsolete: 2n,
  deprecated: 4n,
  /** Proxied to the active manager; the monitors set it on all we send. */
  mgr: 8n,
  /** The CLI may repeat it periodically. */
  poll: 16n,
  hidden: 32n,
} as const;

/** Upstream: MonCommand in mon/MonCommand.h */
export interface MonCommand {
  /** Signature: `hello name=n,type=CephString,req=false`. */
  readonly cmdstring: string;
  readonly helpstring: string;
  /** Service whose caps decide; "mgr" for commands of modules. */
  readonly module: string;
  /** Letters of r, w, x. */
  readonly reqPerms: string;
  /** Always "cli,rest". */
  readonly availability: string;
  /** Bits of CommandFlag. */
  readonly flags: bigint;
}

/** v1/1. */
export const MonCommand: Codec<MonCommand> = {
  decode: (d) =>
    d.versioned("MonCommand", 1, (d) => ({
      cmdstring: d.string(),
      helpstring: d.string(),
      module: d.string(),
      reqPerms: d.string(),
      availability: d.string(),
      flags: d.u64(),
    })),
  encode: (e, c) =>
    void e.versioned(1, 1, (e) => {
      e.string(c.cmdstring).string(c.helpstring).string(c.module);
      e.string(c.reqPerms).string(c.availability).u64(c.flags);
    }),
};
