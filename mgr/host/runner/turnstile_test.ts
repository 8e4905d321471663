/** Calls that wait for others in the module's own process. */

import { assertEquals, assertRejects } from "@std/assert";
import { settle } from "../../../tests/fakes/fake_clock.ts";
import { Turnstile } from "./turnstile.ts";

class Bench {
  readonly turnstile = new Turnstile({ calls: 2, bytes: 10 });
  readonly open: PromiseWithResolvers<void>[] = [];
  readonly begun: number[] = [];

  pass(id: number, bytes = 0, signal?: AbortSignal): Promise<number> {
    return this.turnstile.pass(bytes, signal, async () => {
      this.begun.push(id);
      const gate = this.open[id] = Promise.withResolvers<void>();
      await gate.promise;
      return id;
    });
  }
}

Deno.test("Turnstile lets so many calls go at once, the others in their order", async () => {
  const b = new Bench();
  const all = [0, 1, 2, 3].map((id) => b.pass(id));
  assertEquals(b.begun, [0, 1]);
  b.open[1]!.resolve();
  await settle();
  assertEquals(b.begun, [0, 1, 2]);
  b.open[0]!.reject(new Error("no"));
  await assertRejects(() => all[0]!, Error, "no");
  await settle();
  assertEquals(b.begun, [0, 1, 2, 3]);
  b.open[2]!.resolve();
  b.open[3]!.resolve();
  assertEquals(await Promise.all(all.slice(1)), [1, 2, 3]);
});

Deno.test("Turnstile counts bytes, lets a big one go alone, and forgets who waits no longer", async () => {
  const b = new Bench();
  const big = b.pass(0, 100);
  const stop = new AbortController();
  const given = b.pass(1, 5, stop.signal);
  const small = b.pass(2, 0);
  assertEquals(b.begun, [0]);
  stop.abort(new Error("enough"));
  await assertRejects(() => given, Error, "enough");
  await assertRejects(() => b.pass(3, 5, stop.signal), Error, "enough");
  b.open[0]!.resolve();
  await settle();
  assertEquals(b.begun, [0, 2]);
  b.open[2]!.resolve();
  assertEquals(await Promise.all([big, small]), [0, 2]);
});
