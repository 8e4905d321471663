/** How much one owner has under way. */

import { assertEquals, assertRejects } from "@std/assert";
import { settle } from "../../tests/fakes/fake_clock.ts";
import { MAX_WAITING, Window } from "./window.ts";

/** Calls that end when a test says so. */
function bench(calls: number, bytes: number) {
  const window = new Window({ calls, bytes });
  const started: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const run = (name: string, size: number, signal?: AbortSignal): Promise<string> => {
    const end = Promise.withResolvers<string>();
    ends.set(name, end);
    return window.run(size, signal, () => (started.push(name), end.promise));
  };
  return {
    started,
    run,
    end: (name: string) => ends.get(name)!.resolve(name),
    fail: (name: string) => ends.get(name)!.reject(new Error(name)),
  };
}

Deno.test("run() starts at once while there is room, and later in the order of the calls", async () => {
  const { started, run, end, fail } = bench(2, 100);
  const all = ["a", "b", "c", "d"].map((name) => run(name, 10));
  assertEquals(started, ["a", "b"]);
  end("b");
  await settle();
  assertEquals(started, ["a", "b", "c"]);
  fail("a");
  await assertRejects(() => all[0]!, Error, "a");
  await settle();
  assertEquals(started, ["a", "b", "c", "d"]);
  end("c");
  end("d");
  assertEquals(await Promise.all(all.slice(1)), ["b", "c", "d"]);
});

Deno.test("run() keeps to the bytes, lets one call of any size run, and nobody overtake", async () => {
  const { started, run, end } = bench(10, 100);
  run("big", 500);
  run("next", 60);
  run("small", 1);
  assertEquals(started, ["big"]);
  end("big");
  await settle();
  assertEquals(started, ["big", "next", "small"]);
  run("third", 60);
  run("fourth", 1);
  assertEquals(started.length, 3);
  end("next");
  await settle();
  assertEquals(started.slice(3), ["third", "fourth"]);
});

Deno.test("run() gives up by its signal, and refuses when too many wait", async () => {
  const { started, run } = bench(1, 1);
  run("first", 1);
  const stop = new AbortController();
  const waiting = run("second", 1, stop.signal);
  stop.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => run("third", 1, stop.signal), Error, "enough");
  for (let i = 0; i < MAX_WAITING; i++) run(`w${i}`, 1);
  await assertRejects(() => run("more", 1), Error, "operations wait to be sent");
  assertEquals(started, ["first"]);
});
