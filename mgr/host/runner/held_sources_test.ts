/** What a module's process may take for the newest. */

import { assertEquals } from "@std/assert";
import { HeldSources, MAX_DEAF_MS } from "./held_sources.ts";

const answer = (): Promise<string> => Promise.resolve("answer");

Deno.test("HeldSources: an answer holds until the manager says otherwise, each source by itself", async () => {
  const held = new HeldSources();
  assertEquals(held.has("df"), false);
  assertEquals(await held.ask("df", answer), "answer");
  await held.ask("health", answer);
  held.changed(["df"]);
  assertEquals([held.has("df"), held.has("health")], [false, true]);
});

Deno.test("HeldSources: an answer is not held when something was said between the question and it", async () => {
  const held = new HeldSources();
  const late = Promise.withResolvers<string>();
  const asked = held.ask("df", () => late.promise);
  late.resolve("answer");
  // Both frames come at once: the second is dealt with before who has asked goes on.
  held.changed(["df"]);
  await asked;
  assertEquals(held.has("df"), false);
});

Deno.test("HeldSources: what could not be answered is not held", async () => {
  const held = new HeldSources();
  await held.ask("df", () => Promise.reject(new Error("no"))).catch(() => {});
  assertEquals(held.has("df"), false);
});

Deno.test("HeldSources: who reads on and on without hearing anything asks again after a while", async () => {
  let now = 0;
  const held = new HeldSources(() => now);
  await held.ask("df", answer);
  assertEquals(held.has("df"), true);
  now += MAX_DEAF_MS;
  assertEquals(held.has("df"), true);
  now += 1;
  assertEquals(held.has("df"), false);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(held.has("df"), true);
});
