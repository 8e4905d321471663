/** Work that waits for its turn. */

import { assertEquals, assertRejects } from "@std/assert";
import { MAX_STEP_MS } from "./in_steps.ts";
import { OneByOne } from "./one_by_one.ts";

Deno.test("OneByOne.run() lets others go as soon as work has lasted long enough, and keeps the order", async () => {
  let time = 0;
  const line = new OneByOne(() => time);
  const done: string[] = [];
  const work = ["a", "b", "c"].map((name) =>
    line.run(() => {
      done.push(name);
      time += MAX_STEP_MS / 2;
    })
  );
  assertEquals(done, ["a"]);
  // What is not in a turn of its own is over by then.
  for (let i = 0; i < 20; i++) await Promise.resolve();
  assertEquals(done, ["a", "b"]);
  await Promise.all(work);
  assertEquals(done, ["a", "b", "c"]);
});

Deno.test("OneByOne.run() goes on after work that fails", async () => {
  const line = new OneByOne();
  const bad = assertRejects(
    () =>
      line.run(() => {
        throw new Error("no");
      }),
    Error,
    "no",
  );
  assertEquals(await line.run(() => 5), 5);
  await bad;
});
