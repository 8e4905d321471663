/** What came of reading a module anew from disk: whether the cluster has to hear of it, and the words for who asked. */

import type { HostChange } from "./cluster_link.ts";
import type { ManagedModule } from "./managed_module.ts";
import type { HostCommandResult } from "./module_command.ts";

const ENOENT = -2;
const EIO = -5;

/** What of a module matters here. */
export type ReloadedModule = Pick<ManagedModule, "ability" | "description" | "trouble" | "state" | "version">;

/** What the cluster has to hear of: other commands or options ("infos"), or another `canRun` alone ("services"). */
export function whatChanged(
  old: ReloadedModule | undefined,
  fresh: ReloadedModule | undefined,
): HostChange | undefined {
  const declared = (module: ReloadedModule | undefined): string =>
    JSON.stringify([module?.description?.options, module?.description?.commands]);
  if ((old === undefined) !== (fresh === undefined) || declared(old) !== declared(fresh)) return "infos";
  return JSON.stringify(old?.ability) === JSON.stringify(fresh?.ability) ? undefined : "services";
}

/** The answer to `module reload`. `problem` is why it was not done. */
export function reloadAnswer(
  name: string,
  module: ReloadedModule | undefined,
  problem?: string,
): HostCommandResult {
  if (problem !== undefined) return refusal(EIO, `Cannot reload module '${name}': ${problem}`);
  if (module === undefined) {
    return refusal(ENOENT, `Cannot reload module '${name}': none of the module paths has it`);
  }
  const reason = module.ability.can ? module.trouble : module.ability.reason;
  if (reason !== undefined) return refusal(EIO, `Module '${name}' is broken: ${reason}`);
  const version = module.version === "" ? "" : ` ${module.version}`;
  return { retval: 0, stdout: `reloaded ${name}${version}: ${module.state}\n`, stderr: "" };
}

function refusal(retval: number, stderr: string): HostCommandResult {
  return { retval, stdout: "", stderr };
}

/** One reload of a module at a time: what was written meanwhile is taken by the next one. */
export class ReloadQueue {
  readonly #reload: (name: string) => Promise<HostCommandResult>;
  readonly #running = new Map<string, Promise<void>>();

  constructor(reload: (name: string) => Promise<HostCommandResult>) {
    this.#reload = reload;
  }

  /** Those that have not ended. */
  get pending(): Promise<void>[] {
    return [...this.#running.values()];
  }

  async run(name: string): Promise<HostCommandResult> {
    const answer = (this.#running.get(name) ?? Promise.resolve()).then(() => this.#reload(name));
    const done = answer.then(() => {}, () => {});
    this.#running.set(name, done);
    try {
      return await answer;
    } finally {
      if (this.#running.get(name) === done) this.#running.delete(name);
    }
  }
}
