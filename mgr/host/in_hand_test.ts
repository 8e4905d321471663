/** How much work a module takes at once. */

import { assertEquals, assertRejects } from "@std/assert";
import { InHand } from "./in_hand.ts";

Deno.test("InHand.run() takes so much work and no more, until some is done", async () => {
  const hand = new InHand({ count: 2, bytes: 10 });
  const first = Promise.withResolvers<number>();
  const one = hand.run(20, () => first.promise);
  assertEquals(hand.run(1, () => Promise.resolve(1)), undefined);
  const two = hand.run(0, () => Promise.reject(new Error("no")))!;
  assertEquals(hand.run(0, () => Promise.resolve(1)), undefined);
  await assertRejects(() => two, Error, "no");
  first.resolve(3);
  assertEquals(await one, 3);
  assertEquals(await hand.run(10, () => Promise.resolve(4)), 4);
});
