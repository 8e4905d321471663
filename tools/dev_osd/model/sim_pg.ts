/** One placement group as all simulated OSDs see it: who has which part of it, what it is busy with, what is wrong with it. */

import type { PgMapping } from "../../../mgr/crush/osd_mapper.ts";
import { NO_ITEM } from "../../../mgr/crush/rule_input.ts";
import type { PgId } from "../../../mgr/types/pg_id.ts";
import { type PgStateName, withState } from "../../../mgr/types/pg_state.ts";

/** Peering takes so long. */
export const PEERING_MS = 300;
/** Scrubs take so long; deep ones longer. */
const SCRUB_MS = 2_000;
const DEEP_SCRUB_MS = 5_000;
/** This share of the objects is recovered in a second, and one at least. */
const RECOVERY_SHARE = 0.06;
const NOBODY: PgMapping = { up: [], upPrimary: -1, acting: [], actingPrimary: -1 };

/** A scrub that runs. */
interface Scrub {
  readonly deep: boolean;
  readonly repair: boolean;
  readonly until: number;
}

/** Times of the last changes, in wall milliseconds; 0: never. */
export interface PgStamps {
  change: number;
  active: number;
  becameActive: number;
  peered: number;
  becamePeered: number;
  clean: number;
  undegraded: number;
  fullsized: number;
  scrub: number;
  deepScrub: number;
  cleanScrub: number;
}

/** What the pool and the flags of the map say. */
export interface PgRules {
  readonly size: number;
  readonly minSize: number;
  /** Whether the place of an OSD in the PG matters. */
  readonly erasure: boolean;
  /** Flags of the map: what has to wait. */
  readonly norecover: boolean;
  readonly nobackfill: boolean;
  readonly norebalance: boolean;
}

/** What a new map means for a PG. */
export interface PgMove {
  readonly mapping: PgMapping;
  readonly epoch: number;
  readonly objects: number;
  readonly rules: PgRules;
  readonly isUp: (osd: number) => boolean;
}

const COPY_LOST = (objects: number): number => Math.max(1, Math.floor(objects / 20));

/** A PG from its creation on. */
export class SimPg {
  readonly id: PgId;
  readonly stamps: PgStamps;
  /** Epoch of its creation. */
  readonly created: number;
  mapping: PgMapping = NOBODY;
  mappingEpoch = 0;
  /** Epoch in which the present members took over. */
  since = 0;
  lastEpochClean = 0;
  recoveredObjects = 0;
  /** Errors that scrubs have found, and that the next one will find. */
  errors = 0;
  damage = 0;
  #state = 0;
  /** Objects that each OSD lacks. Who is not here never had the PG. */
  readonly #missing = new Map<number, number>();
  /** Those that never had it and are filled object by object, while others serve. */
  readonly #filling = new Set<number>();
  /** Those that have it, are no members now, and did not see what was written since. */
  readonly #outdated = new Set<number>();
  #wanted: readonly number[] = [];
  /** Who served it when it was active last. */
  #served: readonly number[] = [];
  #peeringUntil = 0;
  #scrub: Scrub | undefined;

  constructor(id: PgId, created: number, nowMs: number) {
    this.id = id;
    this.created = created;
    this.stamps = {
      change: nowMs,
      active: 0,
      becameActive: 0,
      peered: 0,
      becamePeered: 0,
      clean: 0,
      undegraded: nowMs,
      fullsized: nowMs,
      scrub: nowMs,
      deepScrub: nowMs,
      cleanScrub: nowMs,
    };
  }

  /** Bits of PG_STATE_*. */
  get state(): number {
    return this.#state;
  }

  /** The OSDs that serve it, holes aside. */
  get acting(): readonly number[] {
    return this.mapping.acting.filter((osd) => osd !== NO_ITEM);
  }

  /** Whether it takes operations. */
  get isActive(): boolean {
    return this.#state % 4 >= 2;
  }

  /** All OSDs that have it or get it. */
  get members(): readonly number[] {
    return [...new Set([...this.mapping.up, ...this.mapping.acting])].filter((osd) => osd !== NO_ITEM);
  }

  /** The OSDs that should serve it, as MOSDPGTemp asks for them; none: those that CRUSH says. */
  get wantedActing(): readonly number[] {
    return this.#wanted;
  }

