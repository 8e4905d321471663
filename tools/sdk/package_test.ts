/** Which files the package has, and what becomes of their imports. */

import { assertEquals, assertThrows } from "@std/assert";
import { filesOf, npmOf, packageFile, withOwnPaths } from "./package.ts";

const EXPORTS = { ".": "./mod.ts", "./testing": "./testing/mod.ts" };
const GRAPH = [
  "file:///top/sdk/mod.ts",
  "npm:/@a/b@1.2.3",
  "node:buffer",
  "file:///top/mgr/types/a.ts",
].map((specifier) => ({ specifier }));

Deno.test("filesOf() are those of the repository, npmOf() the packages that they import", () => {
  assertEquals(filesOf(GRAPH, "file:///top/"), ["mgr/types/a.ts", "sdk/mod.ts"]);
  assertEquals(npmOf(GRAPH, { "@a/b": "npm:@a/b@1.2.3", zod: "npm:zod@4" }), { "@a/b": "npm:@a/b@1.2.3" });
});

Deno.test("packageFile() exports what the repository exports, from where the files are", () => {
  const own = { name: "@x/y", version: "1.0.0", license: "MIT", exports: EXPORTS };
  assertEquals(JSON.parse(JSON.stringify(packageFile(own, {}))), {
    ...own,
    exports: { ".": "./sdk/mod.ts", "./testing": "./sdk/testing/mod.ts" },
    imports: {},
  });
});

Deno.test("withOwnPaths() makes imports of the package by its name relative, and leaves examples alone", () => {
  const text = `/** import { a } from "./a.ts"; */
import { type A } from "@ganglion/sdk";
export { b } from "@ganglion/sdk/testing";
`;
  assertEquals(
    withOwnPaths(text, "mgr/host/a.ts", EXPORTS),
    `/** import { a } from "./a.ts"; */
import { type A } from "../../sdk/mod.ts";
export { b } from "../../sdk/testing/mod.ts";
`,
  );
  assertThrows(
    () => withOwnPaths('import "x"; export * from "@ganglion/sdk/no";', "a.ts", EXPORTS),
    Error,
    "is not exported",
  );
});
