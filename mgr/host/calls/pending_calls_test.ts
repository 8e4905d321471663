/** Calls that wait: their deadline, their end, and how many there may be. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { TimedOutError } from "../../time/timed_out.ts";
import { MAX_WAITING_BYTES, MAX_WAITING_CALLS, PendingCalls } from "./pending_calls.ts";

const call = (id: number, bytes = 0) => ({ id, action: "call hello.greet", bytes, timeoutMs: 1000 });
const never = (): Promise<never> => new Promise(() => {});

Deno.test("PendingCalls.run() answers, rejects with what the work rejects with, and forgets both", async () => {
  const calls = new PendingCalls(new FakeClock());
  assertEquals(await calls.run(call(1), () => Promise.resolve(5)), 5);
  await assertRejects(() => calls.run(call(1), () => Promise.reject(new RangeError("no"))), RangeError, "no");
  assertEquals(calls.size, 0);
});

Deno.test("PendingCalls.run() ends at the deadline, by cancel(), and with the process; the work hears of it", async () => {
  const clock = new FakeClock();
  const calls = new PendingCalls(clock);
  const signals: AbortSignal[] = [];
  const wait = (id: number): Promise<never> =>
    calls.run(call(id), (signal) => {
      signals.push(signal);
      return never();
    });
  const late = assertRejects(() => wait(1), TimedOutError, "Cannot call hello.greet: no answer in 1 s");
  await settle();
  await clock.advance(1000);
  await late;
  const cancelled = assertRejects(() => wait(2), Error, "the module waits no longer");
  calls.cancel(2);
  calls.cancel(99);
  await cancelled;
  const ended = assertRejects(() => wait(3), Error, "the module has ended");
  calls.close();
  await ended;
  await assertRejects(() => wait(4), Error, "the module has ended");
  assert(signals.length === 3 && signals.every(({ aborted }) => aborted));
});

Deno.test("PendingCalls.run() refuses more calls and bytes than are allowed, and one name for two calls", async () => {
  const calls = new PendingCalls(new FakeClock());
  const waiting = [calls.run(call(0), never)];
  await assertRejects(() => calls.run(call(0), never), Error, "call 0 is not over yet");
  waiting.push(calls.run(call(1, MAX_WAITING_BYTES + 1), never));
  await assertRejects(() => calls.run(call(2, 1), never), Error, `${MAX_WAITING_BYTES} are allowed`);
  for (let id = 2; id < MAX_WAITING_CALLS; id++) waiting.push(calls.run(call(id), never));
  await assertRejects(
    () => calls.run(call(MAX_WAITING_CALLS), never),
    Error,
    `${MAX_WAITING_CALLS} calls of this module`,
  );
  calls.close();
  await Promise.allSettled(waiting);
});
