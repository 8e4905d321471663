/** `module ls` and `module status`: the processes of modules, what they take of the machine and what they were refused. */

import type { ManagedModule } from "../managed_module.ts";
import { processFigures } from "../process_figures.ts";
import {
  columns,
  moduleOf,
  type OperatedModules,
  type OperatorAnswer,
  type OperatorCall,
} from "./operator_call.ts";

/** Figures of a module. Those of its process are 0 while it has none. */
interface ModuleFigures {
  readonly name: string;
  readonly state: string;
  readonly enabled: boolean;
  readonly pid: number;
  readonly uptime_s: number;
  readonly rss_bytes: number;
  readonly cpu_s: number;
  /** How long the last ping took. */
  readonly lag_ms: number;
  readonly calls: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly refusals: number;
  readonly restarts: number;
}

/** One line for each module. */
export async function listModules(modules: OperatedModules): Promise<OperatorAnswer> {
  const value = await Promise.all(modules.all().map((module) => figuresOf(modules, module)));
  const titles = ["NAME", "STATE", "PID", "UPTIME", "RSS", "CPU", "LAG", "CALLS", "REFUSALS", "RESTARTS"];
  return { value, text: columns(titles, value.map(row)) };
}

/** All that is known of one module. */
export async function showModule(modules: OperatedModules, call: OperatorCall): Promise<OperatorAnswer> {
  const module = moduleOf(modules, call);
  const { description, ability, permissions } = module;
  const value = {
    ...await figuresOf(modules, module),
    version: module.version,
    can_run: ability.can,
    problem: module.trouble ?? ability.reason,
    notifications_left_out: module.notificationsLeftOut,
    commands: Object.keys(description?.commands ?? {}),
    permissions: permissions.standing.grants.texts,
    asked_for: permissions.standing.absent,
  };
  const lines = Object.entries(value).map(([key, one]) =>
    `${key}: ${Array.isArray(one) ? one.join(", ") : one}`
  );
  return { value, text: lines.join("\n") };
}

async function figuresOf(modules: OperatedModules, module: ManagedModule): Promise<ModuleFigures> {
  const { name, state, process } = module;
  const { pid, traffic } = process ?? {};
  const { rssBytes, cpuSeconds, uptimeSeconds } = await processFigures(pid);
  return {
    name,
    state,
    enabled: modules.isEnabled(name),
    pid: pid ?? 0,
    uptime_s: uptimeSeconds,
    rss_bytes: rssBytes,
    cpu_s: cpuSeconds,
    lag_ms: Math.round(traffic?.lagMs ?? 0),
    calls: traffic?.calls ?? 0,
    bytes_in: traffic?.bytesReceived ?? 0,
    bytes_out: traffic?.bytesSent ?? 0,
    refusals: module.permissions.refusals,
    restarts: module.deaths.count,
  };
}

function row(one: ModuleFigures): string[] {
  const isRunning = one.pid !== 0;
  const ofProcess = [
    String(one.pid),
    `${one.uptime_s}s`,
    `${Math.round(one.rss_bytes / 2 ** 20)}M`,
    `${one.cpu_s.toFixed(1)}s`,
    `${one.lag_ms}ms`,
    String(one.calls),
  ];
  return [
    one.name,
    one.state,
    ...ofProcess.map((text) => (isRunning ? text : "-")),
    String(one.refusals),
    String(one.restarts),
  ];
}
