/** Health checks about modules themselves. Upstream: PyModuleRegistry::get_health_checks in mgr/PyModuleRegistry.cc */

import { type HealthCheck, HealthSeverity } from "../types/health.ts";

/** A module and what is wrong with it. */
export type ModuleTrouble = readonly [module: string, reason: string];

interface Wording {
  readonly code: string;
  readonly severity: number;
  /** `Module 'm' ONE reason` */
  readonly one: (reason: string) => string;
  /** `N mgr modules MANY` */
  readonly many: string;
}

const DEPENDENCY: Wording = {
  code: "MGR_MODULE_DEPENDENCY",
  severity: HealthSeverity.warn,
  one: (reason) => `has failed dependency: ${reason}`,
  many: "have failed dependencies",
};
const ERROR: Wording = {
  code: "MGR_MODULE_ERROR",
  severity: HealthSeverity.error,
  one: (reason) => `has failed: ${reason}`,
  many: "have failed",
};
/** Not known upstream, where a module that dies takes the manager with it. */
const DEATHS: Wording = {
  code: "MGR_MODULE_DIED",
  severity: HealthSeverity.warn,
  one: (reason) => reason,
  many: "die again and again",
};

/** Not known upstream, where every module may do everything. */
const PERMISSION: Wording = {
  code: "MGR_MODULE_PERMISSION",
  severity: HealthSeverity.warn,
  one: (reason) => reason,
  many: "wait for permissions",
};

/** Modules that are enabled: those that cannot run, have failed, die again and again, or lack permissions. */
export function moduleHealthChecks(troubles: {
  readonly dependencies: readonly ModuleTrouble[];
  readonly failures: readonly ModuleTrouble[];
  readonly deaths: readonly ModuleTrouble[];
  readonly permissions: readonly ModuleTrouble[];
}): Map<string, HealthCheck> {
  const rows: readonly (readonly [Wording, readonly ModuleTrouble[]])[] = [
    [DEPENDENCY, troubles.dependencies],
    [ERROR, troubles.failures],
    [DEATHS, troubles.deaths],
    [PERMISSION, troubles.permissions],
  ];
  const found = rows.filter(([, modules]) => modules.length > 0);
  return new Map(found.map(([wording, modules]) => [wording.code, check(wording, modules)]));
}

function check({ severity, one, many }: Wording, modules: readonly ModuleTrouble[]): HealthCheck {
  const detail = modules.map(([name, reason]) => `Module '${name}' ${one(firstLine(reason))}`);
  const summary = modules.length === 1 ? detail[0]! : `${modules.length} mgr modules ${many}`;
  return { severity, summary, detail, count: modules.length };
}

const firstLine = (text: string): string => text.split("\n")[0]!;
