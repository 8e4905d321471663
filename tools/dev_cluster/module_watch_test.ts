/** What a saved file means, and that a module is reloaded once for many. */

import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { moduleOf, Reloads, SETTLE_MS } from "./module_watch.ts";

const ROOTS = ["/a/modules", "/b/ganglion-modules"];

Deno.test("moduleOf() is the directory below a root, for files that its process reads", () => {
  const of = (path: string) => moduleOf(path, ROOTS);
  assertEquals(of("/a/modules/box/mod.ts"), "box");
  assertEquals(of("/b/ganglion-modules/box/lib/lid.ts"), "box");
  assertEquals(of("/b/ganglion-modules/box/deno.json"), "box");
  assertEquals(of("/b/ganglion-modules/box"), "box");
  const others = [
    "",
    "/box/mod_test.ts",
    "/box/README.md",
    "/box/deno.lock",
    "/box/.git/index",
    "/box/mod.ts~",
  ];
  assertEquals([...others, "/box/.mod.ts.swp", "/box/4913"].map((path) => of(ROOTS[0] + path)), [
    ...others.map(() => undefined),
    undefined,
    undefined,
  ]);
  assertEquals(of("/elsewhere/box/mod.ts"), undefined);
});

Deno.test("Reloads reloads a module once, a moment after the last of many writes", async () => {
  const clock = new FakeClock();
  const reloaded: string[] = [];
  const reloads = new Reloads(clock, (module) => Promise.resolve(void reloaded.push(module)));
  reloads.changed("box");
  await clock.advance(SETTLE_MS - 1);
  reloads.changed("box");
  reloads.changed("crate");
  await clock.advance(SETTLE_MS - 1);
  assertEquals(reloaded, []);
  await clock.advance(1);
  assertEquals(reloaded, ["box", "crate"]);
  reloads.changed("box");
  reloads.stop();
  await clock.advance(SETTLE_MS);
  assertEquals(reloaded.length, 2);
});

Deno.test("Reloads takes what is saved during a reload by another one", async () => {
  const clock = new FakeClock();
  const running: PromiseWithResolvers<void>[] = [];
  const reloads = new Reloads(clock, () => {
    running.push(Promise.withResolvers());
    return running.at(-1)!.promise;
  });
  reloads.changed("box");
  await clock.advance(SETTLE_MS);
  reloads.changed("box");
  await clock.advance(SETTLE_MS);
  assertEquals(running.length, 1);
  running[0]!.resolve();
  await settle();
  assertEquals(running.length, 2);
  running[1]!.resolve();
});
