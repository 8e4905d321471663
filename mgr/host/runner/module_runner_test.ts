/** A module in its process, seen from the host: what it answers and what it tells when its code throws. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type HandleCommandResult, MgrModule, MgrStandbyModule } from "@ganglion/sdk";
import { FakeHostSide } from "../../../tests/fakes/fake_host_side.ts";
import { CONTRACT_VERSION, type InstanceState } from "../contract.ts";
import { ModuleRunner } from "./module_runner.ts";

const STATE: InstanceState = {
  role: "active",
  moduleName: "box",
  mgrId: "x",
  version: "",
  releaseName: "",
  options: [],
  store: [],
};

class Fixture {
  readonly host = new FakeHostSide();
  readonly runner: ModuleRunner;
  readonly side;

  constructor(exports: Record<string, unknown>) {
    this.runner = new ModuleRunner(() => Promise.resolve(exports), this.host.call);
    this.side = this.runner.side;
  }

  static async started(active: unknown): Promise<Fixture> {
    const f = new Fixture({ default: active });
    await f.side.load();
    await f.side.construct(STATE);
    return f;
  }

  command(prefix: string, args = {}, inbuf = "") {
    return this.side.command({ id: 1, prefix, args, inbuf: new TextEncoder().encode(inbuf) });
  }
}

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("ModuleRunner.hello() and ping() answer before anything is loaded", async () => {
  const { side } = new Fixture({});
  assertEquals(await side.hello(), CONTRACT_VERSION);
  await side.ping();
});

Deno.test("ModuleRunner.load() rejects with what the module threw, and logs where", async () => {
  const host = new FakeHostSide();
  const { side } = new ModuleRunner(() => Promise.reject(new Error("no such file")), host.call);
  await assertRejects(() => side.load(), Error, "no such file");
  assertStringIncludes(host.lines[0]!, "error Error: no such file\n    at ");
  await assertRejects(() => new Fixture({}).side.load(), Error, "must export a class");
});

Deno.test("ModuleRunner.construct(): serve() begins when the host has its answer, with a context", async () => {
  const events: string[] = [];
  class Box extends MgrModule {
    constructor() {
      super();
      events.push("constructor");
    }
    override serve(): void {
      events.push(`serve on ${this.getMgrId()}`);
    }
  }
  const f = new Fixture({ default: Box });
  await f.side.load();
  await f.side.construct(STATE);
  events.push("answered");
  await macrotask();
  assertEquals(events, ["constructor", "answered", "serve on x"]);
});

Deno.test("ModuleRunner.construct() rejects with what the constructor threw", async () => {
  class Box extends MgrModule {
    readonly place = this.getStore("place");
  }
  const f = new Fixture({ default: Box });
  await f.side.load();
  await assertRejects(
    () => f.side.construct(STATE),
    Error,
    "Cannot call getStore() in the constructor: the module is not attached to the cluster yet",
  );
});

Deno.test("ModuleRunner.construct() makes the standby class for that role", async () => {
  const roles: string[] = [];
  class Box extends MgrModule {}
  class Standby extends MgrStandbyModule {
    override serve(): void {
      roles.push("standby");
    }
  }
  const f = new Fixture({ default: Box, Standby });
  await f.side.load();
  await f.side.construct({ ...STATE, role: "standby" });
  await macrotask();
  assertEquals(roles, ["standby"]);
});

Deno.test("ModuleRunner tells when serve() throws, not when it returns or throws at its end", async () => {
  class Throws extends MgrModule {
    override serve(): Promise<void> {
      return Promise.reject(new Error("no more"));
    }
  }
  const f = await Fixture.started(Throws);
  await macrotask();
  assertEquals(f.host.failures, ["no more"]);
  class Returns extends MgrModule {}
  const g = await Fixture.started(Returns);
  await macrotask();
  assertEquals(g.host.failures, []);
  class ThrowsAtEnd extends MgrModule {
    override serve(signal: AbortSignal): Promise<void> {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
  }
  const h = await Fixture.started(ThrowsAtEnd);
  await macrotask();
  await h.side.shutdown();
  assertEquals(h.host.failures, []);
});

Deno.test("ModuleRunner.shutdown() aborts serve(), calls shutdown() and waits for both", async () => {
  const events: string[] = [];
  class Box extends MgrModule {
    override async serve(signal: AbortSignal): Promise<void> {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await macrotask();
      events.push("served");
    }
    override shutdown(): void {
      events.push("shutdown");
    }
  }
  const f = await Fixture.started(Box);
  await macrotask();
  await f.side.shutdown();
  assertEquals(events, ["shutdown", "served"]);
});

class Commands extends MgrModule {
  override handleCommand(
    inbuf: string,
    cmd: { prefix: string } & Record<string, unknown>,
  ): HandleCommandResult {
    if (cmd.prefix === "throw") throw new TypeError("that was wrong");
    if (cmd.prefix === "nonsense") return undefined as never;
    if (cmd.prefix === "pair") return [0, ""] as never;
    if (cmd.prefix === "long") return [0, "é".repeat(5000), ""];
    return [0, `${inbuf} ${JSON.stringify(cmd)}`, "fine"];
  }
}

Deno.test("ModuleRunner.command() hands over input and arguments, and long output as bytes", async () => {
  const f = await Fixture.started(Commands);
  const answer = await f.command("echo", { a: 1, prefix: "forged" }, "in");
  assertEquals(answer, [0, 'in {"a":1,"prefix":"echo"}', "fine"]);
  const [, output] = await f.command("long");
  assert(output instanceof Uint8Array);
  assertEquals(new TextDecoder().decode(output), "é".repeat(5000));
});

Deno.test("ModuleRunner.command() answers EINVAL with the stack when the module throws", async () => {
  const f = await Fixture.started(Commands);
  const [retval, stdout, stderr] = await f.command("throw");
  assertEquals([retval, stdout], [-22, ""]);
  assertStringIncludes(stderr, "TypeError: that was wrong\n    at ");
  assertStringIncludes(f.host.lines[0]!, "that was wrong");
});

Deno.test("ModuleRunner.command() says what is wrong with an answer", async () => {
  const f = await Fixture.started(Commands);
  for (const [prefix, shown] of [["nonsense", "undefined"], ["pair", '[ 0, "" ]']] as const) {
    const [retval, , stderr] = await f.command(prefix);
    assertEquals(retval, -22);
    assertStringIncludes(
      stderr,
      `Cannot answer '${prefix}': handleCommand() returned ${shown}, not [number, string, string]`,
    );
  }
});

Deno.test("ModuleRunner.notify() and optionsChanged() log what the module throws, and go on", async () => {
  class Box extends MgrModule {
    override notify(type: string): void {
      throw new Error(`${type} is too much`);
    }
    override configNotify(): Promise<void> {
      return Promise.reject("no options");
    }
  }
  const f = await Fixture.started(Box);
  await f.side.notify("osd_map", 5);
  await f.side.optionsChanged([]);
  assertStringIncludes(f.host.lines[0]!, "error notify() threw: Error: osd_map is too much");
  assertEquals(f.host.lines[1], "error configNotify() threw: no options");
  assertEquals(f.host.failures, []);
});

Deno.test("ModuleRunner.canRun() makes an answer of what the module says", async () => {
  const answers: unknown[] = [[true, ""], [false, "no disk"], [1, null]];
  for (const [i, expected] of [[true, ""], [false, "no disk"], [false, ""]].entries()) {
    class Box extends MgrModule {
      static override canRun(): [boolean, string] {
        return answers[i] as [boolean, string];
      }
    }
    const f = new Fixture({ default: Box });
    await f.side.load();
    assertEquals(await f.side.canRun(), { can: expected[0], reason: expected[1] } as never);
  }
});
