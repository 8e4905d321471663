/** A PG through the loss of an OSD and back. */

import { assertEquals } from "@std/assert";
import { pgStateText } from "../../../mgr/types/pg_state.ts";
import { PEERING_MS, type PgRules, SimPg } from "./sim_pg.ts";

const RULES: PgRules = {
  size: 3,
  minSize: 2,
  erasure: false,
  norecover: false,
  nobackfill: false,
  norebalance: false,
};
const OBJECTS = 100;

const on = (up: readonly number[], acting = up) => ({
  up,
  upPrimary: up[0] ?? -1,
  acting,
  actingPrimary: acting[0] ?? -1,
});

/** A PG and its clock. */
class Scene {
  readonly pg = new SimPg({ pool: 1, seed: 0 }, 1, 0);
  now = 0;
  epoch = 1;
  down: readonly number[] = [];

  map(...acting: number[]): this {
    return this.remap(acting);
  }

  remap(up: readonly number[], acting = up, rules = RULES): this {
    const isUp = (osd: number): boolean => !this.down.includes(osd);
    const move = { mapping: on(up, acting), epoch: ++this.epoch, objects: OBJECTS, rules, isUp };
    this.pg.remap(move, this.now);
    return this;
  }

  /** Lets so many seconds pass, in steps of one; the states on the way. */
  pass(seconds: number, rules = RULES): string[] {
    const seen: string[] = [];
    for (let i = 0; i < seconds; i++) {
      this.now += 1000;
      this.pg.advance(1000, OBJECTS, rules, this.now);
      const text = pgStateText(this.pg.state);
      if (seen.at(-1) !== text) seen.push(text);
    }
    return seen;
  }
}

Deno.test("SimPg peers, then is active and clean", () => {
  const { pg } = new Scene().map(0, 1, 2);
  pg.advance(1, OBJECTS, RULES, PEERING_MS - 1);
  assertEquals([pgStateText(pg.state), pg.isActive], ["peering", false]);
  pg.advance(1, OBJECTS, RULES, PEERING_MS);
  assertEquals([pgStateText(pg.state), pg.isActive, pg.stamps.becameActive], [
    "active+clean",
    true,
    PEERING_MS,
  ]);
});

Deno.test("SimPg is degraded without an OSD, and recovers when it is back", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  assertEquals(scene.map(0, 1).pass(2), ["active+undersized+degraded"]);
  assertEquals(scene.pg.lacking(3, OBJECTS), { degraded: OBJECTS, misplaced: 0 });
  assertEquals(scene.map(0).pass(1), ["undersized+degraded+peered"]);
  assertEquals(scene.map(0, 1, 2).pass(3).at(-1), "active+clean");
  assertEquals(scene.pg.recoveredObjects > 0, true);
});

Deno.test("SimPg recovers what a member lost; norecover lets it wait", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  scene.pg.lose(0.5, OBJECTS);
  assertEquals(scene.pass(3, { ...RULES, norecover: true }), ["active+recovery_wait+degraded"]);
  assertEquals(scene.pass(20), ["active+recovering+degraded", "active+clean"]);
});

Deno.test("SimPg: an OSD that goes out serves until the one in its place is filled", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  scene.map(0, 3, 1);
  assertEquals(scene.pg.wantedActing, [0, 1, 2]);
  scene.remap([0, 3, 1], [0, 1, 2]);
  assertEquals(scene.pg.lacking(3, OBJECTS), { degraded: 0, misplaced: OBJECTS });
  assertEquals(scene.pass(3), ["active+remapped+backfilling"]);
  const { degraded, misplaced } = scene.pg.lacking(3, OBJECTS);
  assertEquals([degraded, misplaced > 0 && misplaced < OBJECTS], [0, true]);
  assertEquals(scene.pass(20), ["active+remapped+backfilling", "active+remapped"]);
  assertEquals(scene.pg.wantedActing, []);
  assertEquals(scene.map(0, 3, 1).pass(1), ["active+clean"]);
  // Its copy is removed then: it is filled anew when it is back.
  assertEquals(scene.map(0, 1, 2).pg.wantedActing, [0, 1, 3]);
});

Deno.test("SimPg fills the place of an OSD that is dead; flags let it wait", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  scene.down = [2];
  scene.map(0, 1).pass(1);
  scene.map(3, 0, 1);
  assertEquals(scene.pg.wantedActing, [0, 1]);
  scene.remap([3, 0, 1], [0, 1]);
  const waits = { ...RULES, nobackfill: true };
  assertEquals(scene.pass(2, waits), ["active+undersized+degraded+remapped+backfill_wait"]);
  assertEquals(scene.pass(2, { ...RULES, norebalance: true }), [
    "active+undersized+degraded+remapped+backfilling",
  ]);
  scene.pass(20);
  assertEquals(scene.map(3, 0, 1).pass(1), ["active+clean"]);
});

Deno.test("SimPg of an erasure coded pool keeps the place of each shard", () => {
  const rules = { ...RULES, erasure: true };
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1, rules);
  assertEquals(scene.remap([4, 1, 3], undefined, rules).pg.wantedActing, [0, 1, 2]);
});

Deno.test("SimPg: a scrub finds damage, a repair heals it", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  scene.pg.damage = 2;
  scene.pg.scrub(false, false, scene.now);
  assertEquals(scene.pass(3), ["active+clean+scrubbing", "active+clean+inconsistent"]);
  assertEquals(scene.pg.errors, 2);
  scene.pg.scrub(true, true, scene.now);
  assertEquals(scene.pass(6).at(-1), "active+clean");
});

Deno.test("SimPg.lose() takes objects from a replica", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  scene.pg.lose(0.5, OBJECTS);
  assertEquals([scene.pg.missingOn(0), scene.pg.missingOn(1)], [0, 50]);
  assertEquals(scene.pass(1), ["active+recovering+degraded"]);
});
