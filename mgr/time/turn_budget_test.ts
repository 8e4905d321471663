/** Work that is spread over turns of the loop. */

import { assertEquals } from "@std/assert";
import { TURN_MS, TurnBudget } from "./turn_budget.ts";

/** Turns come when the test says so; a piece of work takes the time that it adds. */
function handTurned() {
  const state = { time: 0, turns: [] as (() => void)[] };
  const clock = { now: () => state.time, nextTurn: (call: () => void) => void state.turns.push(call) };
  const nextTurn = async (): Promise<void> => {
    state.turns.shift()?.();
    await Promise.resolve();
  };
  return { state, budget: new TurnBudget(clock), nextTurn };
}

Deno.test("TurnBudget.run() works at once until the time of a turn is spent, and goes on in later turns, in order", async () => {
  const { state, budget, nextTurn } = handTurned();
  const done: string[] = [];
  const run = (name: string): Promise<void> | undefined => {
    const answer = budget.run(() => {
      state.time += TURN_MS / 2;
      done.push(name);
      return name;
    });
    return answer instanceof Promise ? answer.then((name) => void done.push(`${name} told`)) : undefined;
  };
  assertEquals(["a", "b", "c", "d", "e"].map((name) => run(name) === undefined), [
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(done, ["a", "b"]);
  await nextTurn();
  assertEquals(done.filter((name) => !name.endsWith("told")), ["a", "b", "c", "d"]);
  // Who comes now does not overtake who waits.
  assertEquals(run("f") === undefined, false);
  await nextTurn();
  await Promise.resolve();
  assertEquals(done, ["a", "b", "c", "d", "c told", "d told", "e", "f", "e told", "f told"]);
});

Deno.test("TurnBudget.run() has a whole turn's time again in each turn, and waits for none without work", async () => {
  const { state, budget, nextTurn } = handTurned();
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(budget.run(() => state.time += TURN_MS), (turn + 1) * TURN_MS);
    assertEquals(state.turns.length, 1);
    await nextTurn();
    assertEquals(state.turns.length, 0);
  }
});
