/** What the manager reads of a module's deno.json, and in which words it refuses one. */

import { assertEquals, assertThrows } from "@std/assert";
import { formatPermission } from "./permissions/permission.ts";
import { isModuleName, parseManifest } from "./manifest.ts";

const manifest = (value: unknown): ReturnType<typeof parseManifest> => parseManifest(JSON.stringify(value));

Deno.test("parseManifest() needs nothing but the key mgr", () => {
  assertEquals(manifest({ mgr: {} }), { version: "", entry: "mod.ts", imports: {}, permissions: [] });
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
  const imports = { zod: "npm:zod@4" };
  assertEquals(manifest(value), { version: "1.2.3", entry: "main.ts", imports, permissions: [] });
});

Deno.test("parseManifest() reads the permissions that the module asks for, each once", () => {
  const { permissions } = manifest({ mgr: { permissions: ["get osd_map", "health", "get  osd_map"] } });
  assertEquals(permissions.map(formatPermission), ["get osd_map", "health"]);
});

Deno.test("parseManifest() says which permission is none", () => {
  assertThrows(
    () => manifest({ mgr: { permissions: ["health", "get osd map"] } }),
    Error,
    `Cannot use deno.json: "mgr.permissions.1": Cannot read the permission 'get osd map': it takes <name>`,
  );
  assertThrows(() => manifest({ mgr: { permissions: {} } }), Error, '"mgr.permissions"');
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

Deno.test("parseManifest() reads when a module runs", () => {
  assertEquals(manifest({ mgr: {} }).onDemand, undefined);
  assertEquals(manifest({ mgr: { activation: "on-demand" } }).onDemand, { wakeMs: undefined });
  assertEquals(manifest({ mgr: { activation: "on-demand", wake: 60 } }).onDemand, { wakeMs: 60_000 });
  assertThrows(() => manifest({ mgr: { wake: 60 } }), Error, `goes with "activation": "on-demand"`);
  assertThrows(() => manifest({ mgr: { activation: "on-demand", wake: 1 } }), Error, `"mgr.wake"`);
});
