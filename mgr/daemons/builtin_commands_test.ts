/** The table of built-in commands and its descriptions. */

import { assertEquals } from "@std/assert";
import { BUILTIN_COMMANDS, builtinForCaps, isBuiltin } from "./builtin_commands.ts";
import { commandPrefix, describeCommands, parseSignature } from "./command_descriptions.ts";

interface Description {
  sig: (string | Record<string, string>)[];
  help: string;
  module: string;
  perm: string;
  flags: number;
}

function recorded(file: string): Description[] | undefined {
  try {
    const url = new URL(`../../../shared/api/outputs/${file}`, import.meta.url);
    return Object.values(JSON.parse(Deno.readTextFileSync(url)));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw e;
  }
}

const fromMgr = recorded("get_command_descriptions.mgr.json");
const fromMon = recorded("get_command_descriptions.mon.json");
const ignore = fromMgr === undefined || fromMon === undefined;
const ours: Description[] = Object.values(JSON.parse(describeCommands(BUILTIN_COMMANDS)));

Deno.test({ ignore, name: "BUILTIN_COMMANDS are described to the last byte as ceph-mgr's" }, () => {
  const start = fromMgr!.findIndex(({ sig }) => sig.join(" ") === "pg stat");
  assertEquals(ours.map((c) => JSON.stringify(c)), fromMgr!.slice(start).map((c) => JSON.stringify(c)));
});

Deno.test({ ignore, name: "BUILTIN_COMMANDS are announced as the monitors show ceph-mgr's" }, () => {
  const shown = new Set(fromMon!.map((c) => JSON.stringify(c)));
  const flags = BUILTIN_COMMANDS.map(({ flags }) => Number(flags));
  const missing = ours.map((c, i) => JSON.stringify({ ...c, flags: flags[i] })).filter((c) => !shown.has(c));
  assertEquals(missing, []);
});

Deno.test("builtinForCaps() takes the first description that begins with the text", () => {
  const found = (text: string) => commandPrefix(builtinForCaps(text)?.cmdstring ?? "");
  assertEquals(["", "p", "pg", "osd", "osd df", "pg scrub"].map(found), [
    "pg stat",
    "pg stat",
    "pg stat",
    "osd perf",
    "osd df",
    "pg scrub",
  ]);
  assertEquals(builtinForCaps("nosuch"), undefined);
});

Deno.test("isBuiltin() wants the whole prefix", () => {
  assertEquals(["pg", "pg stat", "pg stat ", "osd pool stats"].map(isBuiltin), [false, true, false, true]);
});

Deno.test("parseSignature() sorts the properties of an argument by name", () => {
  assertEquals(
    JSON.stringify(parseSignature("a b name=x,type=CephString,n=N,req=false")),
    [
      '["a","b",{"n":"N","name":"x","req":"false","type":"CephString"}]',
    ][0],
  );
});
