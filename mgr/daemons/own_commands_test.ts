/** The manager's own commands: announced behind the built-in ones, answered by the rest of the manager. */

import { assertEquals } from "@std/assert";
import { FakeManager } from "../../tests/fakes/fake_daemon_peer.ts";
import { BUILTIN_COMMANDS, builtinForCaps, isBuiltin, MANAGER_COMMANDS } from "./builtin_commands.ts";
import { OWN_COMMANDS, ownCommands } from "./own_commands.ts";

Deno.test("MANAGER_COMMANDS has ceph-mgr's table first, for who relies on its order", () => {
  assertEquals(MANAGER_COMMANDS, [...BUILTIN_COMMANDS, ...OWN_COMMANDS]);
});

Deno.test("ownCommands() has a handler for each, and caps are checked as for built-in ones", () => {
  const prefixes = ownCommands(new FakeManager()).map(([prefix]) => prefix);
  assertEquals(prefixes.map(isBuiltin), OWN_COMMANDS.map(() => true));
  assertEquals(prefixes.map((prefix) => builtinForCaps(prefix)?.module), OWN_COMMANDS.map(() => "mgr"));
});

Deno.test("module reload names its module", async () => {
  const handlers = new Map(ownCommands(new FakeManager()));
  const call = { prefix: "module reload", args: new Map([["module", "box"]]), format: undefined };
  const session = undefined as never;
  const { stdout } = await handlers.get("module reload")!({ ...call, inbuf: new Uint8Array(), session });
  assertEquals(stdout, "reloaded box");
});
