/** What is taken for a typo, and what is not. */

import { assertEquals } from "@std/assert";
import { hintFor, similarCommands, typos } from "./hint.ts";
import { parseDescriptions } from "./signature.ts";

const COMMANDS = [
  "status",
  "osd tree",
  "osd df",
  "osd pool ls",
  "osd pool create",
  "health detail",
  "balancer pool ls",
];
const DESCRIPTIONS = parseDescriptions(
  JSON.stringify(Object.fromEntries(COMMANDS.map((text) => [text, { sig: text.split(" "), help: text }]))),
);
const UNKNOWN = { lines: [], known: false };
const hint = (line: string) => hintFor(line.split(" "), DESCRIPTIONS, UNKNOWN);

Deno.test("typos() counts letters added, left out, changed and swapped", () => {
  assertEquals([typos("tre", "tree"), typos("statsu", "status"), typos("", "ab"), typos("x", "y")], [
    1,
    1,
    2,
    1,
  ]);
});

Deno.test("hintFor() knows the command that was meant", () => {
  assertEquals(hint("osd tre"), "Did you mean 'osd tree'?");
  assertEquals(hint("statsu"), "Did you mean 'status'?");
  assertEquals(hint("osd poool ls detail"), "Did you mean 'osd pool ls'?");
  assertEquals(hint("helth detial"), "Did you mean 'health detail'?");
});

Deno.test("hintFor() adds a word that was forgotten", () => {
  assertEquals(hint("pool create"), "Did you mean 'osd pool create'?");
  assertEquals(hint("pool ls"), "Did you mean 'balancer pool ls' or 'osd pool ls'?");
});

Deno.test("hintFor() counts the commands that begin so", () => {
  assertEquals(
    hint("osd pool"),
    "2 commands begin with 'osd pool': -h behind the words lists what there is.",
  );
});

Deno.test("hintFor() does not guess wildly", () => {
  assertEquals(hint("foo"), "-h lists all commands.");
  assertEquals(similarCommands(["xyz", "abc"], [["osd", "tree"]]), []);
});

Deno.test("hintFor() knows the choice that was meant", () => {
  const choice = { word: "sise", choices: ["size", "min_size", "pg_num"] };
  assertEquals(hintFor(["osd"], DESCRIPTIONS, { lines: [], known: true, choice }), "Did you mean 'size'?");
});
