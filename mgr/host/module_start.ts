/** How a process of a module comes to be: what it may call, in which sandbox. */

import type { RateLimit } from "../time/rate_limit.ts";
import { type Allow, type Permit, permitted } from "./call_permits.ts";
import { PendingCalls } from "./calls/pending_calls.ts";
import type { ModuleDescription } from "./contract.ts";
import { HeldData } from "./held_data.ts";
import { moduleCalls } from "./module_calls.ts";
import type { ModuleHome } from "./module_home.ts";
import type { ModuleLog } from "./module_log.ts";
import type { ModulePermissions } from "./module_permissions.ts";
import type { ModuleProcess } from "./module_process.ts";
import type { ModuleReports } from "./module_reports.ts";
import type { LimitOf } from "./limit_options.ts";
import type { Confines } from "./module_sandbox.ts";
import type { ModuleWork } from "./module_work.ts";
import { StoreQuota } from "./store_quota.ts";
import type { FoundModule } from "./registry.ts";

/** The module, and what this process of it is for. */
export interface StartParts {
  readonly name: string;
  readonly found: FoundModule;
  readonly home: ModuleHome;
  readonly log: ModuleLog;
  readonly permissions: Pick<ModulePermissions, "allow">;
  readonly limit: LimitOf;
  readonly reports: ModuleReports;
  readonly clusterLogLimit: RateLimit;
  readonly description: () => ModuleDescription | undefined;
  readonly failed: (message: string) => void;
  readonly served: () => void;
  readonly work: Pick<ModuleWork, "isAuthorized">;
  readonly permit: Permit;
  readonly confines: Confines;
}

/** Starts it. Rejects when it does not say hello in time. */
export async function startModule(parts: StartParts): Promise<ModuleProcess> {
  const { name, found, log, permissions, reports, clusterLogLimit, description, failed, served, limit } =
    parts;
  const { mgrId, link, clock, remote, commandAnswered, isOperators, processes } = parts.home;
  const pending = new PendingCalls(clock);
  const held = new HeldData((source) => link.moment(source));
  const allow: Allow = (call, need) => permissions.allow(call, need);
  const all = moduleCalls({
    ...{ name, mgrId, link, log, reports, clusterLogLimit, pending, remote, commandAnswered, held },
    ...{ description, failed, served, allow, isOperators },
    ...{ limit, quota: new StoreQuota(name, link, () => limit("limit_store")) },
    isAuthorized: (command, args) => parts.work.isAuthorized(command, args),
    tell: {
      notified: (...args) => process.call("notified", ...args),
      watchChanged: (...args) => process.call("watchChanged", ...args),
    },
  });
  const host = permitted(all, parts.permit, allow);
  const output = (line: string): void => log.write("info", line);
  const process: ModuleProcess = await processes.start(found, { ...parts.confines, host, held, output });
  process.ended.then(() => pending.close());
  return process;
}
