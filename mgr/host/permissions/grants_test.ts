/** What a module may do with its grants, and that no wording of a call gets round them. */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Grants } from "./grants.ts";
import type { CommandTarget, Need } from "./need.ts";
import { PermissionSyntaxError } from "./permission.ts";

const missing = (granted: readonly string[], need: Need): string[] =>
  Grants.parse("me", granted).missing(need);

const command = (
  target: CommandTarget,
  prefix: string,
  args: Readonly<Record<string, unknown>> = {},
): Need => ({ verb: "command", target, prefix, args });

Deno.test("missing() denies by default, with the text that grants it", () => {
  assertEquals(missing([], { verb: "get", name: "osd_map" }), ["get osd_map"]);
  assertEquals(missing([], command("mon", "osd tree")), ["command mon osd tree"]);
  assertEquals(missing([], { verb: "remote", module: "selftest", method: "hello" }), [
    "remote selftest hello",
  ]);
  assertEquals(missing([], { verb: "rados", pool: "my pool", write: true }), ['rados write "my pool"']);
  assertEquals(missing([], { verb: "option", module: "b", name: "x", write: false }), ["option read b x"]);
  assertEquals(missing([], { verb: "health" }), ["health"]);
});

Deno.test("missing() needs nothing for the module's own options and methods", () => {
  assertEquals(missing([], { verb: "option", module: "me", name: "x", write: true }), []);
  assertEquals(missing([], { verb: "remote", module: "me", method: "hello" }), []);
});

Deno.test("missing() takes * for any name, and write for read of pools and options alone", () => {
  assertEquals(missing(["get *"], { verb: "get", name: "osd_map" }), []);
  assertEquals(missing(["remote * hosts"], { verb: "remote", module: "rook", method: "hosts" }), []);
  assertEquals(missing(["remote * hosts"], { verb: "remote", module: "rook", method: "rm" }), [
    "remote rook rm",
  ]);
  assertEquals(missing(["rados write a"], { verb: "rados", pool: "a", write: false }), []);
  assertEquals(missing(["rados read a"], { verb: "rados", pool: "a", write: true }), ["rados write a"]);
  assertEquals(missing(["get write"], { verb: "get", name: "read" }), ["get read"]);
});

Deno.test("missing() takes any of the names that the same bytes serve", () => {
  const need: Need = { verb: "get", name: "osd_map", or: ["osd_map_tree"] };
  assertEquals(missing(["get osd_map_tree"], need), []);
  assertEquals(missing(["get health"], need), ["get osd_map"]);
});

Deno.test("missing() allows the commands that are named and no other, whatever they begin with", () => {
  const granted = ["command mon osd tree", "command mon osd pool"];
  assertEquals(missing(granted, command("mon", "osd tree")), []);
  for (const prefix of ["osd purge", "osd", "osd tre", "osd tree all", "osd pool delete"]) {
    assertEquals(missing(granted, command("mon", prefix)), [`command mon ${prefix}`]);
  }
  assertEquals(missing(granted, command("osd", "osd tree")), ["command osd osd tree"]);
});

for (
  const prefix of [
    "osd  tree",
    " osd tree",
    "osd tree ",
    "osd\ttree",
    "osd\ntree",
    "osd\u00a0tree",
    "",
    "*",
    "osd *",
    "osd tree\0",
  ]
) {
  Deno.test(`missing() throws for a prefix that is none: ${JSON.stringify(prefix)}`, () => {
    assertThrows(() => missing(["command mon *", "admin"], command("mon", prefix)), PermissionSyntaxError);
  });
}

const CONSTRAINED = ["command mon osd pool set with pool prefix test- var=size"];
const SET = "osd pool set";

Deno.test("missing() lets arguments pass that meet every constraint, others besides", () => {
  assertEquals(missing(CONSTRAINED, command("mon", SET, { pool: "test-1", var: "size", val: "3" })), []);
  assertEquals(missing(CONSTRAINED, command("mon", SET, { pool: ["test-1", "test-2"], var: "size" })), []);
});

const EVADING: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { var: "size" },
  { pool: "prod", var: "size" },
  { pool: "test-1", var: "size " },
  { pool: "test-1", var: "SIZE" },
  { pool: ["test-1", "prod"], var: "size" },
  { pool: [], var: "size" },
  { pool: [["test-1"]], var: "size" },
  { pool: { toString: "test-1" }, var: "size" },
  { pool: null, var: "size" },
  { pool: "test-1", var: { length: 4 } },
  { "pool ": "test-1", var: "size" },
  { Pool: "test-1", var: "size" },
  { pool: `test-${"x".repeat(300)}`, var: "size" },
  Object.create({ pool: "test-1", var: "size" }),
];

for (const args of EVADING) {
  Deno.test(`missing() is not got round by the arguments ${JSON.stringify(args).slice(0, 60)}`, () => {
    assertEquals(missing(CONSTRAINED, command("mon", SET, args)), ["command mon osd pool set"]);
  });
}

