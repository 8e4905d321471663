/** Where errors of a module are said to come from. */

import { assertEquals } from "@std/assert";
import { placedMessage } from "./source_position.ts";

const HERE = "file:///modules/box/";

function thrown(message: string, ...frames: readonly string[]): Error {
  const error = new Error(message);
  error.stack = [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

Deno.test("placedMessage() names the first frame in the module's own files", () => {
  const error = thrown(
    "no lid",
    "open (ext:core/x.js:1:2)",
    `Box.open (${HERE}lib/lid.ts:12:7)`,
    `${HERE}mod.ts:3:1`,
  );
  assertEquals(placedMessage(error, HERE), "no lid (lib/lid.ts:12:7)");
  assertEquals(placedMessage(thrown("top level", `${HERE}mod.ts:3:1`), HERE), "top level (mod.ts:3:1)");
});

Deno.test("placedMessage() leaves alone what has no place in the module, and what names it already", () => {
  assertEquals(placedMessage(thrown("elsewhere", "file:///sdk/mod.ts:1:1"), HERE), "elsewhere");
  assertEquals(placedMessage(thrown("in memory", `${HERE}mod.ts:1:1`), undefined), "in memory");
  assertEquals(placedMessage("only text", HERE), "only text");
  assertEquals(placedMessage({ code: 3 }, HERE), "{ code: 3 }");
  const compiler = thrown(`Expected ';' at ${HERE}mod.ts:14:18`, `${HERE}other.ts:1:1`);
  assertEquals(placedMessage(compiler, HERE), "Expected ';' at mod.ts:14:18");
});
