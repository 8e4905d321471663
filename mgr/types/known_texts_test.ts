/** Texts that are made once. */

import { assertEquals } from "@std/assert";
import { KnownTexts } from "./known_texts.ts";

Deno.test("KnownTexts.of() makes a text once, and never mistakes a pair for another of its place", () => {
  const made: string[] = [];
  const texts = new KnownTexts((a, b) => {
    made.push(`${a}'${b}`);
    return `${a}'${b}`;
  });
  const pairs = [[0, 0], [1, 2], [2, 1], [2 ** 40, 7], [2 ** 40 + 2 ** 33, 7], [3, 4096], [0, 2 ** 32 - 1]];
  for (const [a, b] of [...pairs, ...pairs]) assertEquals(texts.of(a!, b!), `${a}'${b}`);
  made.length = 0;
  for (let i = 0; i < 10; i++) texts.of(5, 6);
  assertEquals(made, ["5'6"]);
});
