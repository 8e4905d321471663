/** A module host with real processes over a fake manager, for the tests of this folder. */

import { fileURLToPath } from "node:url";
import { ModuleHost, type ModuleStatus } from "../../mgr/host/module_host.ts";
import { ownPackages } from "../../mgr/host/own_packages.ts";
import { type Clock, systemClock } from "../../mgr/time/clock.ts";
import { FakeLink } from "./fake_link.ts";

const DUMMIES = fileURLToPath(import.meta.resolve("./dummies"));
const POLL_MS = 5;
/** Processes start in a fraction of a second; a machine with other work takes longer. */
const PATIENCE_MS = 20_000;

/** What a command came to, with its output as text. */
export interface Answer {
  readonly retval: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Dispose of it: that ends all processes. */
export class TestHost implements AsyncDisposable {
  readonly link = new FakeLink();
  readonly host: ModuleHost;
  readonly #directory: string;

  private constructor(
    directory: string,
    paths: readonly string[],
    disabled: ReadonlySet<string>,
    clock: Clock,
  ) {
    this.#directory = directory;
    this.host = new ModuleHost({
      mgrId: "x",
      builtinPath: `${directory}/none`,
      modulePaths: paths,
      disabledModules: disabled,
      stateDir: `${directory}/state`,
      version: "ceph version 16.2.15 (0) pacific (stable)",
      releaseName: "pacific",
      packages: ownPackages(),
      clock,
      standbyModules: () => true,
    }, this.link);
    this.link.pushed = (what, key) =>
      what === "config" ? this.host.configChanged() : this.host.storeChanged([key]);
  }

  /** A host that knows these dummies alone. They are enabled, and the manager is active, unless `asleep`. */
  static async start(
    modules: readonly string[],
    { clock = systemClock, asleep = false, path = DUMMIES }: {
      clock?: Clock;
      asleep?: boolean;
      path?: string;
    } = {},
  ): Promise<TestHost> {
    const others = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
    const disabled = new Set(others.filter((name) => !modules.includes(name)));
    const self = new TestHost(await Deno.makeTempDir({ prefix: "ganglion-test-" }), [path], disabled, clock);
    await self.host.discover();
    if (!asleep) {
      self.host.setEnabled(new Set(modules));
      self.host.begin(1);
    }
    return self;
  }

  /** Carries out a command. Fails when no module has it. */
  async command(prefix: string, args: Readonly<Record<string, string | number>> = {}): Promise<Answer> {
    const call = { prefix, args: new Map(Object.entries(args)), inbuf: new Uint8Array() };
    const result = await this.host.dispatch(call);
    if (result === undefined) throw new Error(`no module has the command '${prefix}'`);
    const { retval, stdout, stderr } = result;
    return { retval, stdout: typeof stdout === "string" ? stdout : new TextDecoder().decode(stdout), stderr };
  }

  status(module: string): ModuleStatus {
    return this.host.status().find(({ name }) => name === module)!;
  }

  /** Summaries of the health checks, by code. */
  health(): Record<string, string> {
    return Object.fromEntries([...this.host.healthChecks()].map(([code, { summary }]) => [code, summary]));
  }

  /** Waits until something that a process brings about is so. */
  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const late = performance.now() + PATIENCE_MS;
    while (!await condition()) {
      if (performance.now() > late) throw new Error(`not in time: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Waits until the module is in that state. */
  async state(module: string, state: string): Promise<void> {
    await this.until(() => this.status(module).state === state, `${module} ${state}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop();
    await Deno.remove(this.#directory, { recursive: true });
  }
}
