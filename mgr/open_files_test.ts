/** Limits of open files. */

import { assertEquals, assertMatch } from "@std/assert";
import { connectionRoom, connectionsFull, openFileLimit, openFileWarning } from "./open_files.ts";

const limits = (soft: string, hard: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                 ${hard}              files\n`;

Deno.test("openFileLimit() is the hard one, to which Deno raises the soft one", async () => {
  assertEquals(openFileLimit(() => limits("1024", "4096")), 4096);
  assertEquals(openFileLimit(() => limits("unlimited", "unlimited")), Infinity);
  assertEquals(openFileLimit(() => ""), Infinity);
  const program = 'console.log(/^Max open files.*/m.exec(Deno.readTextFileSync("/proc/self/limits"))[0])';
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", 'ulimit -Sn 250 && ulimit -Hn 500 && exec "$@"', "sh", Deno.execPath(), "eval", program],
  }).output();
  assertMatch(new TextDecoder().decode(stdout), /^Max open files\s+500\s+500\s/);
});

Deno.test("connectionRoom() leaves the manager what it needs itself", () => {
  assertEquals([256, 1024, 4096, 1_048_576, Infinity].map(connectionRoom), [
    128,
    512,
    3072,
    1_047_552,
    Infinity,
  ]);
});

Deno.test("openFileWarning() tells a limit that is too low for a large cluster, and what to do", () => {
  assertEquals(openFileWarning(16_384), undefined);
  assertMatch(openFileWarning(1024)!, /limited to 1024: at most 512 .*LimitNOFILE/);
});

Deno.test("connectionsFull() is one check that tells why, and what to do", () => {
  const check = connectionsFull("x", "512 are open, and that is the limit", 1024).get(
    "MGR_CONNECTIONS_FULL",
  )!;
  assertEquals(check.summary, "mgr.x accepts no more connections");
  assertEquals(check.detail[0], "512 are open, and that is the limit");
});
