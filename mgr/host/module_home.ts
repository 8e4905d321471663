/** What a module lives in, what it is wanted for, and with what an instance of it begins. */

import type { Clock } from "../time/clock.ts";
import type { ClusterLink } from "./cluster_link.ts";
import type { InstanceState } from "./contract.ts";
import { optionTexts } from "./module_options.ts";
import type { ProcessFactory } from "./process_factory.ts";

/** What a module is wanted for: nothing, to be ready, to stand by, to be active; `idle`: to be active when it is needed. */
export type Target = "off" | "idle" | "warm" | "standby" | "active";

/** Where a module is in its life. */
export type ModuleState =
  | "stopped"
  | "idle"
  | "starting"
  | "ready"
  | "serving"
  | "failed"
  | "died"
  | "stopping";

/** What it lives in. */
export interface ModuleHome {
  readonly mgrId: string;
  readonly version: string;
  readonly releaseName: string;
  readonly clock: Clock;
  readonly link: ClusterLink;
  readonly processes: ProcessFactory;
  /** Files of the manager that no permission reaches. */
  readonly reserved: readonly string[];
  /** Whether that option of a module names what its sandbox may reach: an operator sets it. */
  readonly isOperators: (module: string, option: string) => boolean;
  /** Hears what an enabled module may do that is trusted and does not come with the manager. */
  readonly trusted?: (module: string, permissions: readonly string[]) => void;
  readonly demandChanged: () => void;
  /** A module's command was answered: tells its tag to the modules that ask for it. */
  readonly commandAnswered: (tag: string) => void;
  /** Calls a method that a module exports. */
  readonly remote: (module: string, method: string, args: Uint8Array) => Promise<Uint8Array>;
}

/** Options and keys as they are now, and who it is. */
export function instanceState(
  moduleName: string,
  role: "active" | "standby",
  { link, mgrId, version, releaseName }: ModuleHome,
): InstanceState {
  const front = `mgr/${moduleName}/`;
  const store = link.storePrefix(front).map(([key, value]) => [key.slice(front.length), value] as const);
  const facts = { moduleName, mgrId, version, releaseName };
  return { role, ...facts, options: optionTexts(link.config(), moduleName), store };
}
