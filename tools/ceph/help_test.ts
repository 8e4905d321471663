/** Lists of commands, and what bash is offered. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { completions, optionCompletions } from "./complete.ts";
import { commandGroups, generalHelp, listCommands, wrap } from "./help.ts";
import { parseDescriptions } from "./signature.ts";

const DESCRIPTIONS = parseDescriptions(JSON.stringify({
  a: { sig: ["osd", "pool", "ls"], help: "list pools" },
  b: {
    sig: ["osd", "pool", "set", { name: "pool", type: "CephPoolname" }, {
      name: "var",
      type: "CephChoices",
      strings: "size|min_size|single",
    }],
    help: "set a parameter of a pool",
  },
  c: { sig: ["fsid"], help: "show the fsid" },
  d: { sig: ["osd", "secret"], help: "hidden", flags: 32 },
}));

Deno.test("wrap() breaks at blanks, and long lists of choices behind a bar", () => {
  assertEquals(wrap("one two three four", 9), ["one two", " three", " four"]);
  assertEquals(wrap("set size|min_size|single", 12), ["set", " size|", " min_size|", " single"]);
});

Deno.test("listCommands() shows two columns, sorted, of what begins so", () => {
  assertEquals(listCommands(DESCRIPTIONS, "osd pool l", 41), "osd pool ls          list pools\n");
  assertEquals(listCommands(DESCRIPTIONS, "", 200).split("\n").map((line) => line.split("  ")[0]), [
    "fsid",
    "osd pool ls",
    "osd pool set <pool> size|min_size|single",
    "",
  ]);
});

Deno.test("commandGroups() counts commands by their first word", () => {
  assertStringIncludes(commandGroups(DESCRIPTIONS, 80), "  fsid     osd (2)\n");
});

Deno.test("generalHelp() keeps to 110 columns", () => {
  assertEquals(generalHelp().split("\n").filter((line) => line.length > 110), []);
});

Deno.test("completions() offers words, values of choices, and at last what the command does", () => {
  assertEquals(completions(["os"], DESCRIPTIONS), ["osd"]);
  assertEquals(completions(["osd", "pool", ""], DESCRIPTIONS), ["ls", "set"]);
  assertEquals(completions(["osd", "pool", "set", "rbd", "si"], DESCRIPTIONS), ["single", "size"]);
  assertEquals(completions(["fsid", ""], DESCRIPTIONS), [" ", "#show the fsid"]);
  assertEquals(completions(["nope", ""], DESCRIPTIONS), []);
});

Deno.test("optionCompletions() offers options and formats", () => {
  assertEquals(optionCompletions(["osd", "--conn"]), ["--connect-timeout"]);
  assertEquals(optionCompletions(["-f", "json-"]), ["json-pretty"]);
  assertEquals(optionCompletions(["osd", "po"]), undefined);
});
