/** The host as a module's process sees it, in memory. */

import type { DataAnswer, HostSide } from "../../mgr/host/contract.ts";
import type { CallHost } from "../../mgr/host/runner/host_calls.ts";

/** Takes every call that a test needs; others reject. */
export class FakeHostSide {
  readonly calls: (readonly [name: string, ...args: unknown[]])[] = [];
  readonly lines: string[] = [];
  readonly failures: string[] = [];
  /** Cluster data by name. */
  readonly data = new Map<string, DataAnswer>();
  /** What writes reject with. */
  refusal: string | undefined;

  readonly call: CallHost = (name, ...args) => {
    if (name !== "log" && name !== "served") this.calls.push([name, ...args]);
    const method: unknown = Reflect.get(this.#side, name);
    return (method as (...args: unknown[]) => never)(...args);
  };

  readonly #side: Pick<
    HostSide,
    "log" | "failed" | "served" | "setOption" | "setStore" | "get" | "setUri" | "clusterLog"
  > = {
    log: (level, text) => Promise.resolve(void this.lines.push(`${level} ${text}`)),
    failed: (message) => Promise.resolve(void this.failures.push(message)),
    served: () => Promise.resolve(),
    setOption: () => this.#write(),
    setStore: () => this.#write(),
    get: (name, have) => {
      const answer = this.data.get(name) ?? null;
      return Promise.resolve(answer?.version === have ? { ...answer!, json: null } : answer);
    },
    setUri: () => Promise.resolve(),
    clusterLog: () => Promise.resolve(),
  };

  #write(): Promise<void> {
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(new Error(this.refusal));
  }
}
