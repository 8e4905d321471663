/** Time that passes when a test says so. */

import { assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "./fake_time.ts";

Deno.test("FakeTime.advance() runs what falls due, in its order, with promises between", async () => {
  using time = new FakeTime(new Date(1000));
  const events: string[] = [];
  setTimeout(() => events.push(`late ${Date.now()}`), 30);
  setTimeout((text: string) => void Promise.resolve().then(() => events.push(text)), 10, "promise");
  setTimeout(() => events.push("timeout"), 10);
  const interval = setInterval(() => events.push(`tick ${performance.now()}`), 15);
  await time.advance(29);
  assertEquals(events, ["promise", "timeout", "tick 15"]);
  await time.advance(1);
  assertEquals(events.slice(3), ["late 1030", "tick 30"]);
  clearInterval(interval);
  await time.advance(1000);
  assertEquals([events.length, new Date().getTime(), time.now], [5, 2030, 2030]);
});

Deno.test("FakeTime: a timer that sets another one", async () => {
  using time = new FakeTime();
  let count = 0;
  const again = (): void => void (++count < 5 && setTimeout(again, 100));
  setTimeout(again);
  await time.advance(399);
  assertEquals(count, 4);
  await time.advance(1);
  assertEquals(count, 5);
});

Deno.test("FakeTime: cleared timers do not run, dates of any form can be made", async () => {
  using time = new FakeTime(new Date(0));
  let ran = false;
  clearTimeout(setTimeout(() => ran = true, 1));
  clearTimeout(undefined);
  await time.advance(10);
  assertEquals([ran, new Date(5).getTime(), new Date(2026, 0, 1).getFullYear()], [false, 5, 2026]);
});

Deno.test("FakeTime gives real time back, and is not for two at once", async () => {
  const { setTimeout: before, Date: date } = globalThis;
  {
    using _time = new FakeTime();
    assertThrows(() => new FakeTime(), Error, "another FakeTime is in place");
  }
  assertEquals([globalThis.setTimeout === before, globalThis.Date === date], [true, true]);
  await new Promise((resolve) => setTimeout(resolve, 1));
});
