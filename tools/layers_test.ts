/** The table of layers. */

import { assertEquals } from "@std/assert";
import { type Import, importCycles, layerViolations } from "./layers.ts";

const one = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly, line: 3 });

Deno.test("layerViolations() lets imports go down only", () => {
  assertEquals(
    layerViolations([one("mgr/mon/a.ts", "mgr/msgr/b.ts"), one("mgr/mon/a.ts", "mgr/mon/b.ts")]),
    [],
  );
  assertEquals(layerViolations([one("mgr/msgr/a.ts", "mgr/mon/b.ts")]), [
    "mgr/msgr/a.ts:3: imports mgr/mon/b.ts: mgr/msgr may import mgr/encoding, mgr/types, mgr/time",
  ]);
});

Deno.test("layerViolations() lets types import types of the sdk", () => {
  assertEquals(layerViolations([one("mgr/types/a.ts", "sdk/mod.ts", true)]), []);
  assertEquals(layerViolations([one("mgr/types/a.ts", "sdk/mod.ts")]).length, 1);
});

Deno.test("layerViolations() keeps modules apart and out of the manager", () => {
  assertEquals(
    layerViolations([one("modules/a/mod.ts", "sdk/mod.ts"), one("modules/a/mod.ts", "npm:zod@4")]),
    [],
  );
  assertEquals(layerViolations([one("modules/a/mod.ts", "modules/b/mod.ts")]).length, 1);
  assertEquals(layerViolations([one("modules/a/mod.ts", "mgr/types/b.ts")]).length, 1);
});

Deno.test("layerViolations() treats the runner as its own layer", () => {
  assertEquals(layerViolations([one("mgr/host/runner.ts", "mgr/host/contract.ts")]), []);
  assertEquals(layerViolations([one("mgr/host/runner/a.ts", "mgr/host/registry.ts")]).length, 1);
});

Deno.test("layerViolations() looks at no test, and refuses packages other than npm", () => {
  assertEquals(layerViolations([one("mgr/types/a_test.ts", "tests/fakes/b.ts")]), []);
  assertEquals(layerViolations([one("mgr/types/a.ts", "jsr:@std/assert")]).length, 1);
});

Deno.test("importCycles() finds each cycle of run-time imports", () => {
  assertEquals(importCycles([one("a", "b"), one("b", "c"), one("c", "a"), one("c", "d")]), [[
    "a",
    "b",
    "c",
    "a",
  ]]);
  assertEquals(importCycles([one("a", "b"), one("b", "a", true)]), []);
});
