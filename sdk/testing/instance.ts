/** One instance of a module, from its construction to its end, under the manager's own runner. */

import type { InstanceState, ModuleDescription, ModuleSide } from "../../mgr/host/contract.ts";
import type { DataReader } from "../../mgr/host/runner/cluster_reader.ts";
import type { CallHost } from "../../mgr/host/runner/host_calls.ts";
import { ModuleRunner } from "../../mgr/host/runner/module_runner.ts";
import { settle } from "./fake_time.ts";

/** The manager has no more patience with a module that stops. */
const SHUTDOWN_MS = 5_000;
const { setTimeout: after, clearTimeout: cancel } = globalThis;

/** An instance that runs. */
export class Instance {
  readonly description: ModuleDescription;
  readonly #runner: ModuleRunner;

  private constructor(runner: ModuleRunner, description: ModuleDescription) {
    this.#runner = runner;
    this.description = description;
  }

  /** Reads what `mod.ts` exports. */
  static async load(
    exports: Readonly<Record<string, unknown>>,
    call: CallHost,
    data: DataReader,
  ): Promise<Instance> {
    const runner = new ModuleRunner(() => Promise.resolve(exports), call, { data });
    return new Instance(runner, await runner.side.load());
  }

  /** Rejects with what the constructor threw. */
  construct(state: InstanceState): Promise<void> {
    return this.#runner.side.construct(state);
  }

  /** The object of the author's class. */
  get value(): unknown {
    return this.#runner.instance;
  }

  /** What the manager calls. */
  get side(): ModuleSide {
    return this.#runner.side;
  }

  /** Rejects when it takes longer than the manager would wait, or with what `shutdown()` threw. */
  async stop(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const why =
      "Cannot stop the module: serve() or shutdown() goes on after 5 s; does serve() end with its signal?";
    const timer = after(() => late.reject(new Error(why)), SHUTDOWN_MS);
    try {
      await Promise.race([this.#runner.side.shutdown(), late.promise]);
      await settle();
    } finally {
      cancel(timer);
    }
  }
}
