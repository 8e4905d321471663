/** Background workloads: one at a time, until they are stopped. */

import { assert, assertEquals } from "@std/assert";
import { Background } from "./background.ts";

Deno.test("next() waits for a workload, and ends with its signal", async () => {
  const background = new Background<"a" | "b">();
  const serve = new AbortController();
  const waiting = background.next(serve.signal);
  background.start("a");
  assertEquals((await waiting)?.workload, "a");
  assertEquals(background.stop(), "a");
  const idle = background.next(serve.signal);
  serve.abort();
  assertEquals(await idle, undefined);
});

Deno.test("start() ends the workload that runs", async () => {
  const background = new Background<"a" | "b">();
  const { signal } = new AbortController();
  background.start("a");
  const first = await background.next(signal);
  background.start("b");
  assert(first!.signal.aborted);
  assertEquals((await background.next(signal))?.workload, "b");
  assertEquals(background.stop(), "b");
  assertEquals(background.stop(), undefined);
});
