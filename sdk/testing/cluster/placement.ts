/** Where placement groups are, and in what state: what their primaries would report. Data move at once. */

import { NO_OSD, OsdMapper, type PgMapping } from "../../../mgr/crush/osd_mapper.ts";
import { NO_ITEM } from "../../../mgr/crush/rule_input.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import type { PgId } from "../../../mgr/types/pg_id.ts";
import { hasState, type PgStateName, withState } from "../../../mgr/types/pg_state.ts";
import { isErasure, type PgPool } from "../../../mgr/types/pg_pool.ts";

/** What is in a placement group. */
export interface PgContent {
  readonly objects: number;
  readonly bytes: number;
}

/** When something was so last, in wall milliseconds. */
export interface PgTimes {
  readonly created: number;
  readonly change: number;
  readonly active: number;
  readonly clean: number;
  readonly fullsized: number;
  readonly undegraded: number;
}

/** One placement group as its primary sees it. */
export interface PgView {
  readonly id: PgId;
  /** What CRUSH chose, whether it is up or not. */
  readonly raw: readonly number[];
  readonly mapping: PgMapping;
  /** The OSDs that serve it, holes aside. */
  readonly acting: readonly number[];
  readonly size: number;
  /** Bits of PG_STATE_*. */
  readonly state: number;
  readonly content: PgContent;
  readonly createdEpoch: number;
  readonly mappingEpoch: number;
  readonly times: PgTimes;
}

/** All placement groups of a pool, by seed. */
export type PoolView = readonly PgView[];

/** A pool of one epoch, and what is in it. */
export interface Placement {
  readonly map: OsdMap;
  readonly pool: number;
  readonly content: PgContent;
  readonly wallMs: number;
  /** OSDs of which CRUSH may say something else than before; undefined: all. */
  readonly touched: ReadonlySet<number> | undefined;
}

/** An even share for each of `n`. */
export function shareOf(whole: number, n: number, place: number): number {
  return Math.floor(whole / n) + (place < whole % n ? 1 : 0);
}

/**
 * The groups after a new map, or with other contents. One that has not changed is the same object as before. One that
 * nobody serves stays as it was: nobody reports it.
 */
export function placePool(placement: Placement, former: PoolView): PoolView {
  const { map, content, touched } = placement;
  const pool = map.pools.get(placement.pool)!;
  const mapper = new OsdMapper(map).pool(placement.pool)!;
  return Array.from({ length: pool.pgNum }, (_, seed) => {
    const old = former[seed];
    const isSame = old !== undefined && touched !== undefined && !old.raw.some((osd) => touched.has(osd));
    const raw = isSame ? old.raw : mapper.raw(seed);
    const share = {
      objects: shareOf(content.objects, pool.pgNum, seed),
      bytes: shareOf(content.bytes, pool.pgNum, seed),
    };
    return place({ pool: placement.pool, seed }, raw, share, placement, old);
  });
}

function place(
  id: PgId,
  raw: readonly number[],
  content: PgContent,
  { map, wallMs }: Placement,
  former: PgView | undefined,
): PgView {
  const pool = map.pools.get(id.pool)!;
  const mapping = mappingOf(raw, pool, map);
  const acting = mapping.acting.filter((osd) => osd !== NO_ITEM);
  if (acting.length === 0 && former !== undefined) return { ...former, raw, acting };
  const state = stateOf(acting.length, pool, content);
  const isSame = former?.state === state && former.content.objects === content.objects &&
    former.content.bytes === content.bytes && same(former.mapping.acting, mapping.acting) &&
    same(former.acting, acting);
  if (isSame) return former;
  return {
    id,
    raw,
    mapping,
    acting,
    size: pool.size,
    state,
    content,
    createdEpoch: former?.createdEpoch ?? map.epoch,
    mappingEpoch: map.epoch,
    times: timesOf(state, former, wallMs),
  };
}

/** A test cluster has no upmaps, affinities or temporary mappings: OSDs that are not up are left out, no more. */
function mappingOf(raw: readonly number[], pool: PgPool, map: OsdMap): PgMapping {
  const up = isErasure(pool)
    ? raw.map((osd) => (map.isUp(osd) ? osd : NO_ITEM))
    : raw.filter((osd) => map.isUp(osd));
  const primary = up.find((osd) => osd !== NO_ITEM) ?? NO_OSD;
  return { up, upPrimary: primary, acting: up, actingPrimary: primary };
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((osd, i) => osd === b[i]);

/** Upstream: PeeringState::activate, prepare_stats_for_publish in osd/PeeringState.cc */
function stateOf(members: number, { size, minSize }: PgPool, { objects }: PgContent): number {
  if (members === 0) return 0;
  const undersized = members < size;
  const names: (PgStateName | false)[] = [
    members < minSize ? "peered" : "active",
    undersized && "undersized",
    undersized && objects > 0 && "degraded",
    !undersized && "clean",
  ];
  return names.filter((name) => name !== false).reduce(withState, 0);
}

function timesOf(state: number, former: PgView | undefined, now: number): PgTimes {
  const old = former?.times ?? { created: now, active: 0, clean: 0, fullsized: now, undegraded: now };
  const isSo = (name: PgStateName): boolean => hasState(state, name);
  return {
    created: old.created,
    change: former?.state === state ? former.times.change : now,
    active: isSo("active") ? now : old.active,
    clean: isSo("clean") ? now : old.clean,
    fullsized: isSo("undersized") ? old.fullsized : now,
    undegraded: isSo("degraded") ? old.undegraded : now,
  };
}
