/** Commands as they are announced, and the arguments that reach a module. */

import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError } from "./argument_types.ts";
import { checkArguments, type CommandValue, monCommand } from "./command_signature.ts";
import type { CommandDeclaration } from "./contract.ts";

const MOVE: CommandDeclaration = {
  desc: "Moves\n  things\taround ",
  perm: "rw",
  args: {
    what: { type: "CephString", goodchars: "[a-z]" },
    count: { type: "CephInt", range: "1|10", req: false },
    how: { type: "CephChoices", strings: ["fast", "slow"], req: false },
    where: { type: "CephString", n: "N", req: false },
  },
};

const given = (args: Record<string, CommandValue>): ReadonlyMap<string, CommandValue> =>
  new Map(Object.entries(args));

Deno.test("monCommand() writes the signature as Ceph does", () => {
  assertEquals(monCommand("box move", MOVE), {
    cmdstring: "box move name=what,type=CephString,goodchars=[a-z] " +
      "name=count,type=CephInt,req=false,range=1|10 " +
      "name=how,type=CephChoices,req=false,strings=fast|slow " +
      "name=where,type=CephString,n=N,req=false",
    helpstring: "Moves things around",
    module: "mgr",
    reqPerms: "rw",
    availability: "cli,rest",
    flags: 8n,
  });
});

Deno.test("monCommand() marks a command that is to be polled", () => {
  assertEquals(monCommand("watch", { desc: "", perm: "r", poll: true }).flags, 24n);
  assertEquals(monCommand("watch", { desc: "", perm: "r" }).cmdstring, "watch");
});

Deno.test("checkArguments() hands on what is declared, and format", () => {
  const args = {
    prefix: "box move",
    target: ["mon-mgr", ""],
    what: "abc",
    count: "0x3",
    format: "json",
    x: "y",
  };
  assertEquals(checkArguments(MOVE, given(args)), { what: "abc", count: 3, format: "json" });
});

Deno.test("checkArguments() says what is missing as the CLI does", () => {
  const missing = (args: CommandDeclaration["args"]): void =>
    void checkArguments({ desc: "", perm: "r", args: args! }, given({}));
  assertThrows(
    () => missing({ i: { type: "CephInt", range: "1|10" } }),
    ArgumentError,
    "missing required parameter i(<int[1-10]>)",
  );
  assertThrows(
    () => missing({ ids: { type: "CephOsdName", n: "N" } }),
    ArgumentError,
    "missing required parameter ids(<osdname (id|osd.id)>)...",
  );
  assertThrows(
    () => missing({ sure: { type: "CephChoices", strings: ["--yes"] } }),
    ArgumentError,
    "missing required parameter --yes",
  );
});

Deno.test("checkArguments() checks each value, and how many there are", () => {
  assertThrows(() => checkArguments(MOVE, given({ what: "ABC" })), ArgumentError, "invalid chars ABC in ABC");
  assertThrows(
    () => checkArguments(MOVE, given({ what: ["a", "b"] })),
    ArgumentError,
    "what: 1 value is wanted, not 2",
  );
  assertThrows(
    () => checkArguments(MOVE, given({ what: "a", where: [] })),
    ArgumentError,
    "where: at least one",
  );
  assertEquals(checkArguments(MOVE, given({ what: "a", where: "x" })).where, ["x"]);
  const pair: CommandDeclaration = { desc: "", perm: "r", args: { p: { type: "CephInt", n: 2 } } };
  assertEquals(checkArguments(pair, given({ p: ["1", "2"] })), { p: [1, 2] });
  assertThrows(() => checkArguments(pair, given({ p: [1] })), ArgumentError, "p: 2 values are wanted, not 1");
});

Deno.test("checkArguments() takes an argument that is called format", () => {
  const command: CommandDeclaration = {
    desc: "",
    perm: "r",
    args: { format: { type: "CephChoices", strings: ["json", "plain"], req: false } },
  };
  assertEquals(checkArguments(command, given({ format: "plain" })), { format: "plain" });
  assertThrows(
    () => checkArguments(command, given({ format: "xml" })),
    ArgumentError,
    "xml not in json|plain",
  );
});