const ADMIN: readonly (readonly [prefix: string, args: Readonly<Record<string, unknown>>])[] = [
  ["auth get", { entity: "client.admin" }],
  ["auth", {}],
  ["fs authorize", {}],
  ["mgr module enable", { module: "x" }],
  ["mgr fail", {}],
  ["module permissions grant", { module: "me" }],
  ["config-key set", { key: "mgr/.permissions/me" }],
  ["config-key put", { key: "mgr/other/x" }],
  ["config-key rm", { key: "config/mgr/mgr/other/x" }],
  ["config-key del", { key: "config/" }],
  ["config-key get", { key: "mgr/other/password" }],
  ["config-key set", { key: ["a", "mgr/x"] }],
  ["config-key set", {}],
  ["config-key dump", {}],
  ["config-key dump", { key: "" }],
  ["config-key dump", { key: "mg" }],
  ["config-key dump", { key: "mgr/other" }],
  ["config set", { who: "mgr", name: "mgr/other/x" }],
  ["config set", { who: "mgr.x", name: "debug_mgr" }],
  ["config set", { who: "mgr/host:a", name: "debug_mgr" }],
  ["config set", { who: "host:a/mgr", name: "debug_mgr" }],
  ["config set", { who: "host:a", name: "mgr_module_path" }],
  ["config set", { who: "global", name: "mgr/other/x" }],
  ["config set", { who: "", name: "mgr/other/x" }],
  ["config set", { who: "osd/mgr", name: "mgr/other/x" }],
  ["config set", { who: ["mgr"], name: "x" }],
  ["config set", { name: "x" }],
  ["config rm", { who: "mgr", name: "mgr/other/x" }],
  ["config get", { who: "mgr.x" }],
  ["config dump", {}],
  ["config assimilate-conf", {}],
  ["osd tree", { prefix: "auth get" }],
];

for (const [prefix, args] of ADMIN) {
  Deno.test(`missing() keeps for admin: ${prefix} ${JSON.stringify(args)}`, () => {
    assertEquals(missing(["command mon *"], command("mon", prefix, args)), ["admin"]);
    assertEquals(missing(["command mon *", "admin"], command("mon", prefix, args)), []);
    assertEquals(missing(["admin"], command("mon", prefix, args)), [`command mon ${prefix}`]);
  });
}

Deno.test("missing() keeps all commands of managers for admin", () => {
  assertEquals(missing([], command("mgr", "config set")), ["command mgr config set", "admin"]);
  assertEquals(missing(["command mgr *"], command("mgr", "config set")), ["admin"]);
});

Deno.test("missing() leaves keys and options of others to the permissions for commands", () => {
  const granted = ["command mon *", "command osd config set"];
  const allowed: readonly Need[] = [
    command("mon", "config-key set", { key: "device/x" }),
    command("mon", "config-key dump", { key: "device/" }),
    command("mon", "config set", { who: "osd", name: "osd_max_backfills" }),
    command("mon", "config set", { who: "osd/class:hdd", name: "osd_max_backfills" }),
    command("mon", "config rm", { who: "client.rgw.a", name: "rgw_x" }),
    command("mon", "authors", {}),
    command("osd", "config set", { name: "x" }),
  ];
  for (const need of allowed) assertEquals(missing(granted, need), [], JSON.stringify(need));
});

Deno.test("missing() of a name that no permission could have throws", () => {
  for (const name of ["", "*", "a b", "a\nb", "__proto__/", "x".repeat(200)]) {
    assertThrows(() => missing(["get *"], { verb: "get", name }), PermissionSyntaxError);
  }
});

Deno.test("includes() knows what need not be asked again", () => {
  const grants = Grants.parse("me", ["get *", "command mon osd tree", ...CONSTRAINED]);
  const isIncluded = (text: string): boolean => grants.includes(Grants.parse("me", [text]).list()[0]!);
  assertEquals(isIncluded("get health"), true);
  assertEquals(isIncluded("command mon osd tree with format=json"), true);
  assertEquals(isIncluded(CONSTRAINED[0]!), true);
  assertEquals(isIncluded("command mon osd pool set"), false);
  assertEquals(isIncluded("admin"), false);
});

const word = fc.stringMatching(/^[a-z-]{1,8}$/).filter((text) => text !== "with");
const prefixes = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));

Deno.test("missing() of any command is what grants it, and grants no other", () => {
  fc.assert(fc.property(prefixes, prefixes, (one, other) => {
    const granted = missing([], command("mon", one));
    assertEquals(missing(granted, command("mon", one)), []);
    assertEquals(missing(granted, command("mon", other)).length === 0, one === other);
  }));
});

Deno.test("missing() with more permissions is never more", () => {
  const texts = fc.constantFrom(
    "get *",
    "command mon *",
    "command mon osd tree",
    "admin",
    "health",
    ...CONSTRAINED,
  );
  fc.assert(fc.property(fc.array(texts), texts, prefixes, (granted, more, prefix) => {
    const before = missing(granted, command("mon", prefix));
    const after = missing([...granted, more], command("mon", prefix));
    assertEquals(after.every((text) => before.includes(text)), true);
  }));
});
