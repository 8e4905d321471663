/** Modules that call each other, in real processes. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { TestHost } from "./test_host.ts";

const BOTH = ["called", "calls"];

/** What `calls` gets of a method, or what it threw. */
async function call(
  host: TestHost,
  module: string,
  method: string,
  args: readonly unknown[] = [],
  ms?: number,
): Promise<unknown> {
  const words = { module, method, args: JSON.stringify(args), ...(ms === undefined ? {} : { ms }) };
  const { stdout, stderr } = await host.command("call", words);
  return stdout === "undefined" ? undefined : JSON.parse(stdout || stderr);
}

Deno.test("remote() calls what another module exports, by value and with its defaults", async () => {
  await using host = await TestHost.start(BOTH);
  assertEquals(await call(host, "called", "join", ["a"]), { first: "a", more: [7] });
  assertEquals(JSON.parse((await host.command("call typed")).stdout), { first: "a", more: [1, 2] });
  const long = "ä".repeat(1_000_000);
  assertEquals(await call(host, "called", "join", [long, []]), { first: long, more: [] });
});

Deno.test("remote() rejects with classes that tell a missing module, a missing method and a failure apart", async () => {
  await using host = await TestHost.start(BOTH);
  assertEquals(await call(host, "nobody", "join"), {
    class: "ModuleNotFoundError",
    name: "ModuleNotFoundError",
    module: "nobody",
  });
  for (const method of ["secret", "setStore", "constructor", "toString"]) {
    const error = { class: "MethodNotFoundError", name: "MethodNotFoundError", module: "called", method };
    assertEquals(await call(host, "called", method), error);
  }
  for (const method of ["fail", "missing", "odd"]) {
    const error = { class: "RemoteError", name: "RemoteError", module: "called", method };
    assertEquals(await call(host, "called", method), error);
  }
  host.host.setEnabled(new Set(["calls"]));
  await host.state("called", "stopped");
  assertStringIncludes(JSON.stringify(await call(host, "called", "join")), "ModuleNotFoundError");
});

Deno.test("remote() goes in circles without a deadlock, and to the module itself", async () => {
  await using host = await TestHost.start(BOTH);
  assertEquals(await call(host, "calls", "forth", [20]), "there");
  // A circle without an end runs into the limits of one of both, and all of it fails.
  assertStringIncludes(JSON.stringify(await call(host, "calls", "forth", [1000])), "RemoteError");
  assertEquals(await call(host, "calls", "forth", [3]), "there");
});

Deno.test("A method that never answers costs its caller a time-out, or as long as he wants to wait", async () => {
  await using host = await TestHost.start(BOTH);
  assertEquals(await call(host, "called", "never", [], 20), {
    class: "TimedOutError",
    name: "TimedOutError",
  });
  assertStringIncludes((await host.command("call given up")).stderr, '"class":"DOMException"');
  assertEquals(await call(host, "called", "join", ["a"]), { first: "a", more: [7] });
});
