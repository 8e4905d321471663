/** Work that waits for its turn. */

import { assertEquals, assertRejects } from "@std/assert";
import { OneByOne } from "./one_by_one.ts";

Deno.test("OneByOne.run() lets others go between two pieces of work, and keeps their order", async () => {
  const line = new OneByOne();
  const done: string[] = [];
  const work = ["a", "b", "c"].map((name) => line.run(() => void done.push(name)));
  assertEquals(done, ["a"]);
  setTimeout(() => done.push("other"));
  await Promise.all(work);
  assertEquals([done[0], done.filter((name) => name !== "other")], ["a", ["a", "b", "c"]]);
  assertEquals(done.indexOf("other") < 3, true);
});

Deno.test("OneByOne.run() goes on after work that fails", async () => {
  const line = new OneByOne();
  const bad = assertRejects(() => line.run(() => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(await line.run(() => 5), 5);
  await bad;
});
