/** A PG through the loss of an OSD and back. */

import { assertEquals } from "@std/assert";
import { pgStateText } from "../../../mgr/types/pg_state.ts";
import { PEERING_MS, type PgRules, SimPg } from "./sim_pg.ts";

const RULES: PgRules = { size: 3, minSize: 2, norecover: false };
const OBJECTS = 100;

const on = (...acting: number[]) => ({
  up: acting,
  upPrimary: acting[0] ?? -1,
  acting,
  actingPrimary: acting[0] ?? -1,
});

/** A PG and its clock. */
class Scene {
  readonly pg = new SimPg({ pool: 1, seed: 0 }, 1, 0);
  now = 0;
  epoch = 1;

  map(...acting: number[]): this {
    this.pg.remap(on(...acting), ++this.epoch, OBJECTS, this.now);
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
  assertEquals(scene.pg.degraded(3, OBJECTS), OBJECTS);
  assertEquals(scene.map(0).pass(1), ["undersized+degraded+peered"]);
  assertEquals(scene.map(0, 1, 2).pass(3).at(-1), "active+clean");
  assertEquals(scene.pg.recoveredObjects > 0, true);
});

Deno.test("SimPg fills an OSD that is new to it; norecover lets it wait", () => {
  const scene = new Scene().map(0, 1, 2);
  scene.pass(1);
  scene.map(0, 1, 3);
  const waiting = scene.pass(3, { ...RULES, norecover: true });
  assertEquals([waiting, scene.pg.missingOn(3)], [["active+recovery_wait+degraded"], OBJECTS]);
  assertEquals(scene.pass(20), ["active+recovering+degraded", "active+clean"]);
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
