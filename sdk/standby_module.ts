/** What runs of a module on managers that stand by. */

import type { Options } from "./declarations.ts";
import type { CephOption } from "./daemons.ts";
import { ModuleBase } from "./module_base.ts";

/**
 * What runs on managers that stand by. Export it as `Standby` of `mod.ts`. It reads options, the store and cluster
 * data; it has no commands, hears of no changes, and writes nothing but its log.
 */
export abstract class MgrStandbyModule<O extends Options = Options> extends ModuleBase<O> {
  /** Where this module serves on the active manager, as it told setUri(); "" when it does not. */
  getActiveUri(): Promise<string> {
    return this.#read("getActiveUri", this.getModuleName());
  }

  /** An option of Ceph as it holds for this manager. Rejects for a name that is no option. */
  async getCephOption(name: string): Promise<string | number | boolean> {
    return (await this.#read<CephOption>("getCephOption", name)).value;
  }

  /** An address of this manager; its host's name when it has none yet. */
  getMgrIp(): Promise<string> {
    return this.#read("getMgrIp");
  }

  #read<T>(call: string, ...args: readonly string[]): Promise<T> {
    return this.active(`${call}()`).read(call, ...args);
  }

  /** Runs while this manager stands by; `signal` aborts when it ends or becomes active. */
  abstract serve(signal: AbortSignal): void | Promise<void>;
}