  /** A new map. Members that never were lack everything; members that come back lack what was written meanwhile. */
  remap({ mapping, epoch, objects, rules, isUp }: PgMove, nowMs: number): void {
    this.mappingEpoch = epoch;
    const same = String(mapping.acting) === String(this.mapping.acting) &&
      String(mapping.up) === String(this.mapping.up);
    if (same) return;
    this.mapping = mapping;
    this.since = epoch;
    for (const osd of this.members) this.#join(osd, objects);
    const serves = (osd: number): boolean => osd !== NO_ITEM && isUp(osd) && !this.#filling.has(osd);
    this.#wanted = this.#filling.size === 0
      ? []
      : holders([mapping.up, mapping.acting, this.#served], rules, serves);
    this.#peeringUntil = nowMs + PEERING_MS;
    this.#scrub = undefined;
  }

  #join(osd: number, objects: number): void {
    const lost = this.#missing.get(osd);
    // Before the PG was whole for the first time there is nothing to catch up with.
    if (this.stamps.clean === 0) this.#missing.set(osd, lost ?? 0);
    else if (lost === undefined) {
      this.#missing.set(osd, objects);
      if (objects > 0) this.#filling.add(osd);
    } else if (this.#outdated.has(osd) && lost === 0) this.#missing.set(osd, COPY_LOST(objects));
    this.#outdated.delete(osd);
  }

  /** Objects that an OSD lacks. */
  missingOn(osd: number): number {
    return this.#missing.get(osd) ?? 0;
  }

  /** Copies that are nowhere, and copies that are on OSDs other than those that CRUSH says. */
  lacking(size: number, objects: number): { degraded: number; misplaced: number } {
    const { up, acting } = this.mapping;
    const copies = (osds: readonly number[]): number =>
      osds.filter((osd) => osd !== NO_ITEM)
        .reduce((sum, osd) => sum + Math.max(0, objects - this.missingOn(osd)), 0);
    const inPlace = copies(up);
    const elsewhere = copies(acting.filter((osd) => !up.includes(osd)));
    const degraded = Math.max(0, size * objects - inPlace - elsewhere);
    return { degraded, misplaced: Math.max(0, size * objects - inPlace - degraded) };
  }

  /** A share of the objects is lost on one replica and has to be recovered. Nothing happens without a replica. */
  lose(share: number, objects: number): void {
    const replica = this.acting.find((osd) => osd !== this.mapping.actingPrimary);
    if (replica !== undefined) this.#missing.set(replica, Math.max(1, Math.floor(objects * share)));
  }

  /** Begins a scrub, unless one runs. */
  scrub(deep: boolean, repair: boolean, nowMs: number): void {
    if (this.#scrub !== undefined || !this.isActive) return;
    this.#scrub = { deep, repair, until: nowMs + (deep ? DEEP_SCRUB_MS : SCRUB_MS) };
  }

  /** Lets time pass; its primary calls it. True when the state is another one. */
  advance(dtMs: number, objects: number, rules: PgRules, nowMs: number): boolean {
    if (nowMs >= this.#peeringUntil) this.#catchUp(dtMs, objects, rules);
    if (this.#scrub !== undefined && nowMs >= this.#scrub.until) this.#finishScrub(this.#scrub, nowMs);
    const state = this.#stateNow(objects, rules, nowMs);
    this.#stamp(state, rules, objects, nowMs);
    const changed = state !== this.#state;
    this.#state = state;
    if (this.isActive) {
      this.#served = this.mapping.acting;
      for (const osd of this.#strays) this.#outdated.add(osd);
    }
    return changed;
  }

  /** Recovery first, backfill when it is done. */
  #catchUp(dtMs: number, objects: number, rules: PgRules): void {
    if (this.acting.length === 0) return;
    const step = Math.max(1, Math.ceil(objects * RECOVERY_SHARE * dtMs / 1000));
    const work = this.#workOf(objects, rules);
    if (work === "recovering") { for (const osd of this.#lagging(objects)) this.#copyTo(osd, step, objects); }
    if (work === "backfilling") { for (const osd of this.#targets) this.#copyTo(osd, step, objects); }
    for (const osd of this.#filling) if (this.missingOn(osd) === 0) this.#filling.delete(osd);
    if (this.#filling.size === 0) this.#wanted = [];
  }

  #copyTo(osd: number, step: number, objects: number): void {
    const missing = Math.min(objects, this.missingOn(osd));
    const done = Math.min(missing, step);
    this.recoveredObjects += done;
    this.#missing.set(osd, missing - done);
  }

  /** Members that are being filled. */
  get #targets(): readonly number[] {
    return this.members.filter((osd) => this.#filling.has(osd));
  }

  /** Members that lack some of what they had. */
  #lagging(objects: number): readonly number[] {
    return this.acting.filter((osd) => !this.#filling.has(osd) && Math.min(objects, this.missingOn(osd)) > 0);
  }

  /** What keeps it busy; undefined: nothing. */
  #workOf(objects: number, rules: PgRules): PgStateName | undefined {
    if (this.#lagging(objects).length > 0) return rules.norecover ? "recovery_wait" : "recovering";
    if (this.#targets.length === 0) return undefined;
    const isDegraded = this.lacking(rules.size, objects).degraded > 0;
    const waits = rules.nobackfill || (rules.norebalance && !isDegraded);
    return waits ? "backfill_wait" : "backfilling";
  }

  #finishScrub({ deep, repair }: Scrub, nowMs: number): void {
    this.#scrub = undefined;
    this.stamps.scrub = nowMs;
    if (deep) this.stamps.deepScrub = nowMs;
    if (repair) this.damage = 0;
    this.errors = this.damage;
    if (this.errors === 0) this.stamps.cleanScrub = nowMs;
  }

  #stateNow(objects: number, rules: PgRules, nowMs: number): number {
    const { acting, mapping } = this;
    if (acting.length === 0) return 0;
    const remapped = String(mapping.acting) !== String(mapping.up) && "remapped";
    if (nowMs < this.#peeringUntil) return states("peering", remapped);
    const work = this.#workOf(objects, rules);
    const undersized = acting.length < rules.size;
    const scrub = this.#scrub;
    return states(
      acting.length < rules.minSize ? "peered" : "active",
      undersized && "undersized",
      this.lacking(rules.size, objects).degraded > 0 && "degraded",
      remapped,
      work,
      !undersized && !remapped && work === undefined && "clean",
      this.errors > 0 && "inconsistent",
      scrub && "scrubbing",
      scrub?.deep && "deep",
      scrub?.repair && "repair",
    );
  }

  /** Once all copies are where they belong, the others are removed: who comes back is filled anew. */
  #forgetStrays(): void {
    for (const osd of this.#strays) this.#missing.delete(osd);
    this.#outdated.clear();
  }

  /** Those that have some of it and are no members. */
  get #strays(): readonly number[] {
    const { members } = this;
    return [...this.#missing.keys()].filter((osd) => !members.includes(osd));
  }

  #stamp(state: number, { size }: PgRules, objects: number, nowMs: number): void {
    const { stamps } = this;
    const has = (s: number, name: PgStateName): boolean => withState(s, name) === s;
    const was = this.#state;
    if (state !== was) stamps.change = nowMs;
    const active = has(state, "active");
    if (active || has(state, "peered")) stamps.peered = nowMs;
    if (active) stamps.active = nowMs;
    if (active && !has(was, "active")) {
      stamps.becameActive = nowMs;
      stamps.becamePeered = nowMs;
    }
    if (has(state, "clean")) {
      stamps.clean = nowMs;
      this.lastEpochClean = this.mappingEpoch;
      this.#forgetStrays();
    }
    if (this.lacking(size, objects).degraded === 0) stamps.undegraded = nowMs;
    if (this.acting.length >= size) stamps.fullsized = nowMs;
  }
}

/** Who has the objects and can serve: of all candidates, those of the first sets before the others. */
function holders(
  sets: readonly (readonly number[])[],
  { size, erasure }: PgRules,
  serves: (osd: number) => boolean,
): readonly number[] {
  if (!erasure) return [...new Set(sets.flat().filter(serves))].slice(0, size);
  const shards = sets[0]!.map((_, shard) => sets.map((set) => set[shard] ?? NO_ITEM).find(serves) ?? NO_ITEM);
  return shards.some((osd) => osd !== NO_ITEM) ? shards : [];
}

function states(...names: readonly (PgStateName | false | undefined)[]): number {
  return names.filter((name) => name !== false && name !== undefined).reduce(withState, 0);
}
