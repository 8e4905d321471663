/** Words -> a command and its JSON, or the stock CLI's reason. The expected texts are those of ceph_argparse.py. */

import { assert, assertEquals } from "@std/assert";
import { commandJson } from "./command_json.ts";
import { matchCommand } from "./match.ts";
import { CommandFlag, parseDescriptions, usage } from "./signature.ts";

const arg = (name: string, type: string, more: Record<string, string> = {}) => ({ name, type, ...more });
const optional = { req: "false" };

const SIGNATURES: Record<string, { sig: unknown[]; flags?: number }> = {
  "create a pool": {
    sig: [
      "osd",
      "pool",
      "create",
      arg("pool", "CephPoolname"),
      arg("pg_num", "CephInt", { ...optional, range: "0" }),
      arg("pool_type", "CephChoices", { ...optional, strings: "replicated|erasure" }),
      arg("bulk", "CephBool", optional),
      arg("ratio", "CephFloat", { ...optional, range: "0|1" }),
    ],
  },
  "list pools": {
    sig: ["osd", "pool", "ls", arg("detail", "CephChoices", { ...optional, strings: "detail" })],
  },
  "mark in": { sig: ["osd", "in", arg("ids", "CephString", { n: "N" })] },
  "purge": {
    sig: [
      "osd",
      "purge",
      arg("id", "CephOsdName"),
      arg("yes_i_really_mean_it", "CephBool", optional),
    ],
  },
  "dump": { sig: ["pg", "dump", arg("what", "CephChoices", { ...optional, n: "N", strings: "all|sum" })] },
  "show the fsid": { sig: ["fsid"] },
  "set": {
    sig: ["config", "set", arg("name", "CephString", { goodchars: "[a-z_]" }), arg("value", "CephString")],
  },
  "gone": { sig: ["osd", "old"], flags: CommandFlag.obsolete },
};

const DESCRIPTIONS = parseDescriptions(
  JSON.stringify(Object.fromEntries(
    Object.entries(SIGNATURES).map(([help, command], i) => [`cmd00${i}`, { ...command, help }]),
  )),
);

function json(words: string[]): string {
  const match = matchCommand(words, DESCRIPTIONS);
  assert("values" in match, JSON.stringify(match));
  return commandJson(match.values);
}

function lines(words: string[]): readonly string[] {
  const match = matchCommand(words, DESCRIPTIONS);
  assert("mismatch" in match);
  return match.mismatch.lines;
}

Deno.test("matchCommand() joins the prefix and gives values their types", () => {
  assertEquals(
    json(["osd", "pool", "create", "p", "0x10", "erasure", "true", "1"]),
    `{"prefix": "osd pool create", "pool": "p", "pg_num": 16, "pool_type": "erasure", "bulk": true, "ratio": 1.0}`,
  );
});

Deno.test("matchCommand() passes over optional arguments that do not fit", () => {
  assertEquals(
    json(["osd", "pool", "create", "p", "erasure"]),
    `{"prefix": "osd pool create", "pool": "p", "pool_type": "erasure"}`,
  );
});

Deno.test("matchCommand() takes keyword arguments in all spellings and places", () => {
  const expected = `{"prefix": "osd pool create", "pg_num": 8, "bulk": true, "pool": "p"}`;
  assertEquals(json(["osd", "pool", "create", "--pg-num=8", "--bulk", "p"]), expected);
  assertEquals(json(["osd", "pool", "create", "--pg_num", "8", "--bulk", "p"]), expected);
});

Deno.test("matchCommand() repeats arguments and splits them at commas, strings only behind a keyword", () => {
  assertEquals(json(["osd", "in", "1", "2,3"]), `{"prefix": "osd in", "ids": ["1", "2,3"]}`);
  assertEquals(json(["osd", "in", "--ids=1,2"]), `{"prefix": "osd in", "ids": ["1", "2"]}`);
  assertEquals(json(["pg", "dump", "all,sum"]), `{"prefix": "pg dump", "what": ["all", "sum"]}`);
});

Deno.test("matchCommand() takes confirmations of old and new commands", () => {
  assertEquals(
    json(["osd", "purge", "osd.3", "--yes-i-really-mean-it"]),
    `{"prefix": "osd purge", "id": 3, "yes_i_really_mean_it": true}`,
  );
});

Deno.test("matchCommand() names the argument that is missing or wrong", () => {
  const create = `${usage(DESCRIPTIONS[0]!)} :  create a pool`;
  assertEquals(lines(["osd", "pool", "create"]), [
    "Invalid command: missing required parameter pool(<poolname>)",
    create,
  ]);
  assertEquals(lines(["osd", "pool", "create", "p", "--pg-num=x"]), [
    "Invalid command: x doesn't represent an int",
    create,
  ]);
  assertEquals(
    lines(["osd", "pool", "create", "p", "--ratio", "7"])[0],
    "Invalid command: 7.0 not in range [0.0, 1.0]",
  );
  assertEquals(
    lines(["osd", "pool", "create", "p", "--nope"])[0],
    "Invalid command: Unexpected argument '--nope'",
  );
  assertEquals(lines(["osd", "in"])[0], "Invalid command: saw 0 of ids(<string>)..., expected at least 1");
  assertEquals(lines(["config", "set", "A1", "v"])[0], "Invalid command: invalid chars A1 in A1");
});

Deno.test("matchCommand() names words that are left over, and why the last one did not fit", () => {
  assertEquals(lines(["osd", "pool", "ls", "details"]), [
    "details not valid:  details not in detail",
    "Invalid command: unused arguments: ['details']",
    "osd pool ls [detail] :  list pools",
  ]);
  assertEquals(lines(["fsid", "--x"]), [
    "Invalid command: unused arguments: ['--x']",
    "fsid :  show the fsid",
  ]);
});

Deno.test("matchCommand() lists what comes closest, without obsolete commands", () => {
  assertEquals(lines(["osd", "pool"]), [
    "no valid command found; 2 closest matches:",
    "osd pool create <pool> [<pg_num:int>] [replicated|erasure] [--bulk] [<ratio:float>]",
    "osd pool ls [detail]",
  ]);
  assertEquals(lines(["osd", "old"])[0], "no valid command found; 4 closest matches:");
});
