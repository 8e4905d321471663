/** A new cluster, and what each start of the monitor changes. Upstream: Monitor::mkfs */

import { BLANK_MGR_MAP } from "../../../mgr/types/mgr_map.ts";
import { BUILTIN_COMMANDS } from "../../../mgr/daemons/builtin_commands.ts";
import type { EntityAuth } from "../../../mgr/auth/entity_auth.ts";
import { AddrType, type EntityAddrVec, sameAddr } from "../../../mgr/types/entity_addr.ts";
import type { MonMap } from "../../../mgr/types/mon_map.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import type { Uuid } from "../../../mgr/types/uuid.ts";
import { type Change, commit, type Committed, load } from "./committed.ts";
import { initialOsdMap } from "./initial_osd_map.ts";
import { EMPTY_MON_MAP } from "./mon_part.ts";
import type { Row } from "./part.ts";

/** kraken .. pacific and elector-pinging: what 16.2.15 sets. Upstream: ceph::features::mon */
const FEATURES = 0b1111_1111n;
const RELEASE_PACIFIC = 16;
/** Upstream: always_on_modules in mon/MgrMonitor.cc */
const ALWAYS_ON: ReadonlyMap<number, readonly string[]> = new Map([
  [14, [
    "balancer",
    "crash",
    "devicehealth",
    "orchestrator_cli",
    "progress",
    "rbd_support",
    "status",
    "volumes",
  ]],
  ...[15, 16].map((release): [number, string[]] => [release, [
    "balancer",
    "crash",
    "devicehealth",
    "orchestrator",
    "pg_autoscaler",
    "progress",
    "rbd_support",
    "status",
    "telemetry",
    "volumes",
  ]]),
]);

const FIRST_ELECTION = 3;

/** What a cluster is made with. */
export interface MkfsOptions {
  readonly fsid: Uuid;
  /** By `type.id`. */
  readonly entities: ReadonlyMap<string, EntityAuth>;
  /** Modules that are enabled from the start. */
  readonly modules: readonly string[];
  /** osd_crush_chooseleaf_type: 0 osd, 1 host. */
  readonly failureDomain: number;
  readonly nowMs: number;
}

/** The rows of a new store. */
export function mkfs(options: MkfsOptions): Row[] {
  const created = utimeOfMs(options.nowMs);
  const map: MonMap = {
    ...EMPTY_MON_MAP,
    fsid: options.fsid,
    lastChanged: created,
    created,
    persistentFeatures: FEATURES,
    minMonRelease: RELEASE_PACIFIC,
    ranks: ["a"],
  };
  const mgrMap = {
    ...BLANK_MGR_MAP,
    epoch: 1,
    modules: options.modules,
    alwaysOnModules: ALWAYS_ON,
  };
  return commit(load(new Map()), {
    mon: { map },
    mgr: { map: mgrMap, commands: BUILTIN_COMMANDS },
    osd: { fields: initialOsdMap(options.fsid, created, options.failureDomain), modified: created },
    auth: { entities: options.entities },
    stat: { serviceMap: { epoch: 1, modified: created, services: new Map() } },
  }).rows;
}

/** The port may be another one than last time: then there is a new MonMap. */
export function startChange({ mon }: Committed, addrs: EntityAddrVec, nowMs: number): Change {
  // Real elections take an odd number each: the first one of a single monitor is 3.
  const electionEpoch = mon.electionEpoch === 0 ? FIRST_ELECTION : mon.electionEpoch + 2;
  const former = mon.map.monInfo.get("a")?.publicAddrs ?? [];
  const publicAddrs = addrs.map((addr) => ({ ...addr, type: AddrType.msgr2, nonce: 0 }));
  const same = former.length === publicAddrs.length && former.every((a, i) => sameAddr(a, publicAddrs[i]!));
  if (same) return { mon: { electionEpoch } };
  const info = { name: "a", publicAddrs, priority: 0, weight: 0, crushLoc: new Map() };
  const map: MonMap = {
    ...mon.map,
    epoch: mon.map.epoch + 1,
    lastChanged: utimeOfMs(nowMs),
    monInfo: new Map([["a", info]]),
  };
  return { mon: { map, electionEpoch } };
}
