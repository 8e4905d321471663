/** Other modules that a test makes up, for `remote()`. */

import { decodeArguments, encodePlain } from "../../mgr/host/runner/plain_value.ts";
import { MethodNotFoundError, ModuleNotFoundError, RemoteError, TimedOutError } from "../errors.ts";

const { setTimeout: after, clearTimeout: cancel } = globalThis;

/** What a module exports: functions by name. */
export type RemoteMethods = Readonly<Record<string, (...args: never) => unknown>>;

/** Carries out a call by itself: the module that is tested, when it calls itself. */
export type CallSelf = (method: string, args: Uint8Array) => Promise<Uint8Array>;

/** By name. Values are copied on their way, as between two processes. */
export class RemoteModules {
  readonly #modules = new Map<string, RemoteMethods>();
  /** The module that is tested. */
  self: { readonly name: string; readonly exports: readonly string[]; readonly call: CallSelf } | undefined;

  /** What a module exports from now on; undefined: it is not enabled. */
  set(name: string, methods: RemoteMethods | undefined): void {
    if (methods === undefined) this.#modules.delete(name);
    else this.#modules.set(name, methods);
  }

  /** As the manager does it, with its errors. */
  async call(module: string, method: string, args: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    const call = this.#find(module, method);
    const late = Promise.withResolvers<never>();
    const text = `Cannot call ${module}.${method}: no answer in ${timeoutMs / 1000} s`;
    const timer = after(() => late.reject(new TimedOutError(text)), timeoutMs);
    try {
      return await Promise.race([call(args), late.promise]);
    } catch (e) {
      if (e instanceof TimedOutError && e.message === text) throw e;
      throw new RemoteError(e instanceof Error ? e.message : String(e), { module, method });
    } finally {
      cancel(timer);
    }
  }

  #find(module: string, method: string): (args: Uint8Array) => Promise<Uint8Array> {
    const self = this.self?.name === module ? this.self : undefined;
    const methods = this.#modules.get(module);
    if (self === undefined && methods === undefined) {
      throw new ModuleNotFoundError(`Cannot call ${module}.${method}: there is no such module`, { module });
    }
    if (self?.exports.includes(method)) return (args) => self.call(method, args);
    const called = methods !== undefined && Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (called !== undefined) {
      return async (args) => encodePlain(await Reflect.apply(called, methods, decodeArguments(args)));
    }
    throw new MethodNotFoundError(
      `Cannot call ${module}.${method}: it is not in EXPORTS of module '${module}'`,
      { module, method },
    );
  }
}
