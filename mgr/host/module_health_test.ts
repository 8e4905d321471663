/** What is said of modules in the words of Ceph. */

import { assertEquals } from "@std/assert";
import { HealthSeverity } from "../types/health.ts";
import { moduleHealthChecks } from "./module_health.ts";

const NONE = { dependencies: [], failures: [], deaths: [], permissions: [] };

Deno.test("moduleHealthChecks() says nothing when nothing is wrong", () => {
  assertEquals(moduleHealthChecks(NONE).size, 0);
});

Deno.test("moduleHealthChecks() of one module has the reason in its summary, in one line", () => {
  const checks = moduleHealthChecks({ ...NONE, failures: [["box", "serve() threw\n  at mod.ts:1"]] });
  const text = "Module 'box' has failed: serve() threw";
  assertEquals([...checks], [["MGR_MODULE_ERROR", {
    severity: HealthSeverity.error,
    summary: text,
    detail: [text],
    count: 1,
  }]]);
});

Deno.test("moduleHealthChecks() of several modules counts them and has the reasons in the detail", () => {
  const pairs = [["a", "no"], ["b", "neither"]] as const;
  const checks = moduleHealthChecks({
    dependencies: pairs,
    failures: pairs,
    deaths: pairs,
    permissions: pairs,
  });
  assertEquals([...checks].map(([code, { summary, count }]) => [code, summary, count]), [
    ["MGR_MODULE_DEPENDENCY", "2 mgr modules have failed dependencies", 2],
    ["MGR_MODULE_ERROR", "2 mgr modules have failed", 2],
    ["MGR_MODULE_DIED", "2 mgr modules die again and again", 2],
    ["MGR_MODULE_PERMISSION", "2 mgr modules wait for permissions", 2],
  ]);
  assertEquals(checks.get("MGR_MODULE_DEPENDENCY")!.detail, [
    "Module 'a' has failed dependency: no",
    "Module 'b' has failed dependency: neither",
  ]);
});
