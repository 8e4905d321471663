/** The OSDMap of a new cluster: no OSDs, one rule, the tree's root. Upstream: OSDMonitor::create_initial, OSDMap::build_simple */

import { F32, Packed, U32, U8 } from "../../../mgr/encoding/mod.ts";
import { BucketAlg, type CrushBucket } from "../../../mgr/types/crush_bucket.ts";
import { CrushMap, OPTIMAL_TUNABLES } from "../../../mgr/types/crush_map.ts";
import { type CrushRule, RuleOp, RuleType } from "../../../mgr/types/crush_rule.ts";
import { OsdMap } from "../../../mgr/types/osd_map.ts";
import { OsdMapFlag } from "../../../mgr/types/osd_map_bits.ts";
import { CrushBlob } from "../../../mgr/types/osd_map_fields.ts";
import { UTime } from "../../../mgr/types/utime.ts";
import { Uuid } from "../../../mgr/types/uuid.ts";
import type { OsdFields } from "./osd_part.ts";

/** Upstream: OSDMap::build_simple */
const TYPES = [
  "osd",
  "host",
  "chassis",
  "rack",
  "row",
  "pdu",
  "pod",
  "room",
  "datacenter",
  "zone",
  "region",
  "root",
] as const;
const ROOT_ID = -1;
const ROOT_TYPE = 11;
const RELEASE = { luminous: 12, pacific: 16 } as const;
const FLAGS = OsdMapFlag.sortbitwise | OsdMapFlag.recovery_deletes | OsdMapFlag.purged_snapdirs |
  OsdMapFlag.pglog_hardlimit;
/** osd_pool_default_erasure_code_profile */
const DEFAULT_PROFILE: ReadonlyMap<string, string> = new Map([
  ["k", "2"],
  ["m", "2"],
  ["plugin", "jerasure"],
  ["technique", "reed_sol_van"],
]);

/** A bucket without items. */
export function emptyBucket(id: number, type: number): CrushBucket {
  return {
    alg: BucketAlg.straw2,
    id,
    type,
    hash: 0,
    weight: 0,
    items: new Int32Array(0),
    itemWeights: new Uint32Array(0),
  };
}

/** Chooses from `root` across buckets of `type`. Upstream: CrushWrapper::add_simple_rule_at */
export function simpleRule(id: number, root: number, type: number): CrushRule {
  return {
    ruleset: id,
    type: RuleType.replicated,
    minSize: 1,
    maxSize: 10,
    steps: [
      { op: RuleOp.take, arg1: root, arg2: 0 },
      { op: type === 0 ? RuleOp.chooseFirstn : RuleOp.chooseleafFirstn, arg1: 0, arg2: type },
      { op: RuleOp.emit, arg1: 0, arg2: 0 },
    ],
  };
}

/** `failureDomain`: type across which copies are spread. Upstream: osd_crush_chooseleaf_type */
export function initialCrush(failureDomain: number): CrushMap {
  return {
    buckets: [emptyBucket(ROOT_ID, ROOT_TYPE)],
    rules: [simpleRule(0, ROOT_ID, failureDomain)],
    maxDevices: 0,
    typeNames: new Map(TYPES.entries()),
    itemNames: new Map([[ROOT_ID, "default"]]),
    ruleNames: new Map([[0, "replicated_rule"]]),
    tunables: OPTIMAL_TUNABLES,
    itemClasses: new Map(),
    classNames: new Map(),
    classBuckets: new Map(),
    chooseArgs: new Map(),
    msr: undefined,
  };
}

/** Fields of the first epoch, which carries the whole map. */
export function initialOsdMap(fsid: string, created: UTime, failureDomain: number): OsdFields {
  const blank = OsdMap.blank();
  const client = {
    ...blank.client.fields,
    fsid: Packed.of(Uuid, fsid),
    epoch: Packed.of(U32, 1),
    created: Packed.of(UTime, created),
    modified: Packed.of(UTime, created),
    flags: Packed.of(U32, FLAGS),
    crush: Packed.of(CrushBlob, initialCrush(failureDomain)),
    crushVersion: Packed.of(U32, 1),
    erasureCodeProfiles: blank.client.fields.erasureCodeProfiles.with([["default", DEFAULT_PROFILE]]),
  };
  const osd = {
    ...blank.osd.fields,
    nearfullRatio: Packed.of(F32, 0.85),
    fullRatio: Packed.of(F32, 0.95),
    backfillfullRatio: Packed.of(F32, 0.9),
    requireMinCompatClient: Packed.of(U8, RELEASE.luminous),
    requireOsdRelease: Packed.of(U8, RELEASE.pacific),
  };
  const map = new OsdMap({ ...blank.client, fields: client }, { ...blank.osd, fields: osd });
  return { fullmap: map.bytes };
}
