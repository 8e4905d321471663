/** Long work in steps. */

import { assertEquals, assertRejects } from "@std/assert";
import { inSteps, MAX_STEP_MS } from "./in_steps.ts";

Deno.test("inSteps() lets others go first as soon as a step has lasted long enough", async () => {
  const order: string[] = [];
  let time = 0;
  function* work(): Generator<void, string> {
    for (const name of ["a", "b", "c"]) {
      order.push(name);
      time += MAX_STEP_MS / 2;
      yield;
    }
    return "done";
  }
  const result = inSteps(work(), () => time);
  order.push("other");
  assertEquals(await result, "done");
  assertEquals(order, ["a", "b", "other", "c"]);
});

Deno.test("inSteps() rejects with what the work throws", async () => {
  // deno-lint-ignore require-yield -- it throws before it would yield
  function* broken(): Generator<void, void> {
    throw new Error("broken");
  }
  await assertRejects(() => inSteps(broken()), Error, "broken");
});
