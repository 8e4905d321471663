/** Calls between modules: who may be called, and what becomes of the call. Arguments and results pass through unread. */

import { z } from "zod";
import { MethodNotFoundError, ModuleNotFoundError, RemoteError } from "@ganglion/sdk";
import type { HostSide } from "../contract.ts";
import type { ManagedModule } from "../managed_module.ts";
import type { ModuleCallsOwner } from "../module_calls.ts";
import { parse } from "../parse.ts";
import { MAX_TIMEOUT_MS } from "./pending_calls.ts";

/** A module that is starting is waited for as long as a command would wait. */
const START_WAIT_MS = 10_000;
/** Arguments of one call, and its result. */
export const MAX_REMOTE_BYTES = 16 * 1024 * 1024;
const BUSY = "it has too many calls in hand";

const Call = z.tuple([
  z.number().int(),
  z.string().max(1024),
  z.string().max(1024),
  z.instanceof(Uint8Array).refine(({ length }) => length <= MAX_REMOTE_BYTES, "they are too long"),
  z.number().positive().max(MAX_TIMEOUT_MS),
]);

/** `remote` for one process. */
export function remoteCalls(owner: ModuleCallsOwner): Pick<HostSide, "remote"> {
  return {
    remote: async (...raw) => {
      const [id, module, method, args, timeoutMs] = parse("call of another module", Call, raw);
      const pending = { id, action: `call ${module}.${method}`, bytes: args.length, timeoutMs };
      return await owner.pending.run(pending, () => owner.remote(module, method, args));
    },
  };
}

/** What of a module matters to its callers. */
export type CalledModule = Pick<
  ManagedModule,
  "name" | "ability" | "description" | "trouble" | "settled" | "remote"
>;

/** Carries it out. Rejects with an error of the SDK. `module` is undefined when there is none of that name. */
export async function runRemote(
  module: CalledModule | undefined,
  isEnabled: boolean,
  [name, method, args]: readonly [module: string, method: string, args: Uint8Array],
): Promise<Uint8Array> {
  const action = `Cannot call ${name}.${method}`;
  const target = { module: name, method };
  const missing = whyMissing(module, isEnabled);
  if (module === undefined || missing !== undefined) {
    throw new ModuleNotFoundError(`${action}: ${missing}`, { module: name });
  }
  if (!module.description?.exports.includes(method)) {
    throw new MethodNotFoundError(`${action}: it is not in EXPORTS of module '${name}'`, target);
  }
  const started = await module.settled(START_WAIT_MS);
  const trouble = module.trouble ?? (started ? undefined : "it did not initialize in time");
  if (trouble !== undefined) throw new RemoteError(`${action}: module '${name}': ${trouble}`, target);
  try {
    const result = await (module.remote(method, args) ?? Promise.reject(new Error(BUSY)));
    if (result instanceof Uint8Array) return result;
    throw new Error("it answered nonsense");
  } catch (e) {
    throw new RemoteError(e instanceof Error ? e.message : String(e), target);
  }
}

function whyMissing(module: CalledModule | undefined, isEnabled: boolean): string | undefined {
  if (module === undefined) return "there is no such module";
  if (!isEnabled) return "the module is not enabled";
  return module.ability.can ? undefined : `the module cannot run: ${module.ability.reason}`;
}
