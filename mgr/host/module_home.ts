/** What all modules of a host live in. */

import type { Clock } from "../time/clock.ts";
import type { ClusterLink } from "./cluster_link.ts";
import type { ProcessFactory } from "./process_factory.ts";

/** What a module lives in. */
export interface ModuleHome {
  readonly mgrId: string;
  readonly version: string;
  readonly releaseName: string;
  readonly clock: Clock;
  readonly link: ClusterLink;
  readonly processes: ProcessFactory;
  /** Calls a method that a module exports. */
  readonly remote: (module: string, method: string, args: Uint8Array) => Promise<Uint8Array>;
}
