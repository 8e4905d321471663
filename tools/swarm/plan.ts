/** What a swarm is: how many of everything, and which part of it one process plays. */

import type { EntityAddr } from "../../mgr/types/entity_addr.ts";

/** The whole swarm. */
export interface SwarmPlan {
  readonly osds: number;
  readonly pgs: number;
  /** Of each OSD, in each report. */
  readonly counters: number;
  /** librados clients that connect and never ask anything. */
  readonly clients: number;
  /** Processes that play OSDs and clients. */
  readonly processes: number;
  readonly mode: "secure" | "crc";
}

/** The part of one process. Plain data: it travels as a line of JSON. */
export interface Share {
  readonly plan: SwarmPlan;
  readonly fsid: string;
  readonly monitor: EntityAddr;
  /** base64; that of client.admin. */
  readonly adminKey: string;
  /** base64; all OSDs have the same. */
  readonly osdKey: string;
  readonly firstOsd: number;
  /** The first that is not of this part. */
  readonly endOsd: number;
  readonly clients: number;
}

/** PGs of one pool in the map: see tests/fakes/big_osd_map.ts. */
export const PGS_PER_POOL = 16_384;

/** What the parts have in common. */
export type Common = Omit<Share, "firstOsd" | "endOsd" | "clients">;

/** The parts of all processes. */
export function sharesOf(common: Common): Share[] {
  const { osds, clients, processes } = common.plan;
  const cut = (total: number, i: number): number => Math.round(total * i / processes);
  return Array.from({ length: processes }, (_, i) => ({
    ...common,
    firstOsd: cut(osds, i),
    endOsd: cut(osds, i + 1),
    clients: cut(clients, i + 1) - cut(clients, i),
  }));
}

/** What a process says of itself, once a second: totals since its start, but for the sessions. */
export interface Tally {
  /** OSDs that have told the monitor that they run. */
  readonly booted: number;
  /** Sessions of OSDs and of clients that are open now. */
  readonly osdSessions: number;
  readonly clientSessions: number;
  /** Address of the manager that they follow; "" while there is none. */
  readonly manager: string;
  /** Each with the counters and with the statistics of PGs. */
  readonly reports: number;
  readonly dials: number;
  /** Sessions that ended, and dials that came to none, while the manager was the same. */
  readonly losses: number;
  /** The last reason of one. */
  readonly lastLoss: string;
}

/** The tally of nobody. */
export const NO_TALLY: Tally = {
  booted: 0,
  osdSessions: 0,
  clientSessions: 0,
  manager: "",
  reports: 0,
  dials: 0,
  losses: 0,
  lastLoss: "",
};

/** All processes together; the manager is "" unless all follow the same. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const add = (a: Tally, b: Tally): Tally => ({
    booted: a.booted + b.booted,
    osdSessions: a.osdSessions + b.osdSessions,
    clientSessions: a.clientSessions + b.clientSessions,
    manager: a.manager === b.manager ? a.manager : "",
    reports: a.reports + b.reports,
    dials: a.dials + b.dials,
    losses: a.losses + b.losses,
    lastLoss: b.lastLoss || a.lastLoss,
  });
  const [first = NO_TALLY, ...rest] = tallies;
  return rest.reduce(add, first);
}
