/** What a new development cluster has from the start: OSDs in the maps, and a pool with data. */

import { createHash } from "node:crypto";
import type { DevMonitor } from "../dev_monitor/dev_monitor.ts";
import { Settings } from "../dev_monitor/config/settings.ts";
import { insertItem, setClass } from "../dev_monitor/osd/crush_edit.ts";
import { createPool } from "../dev_monitor/osd/pool_draft.ts";
import { IN, OsdDraft } from "../dev_monitor/state/osd_draft.ts";
import { OsdState } from "../../mgr/types/osd_map_bits.ts";
import { crushWeight, type OsdPlan } from "../dev_osd/boot.ts";
import type { ClusterPlan } from "./directory.ts";

/** The pool that comes with data, and how many PGs it has. */
export const DATA_POOL = "data";
const DATA_PGS = 32;
const FIXED_POINT = 0x10000;

/** The OSDs, spread over the hosts in turn: osd.0 on host1, osd.1 on host2 and so on. */
export function osdPlans({ osds, hosts, deviceBytes }: ClusterPlan, fsid: string): OsdPlan[] {
  return Array.from({ length: osds }, (_, id) => ({
    id,
    host: hosts[id % hosts.length]!,
    uuid: uuidOf(fsid, id),
    deviceBytes,
  }));
}

/** The same for each start. */
function uuidOf(fsid: string, id: number): string {
  const hex = createHash("sha256").update(`${fsid} osd.${id}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** Puts OSDs and, with `data`, the pool into the OSDMap, in one epoch each. Without OSDs there is no pool. */
export function layOut(monitor: DevMonitor, plans: readonly OsdPlan[], data: boolean, nowMs: number): void {
  if (plans.length === 0) return;
  const draft = new OsdDraft(monitor.state.osd.map, nowMs);
  draft.set({ newMaxOsd: plans.length });
  // In the order of real OSDs: first the class, then the place.
  draft.crush = setClass(draft.crush, plans.map(({ id }) => id), "hdd");
  for (const plan of plans) {
    draft.put("newState", plan.id, OsdState.new);
    draft.put("newWeight", plan.id, IN);
    draft.put("newUuid", plan.id, plan.uuid);
    const weight = Math.trunc(crushWeight(plan) * FIXED_POINT);
    const place = new Map([["host", plan.host], ["root", "default"]]);
    draft.crush = insertItem(draft.crush, plan.id, `osd.${plan.id}`, weight, place);
  }
  monitor.commit({ osd: draft.change! });
  if (data) makePool(monitor, nowMs);
}

function makePool(monitor: DevMonitor, nowMs: number): void {
  const { state } = monitor;
  const draft = new OsdDraft(state.osd.map, nowMs);
  const request = {
    name: DATA_POOL,
    erasure: false,
    profile: undefined,
    rule: undefined,
    pgNum: DATA_PGS,
    pgpNum: DATA_PGS,
    size: 0,
    autoscale: "on",
    bulk: false,
    opts: new Map(),
    applications: ["ganglion"],
  };
  createPool(draft, request, new Settings(state), nowMs);
  monitor.commit({ osd: draft.change! });
}
