/** What operators may name, and what becomes of the names. */

import { assertEquals, assertThrows } from "@std/assert";
import { PackageError } from "./package_error.ts";
import { moduleNameOf, parseSource } from "./package_source.ts";

Deno.test("parseSource() tells registries from directories", () => {
  assertEquals(parseSource("jsr:@s/my-box@^1.2"), { kind: "jsr", name: "@s/my-box", range: "^1.2" });
  assertEquals(parseSource("npm:box"), { kind: "npm", name: "box", range: "" });
  assertEquals(parseSource("npm:@s/box@1.2.3"), { kind: "npm", name: "@s/box", range: "1.2.3" });
  assertEquals(parseSource("./jsr/box"), { kind: "directory", path: "./jsr/box" });
});

Deno.test("parseSource() refuses names that could mean another path of the registry", () => {
  const wrong = [
    "jsr:box",
    "jsr:@s/../x",
    "npm:../x",
    "npm:@s/box/x",
    "https://h/x",
    "npm:Box",
    "jsr:@s/box@latest",
  ];
  for (const text of wrong) assertThrows(() => parseSource(text), PackageError, `Cannot install ${text}`);
});

Deno.test("moduleNameOf() leaves out the scope", () => {
  assertEquals(["@s/my-box", "box", "box.js"].map(moduleNameOf), ["my_box", "box", "box_js"]);
  assertThrows(() => moduleNameOf("@s/9box"), PackageError, "choose a name");
});
