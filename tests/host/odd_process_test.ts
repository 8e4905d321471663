/** Processes that do not keep to the protocol: each ends, with a reason, and takes nothing with it. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { HostSide } from "../../mgr/host/contract.ts";
import { HeldData } from "../../mgr/host/held_data.ts";
import { ModuleProcess, residentMib } from "../../mgr/host/module_process.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import type { Mode } from "./odd/process.ts";

const ODD = fileURLToPath(import.meta.resolve("./odd/process.ts"));
/** The host's own memory may grow by this while it is lied to. */
const MAX_GROWTH_MIB = 100;

class Fixture implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly #directory: string;
  readonly #over = new AbortController();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async make(): Promise<Fixture> {
    return new Fixture(await Deno.makeTempDir({ prefix: "ganglion-test-" }));
  }

  start(mode: Mode): Promise<ModuleProcess> {
    const socket = `${this.#directory}/socket`;
    return this.run(Deno.execPath(), ["run", "--quiet", "-A", ODD, socket, mode]);
  }

  run(command: string, args: readonly string[]): Promise<ModuleProcess> {
    return ModuleProcess.start({
      command: { command, args, env: { ...Deno.env.toObject(), NO_COLOR: "1" } },
      socket: `${this.#directory}/socket`,
      clock: this.clock,
      limits: { heapMib: 512, memoryMib: 1024, calls: 1024, messageBytes: 512 * 1024 },
      signal: this.#over.signal,
      host: {} as HostSide,
      held: new HeldData(() => undefined),
      output: () => {},
    });
  }

  /** Lets time pass until the promise has settled. */
  async meanwhile<T>(promise: Promise<T>): Promise<T> {
    const moving = setInterval(() => this.clock.advance(500), 20);
    try {
      return await promise;
    } finally {
      clearInterval(moving);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new Error("the test is over"));
    await Deno.remove(this.#directory, { recursive: true });
  }
}

Deno.test("A process that never connects is killed after its deadline", async () => {
  await using f = await Fixture.make();
  const starting = f.run("/bin/sleep", ["1000"]);
  await assertRejects(() => f.meanwhile(starting), Error, "the start of its process took more than 10 s");
});

Deno.test("A process that ends before it connects says how", async () => {
  await using f = await Fixture.make();
  await assertRejects(
    () => f.meanwhile(f.run("/bin/false", [])),
    Error,
    "its process ended with exit code 1",
  );
  await assertRejects(() => f.run("/no/such/program", []), Error);
});

const STARTS: readonly (readonly [Mode, string])[] = [
  ["mute", "the start of its process took more than 10 s"],
  ["closes", "the connection"],
  ["old", "it speaks contract 1, not"],
  ["strange", "it speaks contract { toString: 1 }, not"],
];

for (const [mode, reason] of STARTS) {
  Deno.test(`A process that is not one of ours (${mode}) is killed`, async () => {
    await using f = await Fixture.make();
    await assertRejects(() => f.meanwhile(f.start(mode)), Error, reason);
  });
}

Deno.test("A process that says nonsense of itself is refused", async () => {
  await using f = await Fixture.make();
  const process = await f.start("nonsense");
  await assertRejects(() => process.load(), Error, "Cannot use what it declares: ");
  await process.kill("enough");
});

const FAULTS: readonly (readonly [Mode, string])[] = [
  ["garbage", "an envelope has 3250700737 bytes"],
  ["long", "an envelope has 4294967295 bytes"],
  ["bomb", "it ends too early"],
  ["forged", "there is no method 'constructor'"],
];

for (const [mode, reason] of FAULTS) {
  Deno.test(`A process that sends what it may not (${mode}) is killed at once`, async () => {
    await using f = await Fixture.make();
    const before = await residentMib(Deno.pid);
    const process = await f.start(mode);
    await process.load();
    const waiting = process.call("command", { id: 1, prefix: "x", args: {}, inbuf: new Uint8Array(0) });
    const failed = assertRejects(() => waiting, Error, reason);
    // No time passes: it is not given any.
    assertStringIncludes((await process.ended).message, reason);
    await failed;
    assertEquals(await residentMib(Deno.pid) - before < MAX_GROWTH_MIB, true);
  });
}

Deno.test("A process that answers what nobody asked does no harm", async () => {
  await using f = await Fixture.make();
  const process = await f.start("chatty");
  await process.load();
  await assertRejects(
    () => f.meanwhile(process.within(1000, "a ping", process.call("ping"))),
    Error,
    "a ping took more than 1 s",
  );
  await process.kill("enough");
  assertEquals((await process.ended).message, "enough");
});
