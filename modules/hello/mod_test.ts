/** hello without Ceph: what it answers, what it counts, and what it does when the monitors are away. */

import { assertEquals } from "@std/assert";
import { FakeTime, TestManager } from "@ganglion/sdk/testing";
import manifest from "./deno.json" with { type: "json" };
import Hello from "./mod.ts";

/** It writes greetings down once a second. */
const SAVED_MS = 1000;

Deno.test("hello greets a place or a person", async () => {
  await using manager = await TestManager.start(Hello, { permissions: manifest, options: { place: "Mars" } });
  assertEquals(await manager.command({ prefix: "hello" }), {
    retval: 0,
    stdout: "Hello, Mars!\n",
    stderr: "",
  });
  const { stdout } = await manager.command({ prefix: "hello", person_name: "Bob" });
  assertEquals(stdout, "Hello, Bob!\n");
});

Deno.test("hello follows its options while it runs", async () => {
  await using manager = await TestManager.start(Hello, { permissions: manifest });
  await manager.setOption("place", "Venus");
  await manager.setOption("emphatic", false);
  assertEquals((await manager.command({ prefix: "hello" })).stdout, "Hello, Venus.\n");
  await manager.setOption("place", null);
  assertEquals((await manager.command({ prefix: "hello" })).stdout, "Hello, world.\n");
  assertEquals(manager.log.map(({ text }) => text), [
    "0 greetings so far",
    "from now on to Venus",
    "from now on to Venus",
    "from now on to world",
  ]);
});

Deno.test("hello counts its greetings across restarts", async () => {
  using time = new FakeTime();
  await using manager = await TestManager.start(Hello, { permissions: manifest, store: { greetings: "40" } });
  await manager.command({ prefix: "hello" });
  await manager.command({ prefix: "hello" });
  assertEquals((await manager.command({ prefix: "hello count" })).stdout, "42 greetings\n");
  assertEquals(manager.store.get("greetings"), "40");
  await time.advance(SAVED_MS);
  assertEquals(manager.store.get("greetings"), "42");
  await manager.restart();
  assertEquals((await manager.command({ prefix: "hello count" })).stdout, "42 greetings\n");
});

Deno.test("hello loses no greeting while the monitors take nothing", async () => {
  using time = new FakeTime();
  await using manager = await TestManager.start(Hello, { permissions: manifest, name: "hello" });
  manager.refuseWrites("no quorum");
  await manager.command({ prefix: "hello" });
  await time.advance(SAVED_MS);
  assertEquals(
    manager.log.at(-1)!.text,
    "Cannot store the number of greetings: Cannot config-key set mgr/hello/greetings: no quorum",
  );
  manager.refuseWrites(undefined);
  await time.advance(SAVED_MS);
  assertEquals(manager.store.get("greetings"), "1");
});

Deno.test("hello writes down what it has when it stops", async () => {
  await using manager = await TestManager.start(Hello, { permissions: manifest });
  await manager.command({ prefix: "hello" });
  await manager.stop();
  assertEquals(manager.store.get("greetings"), "1");
});
