/** Stamps in other time zones, and texts that try to be two lines. */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { cephStamp, oneLine } from "./log_line.ts";

/** What a process in a time zone writes. */
async function stampIn(zone: string): Promise<string> {
  const path = fileURLToPath(import.meta.resolve("./log_line.ts"));
  const code = `import { cephStamp } from ${JSON.stringify(path)}; console.log(cephStamp(${STAMP}));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], env: { TZ: zone } })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

const STAMP = Date.UTC(2026, 10, 23, 14, 40, 34, 11);

Deno.test("cephStamp() is local time with its distance from UTC", async () => {
  assertEquals(await stampIn("UTC"), "2026-11-23T14:40:34.011+0000");
  assertEquals(await stampIn("Asia/Kolkata"), "2026-11-23T20:10:34.011+0530");
  assertEquals(await stampIn("America/St_Johns"), "2026-11-23T11:10:34.011-0330");
  assertEquals(new Date(cephStamp(STAMP)).getTime(), STAMP);
});

Deno.test("oneLine() leaves no break of lines", () => {
  assertEquals(oneLine("one\ntwo\n"), "one\\ntwo\\n");
});
