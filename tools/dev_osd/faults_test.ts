/** Faults of a simulated OSD. */

import { assertEquals } from "@std/assert";
import { OsdState } from "../../mgr/types/osd_map_bits.ts";
import { fullnessOf, isLasting, isSudden, OsdFaults } from "./faults.ts";

const RATIOS = { nearfullRatio: 0.85, backfillfullRatio: 0.9, fullRatio: 0.95 };

Deno.test("OsdFaults: the fullest fault decides, and means what its name says", () => {
  const faults = new OsdFaults();
  const bits = (): number => fullnessOf(faults.pretendedShare(RATIOS), RATIOS);
  assertEquals(bits(), 0);
  faults.add("nearfull", 0);
  assertEquals(bits(), OsdState.nearfull);
  faults.add("full", 0);
  assertEquals(bits(), OsdState.full);
  faults.heal("full");
  assertEquals(bits(), OsdState.nearfull);
  faults.heal();
  assertEquals(bits(), 0);
});

Deno.test("OsdFaults: slow operations grow older", () => {
  const faults = new OsdFaults();
  assertEquals(faults.healthMetrics(0)[0], { type: 0, n1: 0, n2: 0 });
  faults.add("slow", 1_000);
  assertEquals(faults.healthMetrics(11_000)[0], { type: 0, n1: 3, n2: 41 });
  assertEquals(faults.delayMs > 0 && faults.latencyMs > 100, true);
});

Deno.test("faults are lasting, sudden, or none", () => {
  assertEquals([isLasting("slow"), isSudden("slow"), isLasting("rust"), isSudden("scrub_errors")], [
    true,
    false,
    false,
    true,
  ]);
});
