/** New pools, and what they start with. Upstream: OSDMonitor::prepare_new_pool */

import { BLANK_POOL, type PgPool, PoolType } from "../../../mgr/types/pg_pool.ts";
import { PoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import type { PoolOptValue } from "../../../mgr/types/pool_opts.ts";
import { poolOptName } from "../../../mgr/types/pool_opts.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { fail } from "../commands/args.ts";
import { ruleId, ruleOfProfile, withRule } from "../commands/crush_rule.ts";
import type { Settings } from "../config/settings.ts";
import type { OsdDraft } from "../state/osd_draft.ts";

/** What `osd pool create` was asked for. */
export interface PoolRequest {
  readonly name: string;
  readonly erasure: boolean;
  readonly profile: string | undefined;
  readonly rule: string | undefined;
  readonly pgNum: number;
  readonly pgpNum: number;
  readonly size: number;
  readonly autoscale: string;
  readonly bulk: boolean;
  /** By name of the option. */
  readonly opts: ReadonlyMap<string, PoolOptValue>;
  /** Applications that are enabled at once. */
  readonly applications?: readonly string[];
}

/** mon_max_pool_pg_num */
const MAX_PG_NUM = 65_536;
/** osd_pool_erasure_code_stripe_unit */
const STRIPE_UNIT = 4096;

/** Numbers of autoscale modes. */
export const AUTOSCALE: Readonly<Record<string, number>> = { off: 0, warn: 1, on: 2 };

/** Numbers of pool options by name. */
export function poolOptKey(name: string): number {
  for (let key = 0; key < 64; key++) if (poolOptName(key) === name) return key;
  throw new Error(`Cannot find pool option ${name}`);
}

/** Options of a pool with one set, or removed; in the order of their numbers. */
export function withOpt(
  opts: ReadonlyMap<number, PoolOptValue>,
  name: string,
  value: PoolOptValue | undefined,
): Map<number, PoolOptValue> {
  const next = new Map(opts);
  if (value === undefined) next.delete(poolOptKey(name));
  else next.set(poolOptKey(name), value);
  return new Map([...next].sort(([a], [b]) => a - b));
}

/** Puts the pool into the draft; its id. Throws a CommandError for what cannot be. */
export function createPool(draft: OsdDraft, request: PoolRequest, settings: Settings, nowMs: number): number {
  checkPgNums(request);
  const place = request.erasure ? erasurePlace(draft, request) : replicatedPlace(draft, request, settings);
  const id = draft.map.poolMax + 1;
  const { pgNum, pgpNum } = request;
  const pool: PgPool = {
    ...BLANK_POOL,
    ...place,
    flags: (1n << PoolFlag.hashpspool) | (1n << PoolFlag.creating) |
      (request.bulk ? 1n << PoolFlag.bulk : 0n),
    pgNum,
    pgpNum,
    pgNumTarget: pgNum,
    pgpNumTarget: pgpNum,
    pgNumPending: pgNum,
    lastChange: draft.epoch,
    createTime: utimeOfMs(nowMs),
    pgAutoscaleMode: AUTOSCALE[request.autoscale] ?? AUTOSCALE.on!,
    applicationMetadata: new Map((request.applications ?? []).map((name) => [name, new Map()])),
    opts: new Map([...request.opts].map(([name, value]) => [poolOptKey(name), value])),
  };
  draft.set({ newPoolMax: id });
  draft.setPool(id, pool);
  draft.put("newPoolNames", id, request.name);
  return id;
}

function checkPgNums({ pgNum, pgpNum }: PoolRequest): void {
  if (pgNum < 1 || pgNum > MAX_PG_NUM) throw badPgNum();
  if (pgpNum < 1 || pgpNum > pgNum) {
    throw fail(
      "range",
      `'pgp_num' must be greater than 0 and lower or equal than 'pg_num', which in this case is ${pgNum}`,
    );
  }
}

/** A number of PGs that no pool may have. */
export function badPgNum() {
  return fail(
    "range",
    `'pg_num' must be greater than 0 and less than or equal to ${MAX_PG_NUM} (you may adjust 'mon max pool pg num' for higher values)`,
  );
}

function replicatedPlace(draft: OsdDraft, { rule, size }: PoolRequest, settings: Settings) {
  const crushRule = rule === undefined ? firstRule(draft) : ruleId(draft.crush, rule);
  if (crushRule === undefined) throw fail("noent", `specified rule ${rule} doesn't exist`);
  const copies = size > 0 ? size : settings.number("osd_pool_default_size");
  const minSize = settings.number("osd_pool_default_min_size");
  return {
    type: PoolType.replicated,
    size: copies,
    minSize: minSize > 0 ? Math.min(minSize, copies) : copies - Math.floor(copies / 2),
    crushRule,
  };
}

/** Upstream: OSDMap::get_osd_pool_default_crush_replicated_ruleset */
function firstRule(draft: OsdDraft): number {
  const first = draft.crush.rules.findIndex((rule) => rule?.type === PoolType.replicated);
  if (first < 0) throw fail("noent", "No suitable CRUSH rule exists");
  return first;
}

/** A rule of the pool's name, or `erasure-code` for the default profile, is made when there is none. */
function erasurePlace(draft: OsdDraft, { name, profile = "default", rule }: PoolRequest) {
  const found = draft.map.erasureCodeProfiles.get(profile);
  if (!found) {
    throw fail(
      "inval",
      "cannot determine the erasure code plugin because there is no 'plugin' entry in the erasure_code_profile {}",
    );
  }
  const [k, m] = [Number(found.get("k") ?? 2), Number(found.get("m") ?? 2)];
  const ruleName = rule ?? (profile === "default" ? "erasure-code" : name);
  let crushRule = ruleId(draft.crush, ruleName);
  if (crushRule === undefined) {
    const made = withRule(draft.crush, ruleName, ruleOfProfile(draft.crush, found));
    draft.crush = made.crush;
    crushRule = made.id;
  }
  return {
    type: PoolType.erasure,
    size: k + m,
    minSize: k + Math.min(1, m - 1),
    crushRule,
    erasureCodeProfile: profile,
    stripeWidth: k * STRIPE_UNIT,
  };
}
