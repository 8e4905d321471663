/** What modules ask an orchestrator with, whichever backend there is. */

import { NoOrchestrator, type OrchResult, unwrapResult } from "./errors.ts";
import { ORCHESTRATOR_METHODS, type OrchestratorMethods } from "./methods.ts";
import type { FeatureSet } from "./orchestrator.ts";

/** What a client needs of its module. */
export interface RemoteCaller {
  /** As MgrModule has it. */
  remote(module: string, method: string, ...args: readonly unknown[]): Promise<unknown>;
}

/** Names the backend; undefined when none is chosen. */
export type SelectBackend = () => string | undefined | null | Promise<string | undefined | null>;

/** All methods of the backend. */
export interface OrchestratorClient extends OrchestratorMethods {}

/**
 * Calls the backend that `ceph orch set backend` has chosen. Methods reject with what the backend's reject with
 * (OrchestratorError, NotImplementedError), with NoOrchestrator when none is chosen, and as `remote()` does when the
 * backend is not enabled. A module needs the permissions `remote orchestrator selectOrchestrator` and
 * `remote BACKEND orchestrate`.
 *
 * @example
 * ```ts
 * import { MgrModule } from "@ganglion/sdk";
 * import { OrchestratorClient } from "@ganglion/sdk/orchestrator";
 *
 * export default class Lister extends MgrModule {
 *   readonly #orchestrator = new OrchestratorClient(this);
 *
 *   override async serve(): Promise<void> {
 *     for (const { hostname } of await this.#orchestrator.getHosts()) this.log.info(hostname);
 *   }
 * }
 * ```
 */
export class OrchestratorClient {
  readonly #module: RemoteCaller;
  readonly #select: SelectBackend;

  static {
    for (const name of Object.keys(ORCHESTRATOR_METHODS)) {
      const value = function (this: OrchestratorClient, ...args: readonly unknown[]): Promise<unknown> {
        return this.#call(name, args);
      };
      Object.defineProperty(this.prototype, name, { value, writable: true, configurable: true });
    }
  }

  /** Asks the module `orchestrator` for the backend, unless it is told otherwise. */
  constructor(module: RemoteCaller, select: SelectBackend = () => askForBackend(module)) {
    this.#module = module;
    this.#select = select;
  }

  /** What the backend can do. */
  async getFeatureSet(): Promise<FeatureSet> {
    return await this.#module.remote(await this.#backend(), "getFeatureSet") as FeatureSet;
  }

  async #call(method: string, args: readonly unknown[]): Promise<unknown> {
    return unwrapResult(
      await this.#module.remote(await this.#backend(), "orchestrate", method, args) as OrchResult,
    );
  }

  async #backend(): Promise<string> {
    const backend = await this.#select();
    if (backend === undefined || backend === null || backend === "") throw new NoOrchestrator();
    return backend;
  }
}

async function askForBackend(module: RemoteCaller): Promise<string | undefined> {
  return await module.remote("orchestrator", "selectOrchestrator") as string | undefined;
}
