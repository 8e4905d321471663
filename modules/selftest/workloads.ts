/** The workloads of `background start`. */

import type { Tested } from "./checks/mod.ts";

type Workload = (module: Tested, signal: AbortSignal) => Promise<void>;

/** Their names. */
export type WorkloadName = "throw_exception";

/** By the name under which it is asked for. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  throw_exception: () => Promise.reject(new Error("Synthetic exception in serve")),
};

/** Whether there is such a workload. */
export function isWorkload(name: string): name is WorkloadName {
  return Object.hasOwn(WORKLOADS, name);
}
