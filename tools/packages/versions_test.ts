/** Which version of a package a range means. */

import { assertEquals } from "@std/assert";
import { compareVersions, isRange, newestOf } from "./versions.ts";

const VERSIONS = ["1.10.0", "0.2.1", "0.2.9", "0.3.0", "1.0.0", "1.2.3", "1.2.10", "2.0.0-beta.1", "2.0.0"];

Deno.test("newestOf() counts numbers, not texts", () => {
  assertEquals(newestOf(VERSIONS, ""), "2.0.0");
  assertEquals(newestOf(VERSIONS, "1"), "1.10.0");
  assertEquals(newestOf(VERSIONS, "1.2"), "1.2.10");
  assertEquals(newestOf(VERSIONS, "~1.2.3"), "1.2.10");
  assertEquals(newestOf(VERSIONS, "^1.2"), "1.10.0");
});

Deno.test("newestOf() takes ^0.2 as what does not break, exact versions as they are, and betas by name alone", () => {
  assertEquals(newestOf(VERSIONS, "^0.2.1"), "0.2.9");
  assertEquals(newestOf(VERSIONS, "^0"), "0.3.0");
  assertEquals(newestOf(VERSIONS, "1.2.3"), "1.2.3");
  assertEquals(newestOf(VERSIONS, "2.0.0-beta.1"), "2.0.0-beta.1");
  assertEquals(newestOf(["2.0.0-beta.1"], ""), undefined);
  assertEquals([newestOf(VERSIONS, "1.2.4"), newestOf(VERSIONS, "^3"), newestOf([], "")], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("isRange() and compareVersions() take what registries have", () => {
  assertEquals(["", "1", "^1.2", "~1.2.3", "1.2.3-rc.1+x"].map(isRange), [true, true, true, true, true]);
  assertEquals(["latest", ">=1", "1.2.3.4", "1.x", "../1"].map(isRange), [false, false, false, false, false]);
  assertEquals(["1.2.3", "0.9.9", "1.10.0"].sort(compareVersions), ["0.9.9", "1.2.3", "1.10.0"]);
});
