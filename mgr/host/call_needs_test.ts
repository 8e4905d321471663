/** Which permission a call needs, whatever its arguments are. */

import { assertEquals } from "@std/assert";
import { needOf } from "./call_needs.ts";
import { Grants } from "./permissions/grants.ts";

const missing = (
  granted: readonly string[],
  ...[call, ...args]: [Parameters<typeof needOf>[0], ...unknown[]]
) => {
  const need = needOf(call, args);
  return need && Grants.parse("me", granted).missing(need);
};

Deno.test("needOf() wants the name of the data, without its argument", () => {
  assertEquals(missing([], "get", "health", null), ["get health"]);
  assertEquals(missing([], "get", "device ABC", null), ["get device"]);
  assertEquals(missing(["get pg_progress"], "get", "pg_ready", null), []);
});

Deno.test("needOf() takes any name that is made of the same bytes, and the parts of statistics apart", () => {
  assertEquals(missing(["get osd_map_tree"], "osdMap", 0), []);
  assertEquals(missing(["get health"], "osdMap", 0), ["get osd_map"]);
  assertEquals(missing(["get pg_progress"], "statPage", { part: "progress" }), []);
  assertEquals(missing(["get pg_progress"], "statPage", { part: "pgs" }), ["get pg_stats"]);
  for (const query of [undefined, null, "pgs", {}, { part: "toString" }, { part: ["pgs"], length: 1 }]) {
    assertEquals(missing(["get pg_progress"], "statPage", query)?.length, 1);
  }
});

Deno.test("needOf() has a name for each call that reads, for one that nobody thought of its own", () => {
  assertEquals(missing([], "read", "getServer", []), ["get servers"]);
  assertEquals(missing([], "read", "getMgrIp", []), undefined);
  assertEquals(missing([], "read", "getSecrets", []), ["get getSecrets"]);
  assertEquals(missing([], "read", "constructor", []), ["get constructor"]);
});

Deno.test("needOf() wants the option of another module by name, to read it or to write it, and of its own nothing", () => {
  assertEquals(missing([], "read", "getModuleOptionEx", ["box", "size"]), ["option read box size"]);
  assertEquals(missing(["option read box size"], "setOptionOf", "box", "size", "5"), [
    "option write box size",
  ]);
  assertEquals(missing([], "setOptionOf", "me", "size", "5"), []);
});

Deno.test("needOf() wants nothing for what is the module's own", () => {
  for (const call of ["log", "setOption", "setStore", "removePerfQuery"] as const) {
    assertEquals(needOf(call, []), undefined);
  }
});
