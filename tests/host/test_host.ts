/** A module host with real processes over a fake manager, for the tests of this folder. */

import { fileURLToPath } from "node:url";
import { ModuleHost, type ModuleStatus } from "../../mgr/host/module_host.ts";
import { ownPackages } from "../../mgr/host/own_packages.ts";
import { packageStore } from "../../mgr/host/packages/package_store.ts";
import { type Clock, systemClock } from "../../mgr/time/clock.ts";
import { GRANTS_FRONT, writeRecord } from "../../mgr/host/permissions/standing.ts";
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

type Options = ConstructorParameters<typeof ModuleHost>[0];

/** How a TestHost is made. */
export interface Start {
  readonly clock?: Clock;
  readonly asleep?: boolean;
  readonly path?: string;
  /** A directory that outlives the host. */
  readonly state?: string;
  /** Nobody has decided about permissions; else each module has what its manifest asks for. */
  readonly ungranted?: boolean;
}

/** Dispose of it: that ends all processes. */
export class TestHost implements AsyncDisposable {
  readonly link = new FakeLink();
  readonly host: ModuleHost;
  readonly #directory: string | undefined;

  private constructor(
    state: string,
    own: boolean,
    options: Pick<Options, "modulePaths" | "disabledModules" | "clock">,
  ) {
    this.#directory = own ? state : undefined;
    this.host = new ModuleHost({
      mgrId: "x",
      builtinPath: `${state}/none`,
      installedPath: packageStore(state),
      stateDir: state,
      reservedPaths: [state],
      version: "ceph version 16.2.15 (0) pacific (stable)",
      releaseName: "pacific",
      packages: ownPackages(),
      standbyModules: () => true,
      ...options,
    }, this.link);
    this.link.pushed = (what, key) =>
      what === "config" ? this.host.configChanged() : this.host.storeChanged([key]);
  }

  /** A host that knows these modules of `path` alone. They are enabled, and the manager is active, unless `asleep`. */
  static async start(modules: readonly string[], start: Start = {}): Promise<TestHost> {
    const { clock = systemClock, asleep = false, path = DUMMIES, state } = start;
    const others = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
    const disabledModules = new Set(others.filter((name) => !modules.includes(name)));
    const directory = state ?? await Deno.makeTempDir({ prefix: "ganglion-test-" });
    const self = new TestHost(directory, state === undefined, {
      clock,
      disabledModules,
      modulePaths: [path],
    });
    if (start.ungranted !== true) await self.grantAll(modules, path);
    await self.host.discover();
    if (!asleep) {
      self.host.setEnabled(new Set(modules));
      self.host.begin(1);
    }
    return self;
  }

  /** As an operator who grants all that the manifests ask for. */
  async grantAll(modules: readonly string[], path: string = DUMMIES): Promise<void> {
    for (const name of modules) {
      const text = await Deno.readTextFile(`${path}/${name}/deno.json`);
      const granted: string[] = JSON.parse(text).mgr?.permissions ?? [];
      this.link.store.set(GRANTS_FRONT + name, writeRecord({ granted, decided: granted }));
    }
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
    if (this.#directory !== undefined) await Deno.remove(this.#directory, { recursive: true });
  }
}
