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
  readonly norecover: boolean;
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

  /** A new map. Members that never were lack everything; members that come back lack what was written meanwhile. */
  remap(mapping: PgMapping, epoch: number, objects: number, nowMs: number): void {
    this.mappingEpoch = epoch;
    const same = String(mapping.acting) === String(this.mapping.acting) &&
      String(mapping.up) === String(this.mapping.up);
    if (same) return;
    const before = this.acting;
    this.mapping = mapping;
    this.since = epoch;
    // Before the PG was whole for the first time there is nothing to catch up with.
    const first = this.stamps.clean === 0;
    for (const osd of this.acting) {
      const lost = this.#missing.get(osd);
      if (lost === undefined) this.#missing.set(osd, first ? 0 : objects);
      else if (!before.includes(osd) && lost === 0) this.#missing.set(osd, COPY_LOST(objects));
    }
    this.#peeringUntil = nowMs + PEERING_MS;
    this.#scrub = undefined;
  }

  /** Objects that an OSD lacks. */
  missingOn(osd: number): number {
    return this.#missing.get(osd) ?? 0;
  }

  /** Objects on the acting OSDs that are not there yet, and copies for which there is no OSD. */
  degraded(size: number, objects: number): number {
    const { acting } = this;
    const missing = acting.reduce((sum, osd) => sum + Math.min(objects, this.missingOn(osd)), 0);
    return missing + Math.max(0, size - acting.length) * objects;
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
    if (nowMs >= this.#peeringUntil && !rules.norecover) this.#recover(dtMs, objects);
    if (this.#scrub !== undefined && nowMs >= this.#scrub.until) this.#finishScrub(this.#scrub, nowMs);
    const state = this.#stateNow(objects, rules, nowMs);
    this.#stamp(state, rules, objects, nowMs);
    const changed = state !== this.#state;
    this.#state = state;
    return changed;
  }

  #recover(dtMs: number, objects: number): void {
    if (this.acting.length === 0) return;
    const step = Math.max(1, Math.ceil(objects * RECOVERY_SHARE * dtMs / 1000));
    for (const osd of this.acting) {
      const missing = Math.min(objects, this.missingOn(osd));
      const done = Math.min(missing, step);
      this.recoveredObjects += done;
      this.#missing.set(osd, missing - done);
    }
  }

  #finishScrub({ deep, repair }: Scrub, nowMs: number): void {
    this.#scrub = undefined;
    this.stamps.scrub = nowMs;
    if (deep) this.stamps.deepScrub = nowMs;
    if (repair) this.damage = 0;
    this.errors = this.damage;
    if (this.errors === 0) this.stamps.cleanScrub = nowMs;
  }

  #stateNow(objects: number, { size, minSize, norecover }: PgRules, nowMs: number): number {
    const { acting } = this;
    if (acting.length === 0) return 0;
    if (nowMs < this.#peeringUntil) return states("peering");
    const missing = acting.some((osd) => Math.min(objects, this.missingOn(osd)) > 0);
    const undersized = acting.length < size;
    const degraded = missing || (undersized && objects > 0);
    const scrub = this.#scrub;
    return states(
      acting.length < minSize ? "peered" : "active",
      undersized && "undersized",
      degraded && "degraded",
      missing && (norecover ? "recovery_wait" : "recovering"),
      !undersized && !missing && "clean",
      this.errors > 0 && "inconsistent",
      scrub && "scrubbing",
      scrub?.deep && "deep",
      scrub?.repair && "repair",
    );
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
    }
    if (this.degraded(size, objects) === 0) stamps.undegraded = nowMs;
    if (this.acting.length >= size) stamps.fullsized = nowMs;
  }
}

function states(...names: readonly (PgStateName | false | undefined)[]): number {
  return names.filter((name) => name !== false && name !== undefined).reduce(withState, 0);
}
