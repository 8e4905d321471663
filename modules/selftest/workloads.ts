/** The workloads of `background start`. */

import type { Tested } from "./checks/mod.ts";

type Workload = (module: Tested, signal: AbortSignal) => Promise<void>;

/** Their names. */
export type WorkloadName = "command_spam" | "throw_exception";

/** By the name under which it is asked for. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  command_spam: spam,
  throw_exception: () => Promise.reject(new Error("Synthetic exception in serve")),
};

/** Whether there is such a workload. */
export function isWorkload(name: string): name is WorkloadName {
  return Object.hasOwn(WORKLOADS, name);
}

/** Reads the OSDMap and changes it, again and again: each round is a new epoch. */
async function spam(module: Tested, signal: AbortSignal): Promise<void> {
  module.log.info("Starting command_spam workload...");
  while (!signal.aborted) {
    const map = await module.getOsdmap();
    const { osds } = map.dump();
    const id = Math.floor(Math.random() * osds.length);
    const sent = module.sendCommand("mon", "", { prefix: "osd reweight", id, weight: Math.random() });
    map.getCrush().dump();
    await sent;
  }
  module.log.info("Ended command_spam workload...");
}
