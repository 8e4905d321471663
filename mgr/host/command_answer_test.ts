/** What a module may answer. */

import { assertEquals, assertThrows } from "@std/assert";
import { checkAnswer } from "./command_answer.ts";

Deno.test("checkAnswer() takes a number of 32 bits, an output of either form, and a text", () => {
  assertEquals(checkAnswer([-22, "", "no"]), [-22, "", "no"]);
  assertEquals(checkAnswer([0, new Uint8Array([65]), "", "more"]), [0, new Uint8Array([65]), ""]);
});

Deno.test("checkAnswer() refuses everything else", () => {
  const answers = [null, {}, [], [0], ["0", "", ""], [0.5, "", ""], [2 ** 31, "", ""], [NaN, "", ""], [
    0,
    null,
    "",
  ], [
    0,
    "",
    undefined,
  ]];
  for (const answer of answers) {
    assertThrows(() => checkAnswer(answer), Error, "not [number, string, string]");
  }
});
