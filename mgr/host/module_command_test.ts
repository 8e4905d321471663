/** Who may answer a command, and in which words it is refused. */

import { assertEquals } from "@std/assert";
import type { CommandValue } from "./command_signature.ts";
import type { ModuleCommand } from "./module_work.ts";
import { type AskedModule, runCommand, START_WAIT_MS } from "./module_command.ts";
import { ProcessEndedError } from "./module_process.ts";

class FakeModule implements AskedModule {
  readonly name = "box";
  readonly description = {
    options: {},
    commands: { "box put": { desc: "", perm: "rw", args: { count: { type: "CephInt", range: "1|5" } } } },
    notifyTypes: [],
    exports: [],
    hasStandby: false,
    hasCanRun: false,
  };
  readonly calls: ModuleCommand[] = [];
  readonly waits: number[] = [];
  ability = { can: true, reason: "" };
  trouble: string | undefined;
  starts = true;
  answer: () => Promise<readonly [number, string, string]> = () => Promise.resolve([0, "out", "err"]);

  settled(ms: number): Promise<boolean> {
    this.waits.push(ms);
    return Promise.resolve(this.starts);
  }

  command(call: ModuleCommand): Promise<readonly [number, string, string]> {
    this.calls.push(call);
    return this.answer();
  }

  run(args: Record<string, CommandValue> = { count: "3" }, enabled = true) {
    const command = { prefix: "box put", args: new Map(Object.entries(args)), inbuf: new Uint8Array([1]) };
    return runCommand(this, command, enabled);
  }
}

const refused = (retval: number, stderr: string) => ({ retval, stdout: "", stderr });

Deno.test("runCommand() hands the checked arguments over, and the answer back", async () => {
  const module = new FakeModule();
  assertEquals(await module.run({ count: "3", target: ["mon-mgr", ""] }), {
    retval: 0,
    stdout: "out",
    stderr: "err",
  });
  const inbuf = new Uint8Array([1]);
  assertEquals(module.calls, [
    {
      prefix: "box put",
      args: { count: 3 },
      inbuf,
      perm: module.description.commands["box put"].perm,
      authorizer: undefined,
    },
  ]);
});

Deno.test("runCommand() refuses in the words of Ceph", async () => {
  const off = new FakeModule();
  assertEquals(
    await off.run({}, false),
    refused(
      -95,
      "Module 'box' is not enabled/loaded (required by command 'box put'): use `ceph mgr module enable box` to enable it",
    ),
  );
  const unable = new FakeModule();
  unable.ability = { can: false, reason: "no disk" };
  assertEquals(
    await unable.run(),
    refused(-5, "Module 'box' has experienced an error and cannot handle commands: no disk"),
  );
  const failed = new FakeModule();
  failed.trouble = "serve() threw";
  assertEquals(
    await failed.run(),
    refused(-5, "Module 'box' has experienced an error and cannot handle commands: serve() threw"),
  );
  assertEquals([off, unable, failed].flatMap(({ calls }) => calls), []);
});

Deno.test("runCommand() refuses arguments before it waits for a start", async () => {
  const module = new FakeModule();
  assertEquals(await module.run({ count: 9 }), refused(-22, "9 not in range [1, 5]"));
  assertEquals(await module.run({}), refused(-22, "missing required parameter count(<int[1-5]>)"));
  assertEquals(module.waits, []);
});

Deno.test("runCommand() waits for a module that starts, with an end", async () => {
  const module = new FakeModule();
  module.starts = false;
  assertEquals(
    await module.run(),
    refused(-110, "Module 'box' did not initialize in time (required by command 'box put')"),
  );
  assertEquals(module.waits, [START_WAIT_MS]);
});

Deno.test("runCommand() says what became of a module that did not answer", async () => {
  const module = new FakeModule();
  module.answer = () => Promise.reject(new ProcessEndedError("its process ended with SIGKILL"));
  assertEquals(
    await module.run(),
    refused(
      -5,
      "Module 'box' has experienced an error and cannot handle commands: its process ended with SIGKILL",
    ),
  );
  module.answer = () => Promise.reject(new Error("its answer is not [number, string, string]"));
  assertEquals(
    await module.run(),
    refused(-5, "Module 'box' could not answer 'box put': its answer is not [number, string, string]"),
  );
});
