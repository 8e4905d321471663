/** Caps of the monitors. */

import { assert, assertThrows } from "@std/assert";
import { MonCap, MonCapParseError } from "./mon_cap.ts";

const may = (cap: string, service: string, perm: string, command = "", args: Record<string, string> = {}) =>
  MonCap.parse(cap, "mgr.x").isCapable(
    { service, perm, command, args: new Map(Object.entries(args)) },
    "127.0.0.1",
  );

Deno.test("MonCap grants what its letters say, and keeps the key-value store from blanket grants", () => {
  assert(may("allow r", "osd", "r"));
  assert(!may("allow r", "osd", "rw"));
  assert(may("allow rw", "mon", "rw"));
  assert(!may("allow rwx", "config-key", "r"));
  assert(may("allow *", "config-key", "rwx"));
  assert(may("allow r, allow service osd w", "osd", "rw"));
});

Deno.test("MonCap expands profiles", () => {
  assert(may("allow profile mgr", "mgr", "rwx"));
  assert(may("allow profile mgr", "config-key", "rw"));
  assert(!may("allow profile mgr", "pg", "r"));
  assert(may("profile osd", "osd", "rwx"));
  assert(!may("profile osd", "mgr", "x"));
  assert(may("profile bootstrap-osd", "osd", "rw", "osd new"));
  assert(!may("profile bootstrap-osd", "osd", "rw", "osd rm"));
  const caps = { entity: "mgr.y", caps_mon: "allow profile mgr" };
  assert(may("profile bootstrap-mgr", "auth", "rwx", "auth get-or-create", caps));
  assert(
    !may("profile bootstrap-mgr", "auth", "rwx", "auth get-or-create", { ...caps, entity: "client.y" }),
  );
  const own = { key: "daemon-private/mgr.x/k" };
  assert(may("profile mgr", "config-key", "rw", "config-key set", own));
});

Deno.test("MonCap looks at commands, arguments and networks", () => {
  assert(may('allow command "osd tree"', "osd", "r", "osd tree"));
  assert(!may('allow command "osd tree"', "osd", "r", "osd dump"));
  assert(may("allow r network 127.0.0.0/8", "mon", "r"));
  assert(!may("allow r network 10.0.0.0/8", "mon", "r"));
});

Deno.test("MonCap.parse() says where a text goes wrong", () => {
  const words = "mon capability parse failed, stopped at 'nonsense' of 'nonsense'";
  assertThrows(() => MonCap.parse("nonsense", ""), MonCapParseError, words);
  assertThrows(() => MonCap.parse("", ""), MonCapParseError);
  assertThrows(() => MonCap.parse("allow module x r", ""), MonCapParseError);
});
