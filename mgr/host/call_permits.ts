/** Which calls a process may make: in its present role, and with the permissions of its module. */

import { needOf } from "./call_needs.ts";
import type { HostSide, InstanceState } from "./contract.ts";
import type { Need } from "./permissions/need.ts";

/** What a process is for; undefined while it is only loaded, and when it is told to end. */
export interface Permit {
  role: InstanceState["role"] | undefined;
}

/** Throws PermissionError unless the module may do it. */
export type Allow = (call: string, need: Need) => void;

/** Whoever may make a call: any process, one with an instance, one with an active instance. */
const PERMITS = {
  log: "any",
  failed: "any",
  served: "any",
  get: "instance",
  osdMap: "instance",
  statHead: "instance",
  statPage: "instance",
  read: "instance",
  perfColumns: "instance",
  setOption: "active",
  setOptionOf: "active",
  setStore: "active",
  setHealthChecks: "active",
  setUri: "active",
  setProgress: "active",
  clearProgress: "active",
  addPerfQuery: "active",
  removePerfQuery: "active",
  perfQueryCounters: "active",
  clusterLog: "active",
  cancel: "any",
  remote: "active",
  sendCommand: "active",
  openPool: "active",
  operate: "active",
  listObjects: "active",
  notifyObject: "active",
  watch: "active",
  unwatch: "active",
  isAuthorized: "active",
  setDeviceWearLevel: "active",
} as const satisfies Readonly<Record<keyof HostSide, "any" | "instance" | "active">>;

/** The same calls; those that the permit or the module's permissions do not cover reject. */
export function permitted(calls: HostSide, permit: Permit, allow: Allow): HostSide {
  const guarded = Object.entries(PERMITS).map(([name, who]) => {
    const call = calls[name as keyof HostSide] as (...args: readonly unknown[]) => Promise<unknown>;
    if (who === "any") return [name, call] as const;
    return [name, async (...args: readonly unknown[]) => {
      const reason = refusal(who, permit.role);
      if (reason !== undefined) throw new Error(`Cannot call ${name}: ${reason}`);
      const need = needOf(name as keyof HostSide, args);
      if (need !== undefined) allow(name, need);
      return await call(...args);
    }] as const;
  });
  return { ...calls, ...Object.fromEntries(guarded) };
}

function refusal(who: "instance" | "active", role: Permit["role"]): string | undefined {
  if (role === undefined) return "the module does not serve";
  return who === "active" && role === "standby" ? "this manager stands by" : undefined;
}
