/** What the manager reads of a module's deno.json, and in which words it refuses one. */

import { assertEquals, assertThrows } from "@std/assert";
import { isModuleName, parseManifest } from "./manifest.ts";

const manifest = (value: unknown): ReturnType<typeof parseManifest> => parseManifest(JSON.stringify(value));

Deno.test("parseManifest() needs nothing but the key mgr", () => {
  assertEquals(manifest({ mgr: {} }), { version: "", entry: "mod.ts", imports: {} });
});

Deno.test("parseManifest() reads version, entry and imports, and passes over what else Deno knows", () => {
  const value = {
    name: "@me/box",
    version: "1.2.3",
    exports: { ".": "./main.ts", "./more": "./more.ts" },
    imports: { "zod": "npm:zod@4" },
    tasks: { ok: "true" },
    nodeModulesDir: "auto",
    mgr: { later: 1 },
  };
  assertEquals(manifest(value), { version: "1.2.3", entry: "main.ts", imports: { zod: "npm:zod@4" } });
});

Deno.test("parseManifest() says what to mend", () => {
  assertThrows(() => parseManifest("{ "), Error, "Cannot read deno.json: ");
  assertThrows(() => manifest({}), Error, 'it has no "mgr" key; add "mgr": {}');
  assertThrows(() => manifest([]), Error, "Cannot use deno.json: ");
  assertThrows(() => manifest({ mgr: {}, version: 1 }), Error, 'Cannot use deno.json: "version": ');
  assertThrows(() => manifest({ mgr: {}, imports: { a: 1 } }), Error, 'Cannot use deno.json: "imports.a": ');
});

Deno.test("parseManifest() refuses entries outside of the module", () => {
  for (
    const entry of [
      "/etc/passwd",
      "../other/mod.ts",
      "./a/../../b.ts",
      "https://x.invalid/mod.ts",
      "file:///x",
    ]
  ) {
    assertThrows(() => manifest({ mgr: {}, exports: entry }), Error, `"exports" names ${entry}`);
  }
  assertEquals(manifest({ mgr: {}, exports: "./src/..mod.ts" }).entry, "src/..mod.ts");
});

Deno.test("isModuleName() takes what can stand in option names, keys and paths", () => {
  assertEquals(["hello", "a1_b"].map(isModuleName), [true, true]);
  assertEquals(
    ["", "1a", "A", "a-b", "a.b", "..", "a/b", "a,b", "x".repeat(65)].map(isModuleName),
    Array(9).fill(false),
  );
});
