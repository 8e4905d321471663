/** OSDs come up, fail and are marked out. Pure. Upstream: OSDMonitor::prepare_boot, prepare_failure, tick */

import type { EntityAddrVec } from "../../../mgr/types/entity_addr.ts";
import { sameAddr } from "../../../mgr/types/entity_addr.ts";
import { NO_ITEM } from "../../../mgr/crush/rule_input.ts";
import { ruleWeights } from "../../../mgr/crush/tree.ts";
import { OsdMapFlag, OsdState, PoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { msOfUtime } from "../../../mgr/types/utime.ts";
import { Settings } from "../config/settings.ts";
import type { MOSDPGTemp } from "../messages/osd_life.ts";
import type { MOSDBoot } from "../messages/osd_boot.ts";
import type { Committed } from "./committed.ts";
import { IN, OsdDraft } from "./osd_draft.ts";
import { locationOf } from "./osd_lookup.ts";

const MS = 1000;

/** A boot that has its place in the map already, is refused, or makes the next map. */
export type BootOutcome =
  | { readonly kind: "known" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "draft"; readonly draft: OsdDraft; readonly again: boolean };

/** Takes MOSDBoot. `again`: the OSD was up at another address: this map marks it down, the next boot marks it up. */
export function takeBoot(
  { osd: { map }, mon }: Committed,
  boot: MOSDBoot,
  addrs: EntityAddrVec,
  nowMs: number,
): BootOutcome {
  const { whoami, clusterFsid, osdFsid } = boot.superblock;
  if (clusterFsid !== mon.map.fsid) return { kind: "refused", why: `it is of cluster ${clusterFsid}` };
  if (map.exists(whoami) && map.osdUuid.at(whoami) !== osdFsid && !isZero(map.osdUuid.at(whoami)!)) {
    return { kind: "refused", why: `osd.${whoami} exists with another uuid` };
  }
  const state = map.osdState[whoami] ?? 0;
  if ((map.flags & OsdMapFlag.noup) !== 0 || (state & OsdState.noup) !== 0) {
    return { kind: "refused", why: "noup is set" };
  }
  const draft = new OsdDraft(map, nowMs);
  if (map.isUp(whoami)) {
    const same = sameAddrs(map.clientAddrs.at(whoami)!, addrs) &&
      map.osdInfo.at(whoami)!.upFrom >= boot.bootEpoch;
    if (same) return { kind: "known" };
    draft.markDown(whoami);
    return { kind: "draft", draft, again: true };
  }
  markUp(draft, boot, addrs);
  return { kind: "draft", draft, again: false };
}

const isZero = (uuid: string): boolean => /^[0-]*$/.test(uuid);

function sameAddrs(a: EntityAddrVec, b: EntityAddrVec): boolean {
  return a.length === b.length && a.every((addr, i) => sameAddr(addr, b[i]!));
}

function markUp(draft: OsdDraft, boot: MOSDBoot, addrs: EntityAddrVec): void {
  const { map } = draft;
  const { whoami: id, osdFsid, mounted, cleanThru } = boot.superblock;
  const state = map.exists(id) ? map.osdState[id]! : OsdState.new;
  if (id >= map.maxOsd) draft.set({ newMaxOsd: id + 1 });
  draft.put("newUpClient", id, addrs);
  draft.put("newUpCluster", id, boot.clusterAddrs);
  draft.put("newHbBackUp", id, boot.hbBackAddrs);
  draft.put("newHbFrontUp", id, boot.hbFrontAddrs);
  if (map.osdUuid.at(id) !== osdFsid) draft.put("newUuid", id, osdFsid);
  const info = map.osdInfo.at(id);
  const newer = mounted > (info?.lastCleanBegin ?? 0) ||
    (mounted === info?.lastCleanBegin && cleanThru > info.lastCleanEnd);
  if (newer) draft.put("newLastCleanInterval", id, { begin: mounted, end: cleanThru });
  const oldWeight = map.osdXInfo.at(id)?.oldWeight ?? 0;
  draft.setXInfo(id, { features: boot.osdFeatures });
  if ((state & (OsdState.autoout | OsdState.new)) !== 0 && !forbidden(map, id, "noin")) {
    draft.put("newWeight", id, oldWeight > 0 ? oldWeight : IN);
    draft.setXInfo(id, { oldWeight: 0 });
  }
  draft.setMetadata(id, boot.metadata);
}

/** Whether the cluster or this OSD has the flag. */
function forbidden(map: OsdMap, osd: number, flag: "noin" | "noout" | "nodown"): boolean {
  return (map.flags & OsdMapFlag[flag]) !== 0 || ((map.osdState[osd] ?? 0) & OsdState[flag]) !== 0;
}

/** Who said when, in monotonic milliseconds, that an OSD has failed: reporters by target. */
export type FailureReports = Map<number, Map<number, number>>;

/** What a report says. */
export interface FailureReport {
  readonly target: number;
  readonly reporter: number;
  readonly immediate: boolean;
  /** Seconds. */
  readonly failedFor: number;
}

/** Marks the target down when it is sure, or enough others said so for long enough. Notes the report otherwise. */
export function takeFailure(
  state: Committed,
  reports: FailureReports,
  report: FailureReport,
  now: number,
  nowMs: number,
): OsdDraft | undefined {
  const { map } = state.osd;
  const { target, reporter, immediate, failedFor } = report;
  if (!map.isUp(target) || !map.isUp(reporter) || forbidden(map, target, "nodown")) return undefined;
  const known = reports.get(target) ?? new Map<number, number>();
  reports.set(target, known.set(reporter, known.get(reporter) ?? now - failedFor * MS));
  const hosts = new Set(
    [...known.keys()].map((osd) => locationOf(map.crush, osd).get("host") ?? String(osd)),
  );
  const since = Math.min(...known.values());
  const settings = new Settings(state);
  const timedOut = hosts.size >= settings.number("mon_osd_min_down_reporters") &&
    now - since >= settings.number("osd_heartbeat_grace") * MS;
  if (!immediate && !timedOut) return undefined;
  const draft = new OsdDraft(map, nowMs);
  draft.markDown(target);
  return draft;
}

/** The bits that say how full an OSD is, and the flags of pools that follow from them. */
const FULLNESS = [
  [OsdState.full, PoolFlag.full],
  [OsdState.backfillfull, PoolFlag.backfillfull],
  [OsdState.nearfull, PoolFlag.nearfull],
] as const;

/** An OSD says how full it is; pools that use it are as full as their fullest OSD. Upstream: OSDMap::get_full_pools */
export function takeFullness(
  { osd: { map } }: Committed,
  osd: number,
  bits: number,
  nowMs: number,
): OsdDraft {
  const draft = new OsdDraft(map, nowMs);
  for (const [bit] of FULLNESS) draft.setState(osd, bit, (bits & bit) !== 0);
  const stateOf = (id: number): number => (map.osdState[id] ?? 0) ^ (draft.get("newState", id) ?? 0);
  for (const [id, pool] of map.pools) {
    const osds = [...ruleWeights(map.crush, pool.crushRule).keys()];
    // A pool that is over its quota is full whatever its OSDs are.
    const overQuota = (pool.flags >> PoolFlag.full_quota) & 1n;
    const flags = FULLNESS.reduce((flags, [bit, flag]) => {
      const on = osds.some((osd) => (stateOf(osd) & bit) !== 0) || (flag === PoolFlag.full && overQuota);
      return on ? flags | (1n << flag) : flags & ~(1n << flag);
    }, pool.flags);
    if (flags !== pool.flags) draft.setPool(id, { ...pool, flags, lastChange: draft.epoch });
  }
  return draft;
}

/** Takes what a primary wants for its PGs, as far as it is news. Upstream: OSDMonitor::prepare_pgtemp */
export function takePgTemp(
  { osd: { map } }: Committed,
  osd: number,
  { pgs, mapEpoch, forced }: MOSDPGTemp,
  nowMs: number,
): OsdDraft {
  const draft = new OsdDraft(map, nowMs);
  const news = pgs.filter(({ pg: { pool, seed }, osds }) =>
    map.pools.has(pool) && osds.every((id) => id === NO_ITEM || map.exists(id)) &&
    (forced || String(osds) !== String(map.pgTemp.get(pool)?.get(seed) ?? []))
  );
  if (news.length === 0) return draft;
  const byPool = Map.groupBy(news, ({ pg }) => pg.pool);
  draft.set({
    newPgTemp: new Map(
      [...byPool].map(([pool, list]) => [pool, new Map(list.map(({ pg, osds }) => [pg.seed, osds]))]),
    ),
  });
  // So that it does not have to ask again.
  if (map.osdInfo.at(osd)!.upThru < mapEpoch) draft.put("newUpThru", osd, mapEpoch);
  return draft;
}

/** Marks OSDs out that were down for too long. */
export function tickOsds(state: Committed, nowMs: number): OsdDraft {
  const { map } = state.osd;
  const downOutMs = new Settings(state).number("mon_osd_down_out_interval") * MS;
  const draft = new OsdDraft(map, nowMs);
  for (let id = 0; id < map.maxOsd; id++) {
    if (!map.isIn(id) || map.isUp(id) || forbidden(map, id, "noout")) continue;
    const since = msOfUtime(map.osdXInfo.at(id)!.downStamp);
    if (since === 0 || downOutMs <= 0 || nowMs - since < downOutMs) continue;
    draft.setXInfo(id, { oldWeight: map.osdWeight[id]! });
    draft.put("newWeight", id, 0);
    draft.setState(id, OsdState.autoout, true);
  }
  return draft;
}
