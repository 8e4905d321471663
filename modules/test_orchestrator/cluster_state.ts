/** What the backend pretends: hosts, devices, services and daemons, as it is loaded and stored. */

import {
  type DaemonDescription,
  type HostSpec,
  type InventoryHost,
  type Json,
  makeHostSpec,
  OrchestratorValidationError,
  readDaemon,
  readHostSpec,
  readInventoryHost,
  readService,
  type ServiceDescription,
  serviceJson,
} from "@ganglion/sdk/orchestrator";

/** All of it. */
export interface ClusterState {
  readonly hosts: readonly HostSpec[];
  readonly inventory: readonly InventoryHost[];
  readonly services: readonly ServiceDescription[];
  readonly daemons: readonly DaemonDescription[];
}

/** Reads a file for `load_data`, or what `stateText` wrote. Throws OrchestratorError for what it is not. */
export function readState(text: string): ClusterState {
  const state = decode(text);
  const list = (name: string): readonly Json[] => {
    const value = state[name] ?? [];
    if (!Array.isArray(value)) {
      throw new OrchestratorValidationError(`Cannot load the data: '${name}' is no list`);
    }
    return value;
  };
  const inventory = list("inventory").map(readInventoryHost);
  return {
    hosts: Object.hasOwn(state, "hosts") ? list("hosts").map(readHostSpec) : inventory.map(hostOf),
    inventory,
    services: list("services").map(readService),
    daemons: list("daemons").map(readDaemon),
  };
}

/** JSON that `readState` reads. */
export function stateText({ services, ...rest }: ClusterState): string {
  return JSON.stringify({ ...rest, services: services.map(serviceJson) });
}

function decode(text: string): Readonly<Record<string, Json>> {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (e) {
    throw new OrchestratorValidationError(`Invalid JSON file: ${(e as Error).message}`);
  }
  if (typeof state === "object" && state !== null && !Array.isArray(state)) return { ...state };
  throw new OrchestratorValidationError("Cannot load the data: they are no object");
}

function hostOf({ name, addr, labels }: InventoryHost): HostSpec {
  return makeHostSpec({ hostname: name, addr, labels });
}
