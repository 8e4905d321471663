/** Targets of words; places of daemons in dumps. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ArgError } from "./arg_error.ts";
import { addrOfDump, locateMds, locateOsd, locatePg, NoDaemonError } from "./locate.ts";
import { shellWords } from "./shell_words.ts";
import { addressed, targetName } from "./target.ts";

Deno.test("addressed() takes the target of tell off, and leaves pg PGID", () => {
  const rows: [string, string, string][] = [
    ["osd tree", "mon", "osd tree"],
    ["tell osd.3 perf dump", "osd.3", "perf dump"],
    ["tell osd.* version", "osd.*", "version"],
    ["tell mgr version", "mgr", "version"],
    ["tell mds.fs:0 version", "mds.fs:0", "version"],
    ["tell 1.a query", "pg.1.a", "query"],
    ["pg 1.a query", "pg.1.a", "pg 1.a query"],
    ["pg dump", "mon", "pg dump"],
  ];
  for (const [line, target, words] of rows) {
    const found = addressed(line.split(" "));
    assertEquals([targetName(found.target), found.words.join(" ")], [target, words]);
  }
});

Deno.test("addressed() refuses what can be told nothing", () => {
  assertThrows(() => addressed(["tell", "foo", "x"]), ArgError, "CephName: no . in foo");
  assertThrows(() => addressed(["tell", "client.x", "x"]), ArgError, "Bad target type 'client'");
});

const vec = (addr: string) => ({
  addrvec: [{ type: "v1", addr: "h:1", nonce: 1 }, { type: "v2", addr, nonce: 5 }],
});

Deno.test("addrOfDump() takes the v2 address", () => {
  assertEquals(addrOfDump(vec("[::1]:6800")), { type: 2, ip: "::1", port: 6800, nonce: 5 });
  assertEquals(addrOfDump(vec("1.2.3.4:6800"))?.ip, "1.2.3.4");
  assertEquals(addrOfDump({ addrvec: [] }), undefined);
});

Deno.test("locateOsd() tells OSDs that are down from those that there are not", async () => {
  const error = (answer: Promise<unknown>) =>
    locateOsd("1", () => answer).then(() => 0, (e: NoDaemonError) => e.r);
  assertEquals(await error(Promise.resolve({ up: 0, public_addrs: vec("1.2.3.4:1") })), -6);
  assertEquals(await error(Promise.reject(new NoDaemonError("osd.1 does not exist", -22))), -2);
});

Deno.test("locatePg() leaves holes of erasure-coded groups out", async () => {
  assertEquals(await locatePg("1.0", () => Promise.resolve({ acting: [2147483647, 3, 1] })), [3, 1]);
});

Deno.test("locateMds() reads ranks, gids and names", async () => {
  const mds = (gid: number, name: string, rank: number) => ({
    gid,
    name,
    rank,
    addrs: vec(`1.1.1.${gid}:1`),
  });
  const dump = {
    standbys: [mds(7, "s", -1)],
    filesystems: [
      { id: 1, mdsmap: { fs_name: "one", info: { gid_4: mds(4, "a", 0) } } },
      { id: 2, mdsmap: { fs_name: "two", info: { gid_5: mds(5, "b", 0) } } },
    ],
  };
  const ip = async (spec: string) => (await locateMds(spec, () => Promise.resolve(dump))).ip;
  assertEquals(await Promise.all(["0", "two:0", "2:0", "7", "b"].map(ip)), [
    "1.1.1.4",
    "1.1.1.5",
    "1.1.1.5",
    "1.1.1.7",
    "1.1.1.5",
  ]);
  await assertRejects(() => ip("nope"), NoDaemonError);
});

Deno.test("shellWords() reads quotes and backslashes as a shell", () => {
  assertEquals(shellWords(`a 'b c' "d \\"e\\" \\n" f\\ g '' 'x'y`), [
    "a",
    "b c",
    `d "e" \\n`,
    "f g",
    "",
    "xy",
  ]);
  assertThrows(() => shellWords("a 'b"), Error, "' is not closed");
});
