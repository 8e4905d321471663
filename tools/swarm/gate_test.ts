/** Who waits at the gate. */

import { assertEquals } from "@std/assert";
import { settle } from "../../tests/fakes/fake_clock.ts";
import { Gate } from "./gate.ts";

Deno.test("Gate lets so many in at a time, and the others in their order", async () => {
  const gate = new Gate(2);
  const inside: string[] = [];
  const enter = async (name: string): Promise<() => void> => {
    const leave = await gate.enter();
    inside.push(name);
    return leave;
  };
  const [a, , c] = [enter("a"), enter("b"), enter("c"), enter("d")];
  await settle();
  assertEquals(inside, ["a", "b"]);
  const leave = await a;
  leave();
  leave();
  await settle();
  assertEquals(inside, ["a", "b", "c"]);
  (await c)();
  await settle();
  assertEquals(inside, ["a", "b", "c", "d"]);
});
