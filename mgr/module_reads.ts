/** What modules read of daemons and of options, beside `get(name)`: one row of a table for each call. */

import { parseConfig } from "./config/config_map.ts";
import { entityEntries } from "./config/entity_config.ts";
import { CEPH_RELEASE_NUMBER } from "./config/release.ts";
import { findOption } from "./config/options.ts";
import { optionRow } from "./config/option_table.ts";
import type { DataSources } from "./data_rows.ts";
import {
  getDaemonHealthMetrics,
  getDaemonStatus,
  getMetadata,
  getServer,
  listServers,
} from "./state/daemon_dump.ts";
import type { CounterSample } from "./state/perf_counters.ts";
import { type EntityName, EntityType, parseEntityName } from "./types/entity_name.ts";
import { releaseName } from "./types/release_name.ts";
import { optionTypeName } from "./types/module_info.ts";
import type { ClusterState } from "./state/cluster_state.ts";
import { type OptionType, type OptionValue, parseOption } from "./types/option_value.ts";

/** What the rows read. */
export interface ReadSources extends Pick<DataSources, "state" | "config" | "active" | "serverAddrs"> {
  readonly mon: { readonly connected: boolean };
}

/** Answers with what goes over as JSON; undefined becomes null. Throws an Error that the module is told. */
type Read = (sources: ReadSources, ...args: string[]) => unknown;

/** By the name of the method of MgrModule. Upstream: mgr/BaseMgrModule.cc */
export const READS: Readonly<Record<string, Read>> = {
  listServers: ({ active }) => listServers(active().index),
  getServer: ({ active }, hostname) => getServer(active().index, hostname!),
  getMetadata: ({ active }, type, id) => getMetadata(active().index, { type: type!, name: id! }),
  getDaemonStatus: ({ active }, type, id) => getDaemonStatus(active().index, { type: type!, name: id! }),
  getDaemonHealthMetrics: ({ active }) => getDaemonHealthMetrics(active().index),
  getCounter: (sources, type, id, path) => (counters(sources, type!, id!)?.history(path!) ?? []).map(sample),
  getLatestCounter: (sources, type, id, path) => {
    const latest = counters(sources, type!, id!)?.latest(path!);
    return latest === undefined ? [] : sample(latest);
  },
  getCephOption: ({ config }, name) => cephOption(config, name!),
  getModuleOptionEx: ({ state }, module, name) => moduleOption(state, module!, name!),
  getForeignCephOption: (sources, entity, name) => foreignOption(sources, entity!, name!),
  getActiveUri: ({ state }, module) => state.mgrMap?.services.get(module!) ?? "",
  getMgrIp: ({ serverAddrs, config }) => serverAddrs()[0]?.ip ?? config.identity.host,
  getHostname: ({ config }) => config.identity.host,
  lookupReleaseName: (_, release) => releaseUpToOurs(Number(release)),
  haveMonConnection: ({ mon }) => mon.connected,
};

/** Upstream: ceph_release_name in common/ceph_strings.cc; ours stands in for one that knows no later release. */
function releaseUpToOurs(release: number): string {
  if (release < 0) return "unspecified";
  return release > CEPH_RELEASE_NUMBER ? "unknown" : releaseName(release);
}

function counters({ active }: ReadSources, type: string, name: string) {
  return active().index.get({ type, name })?.counters;
}

/** [seconds since 1970, value], and the count of an average. Upstream: ActivePyModules::get_counter_python */
function sample({ time, value, count }: CounterSample): number[] {
  return count === undefined ? [time / 1000, value] : [time / 1000, value, count];
}

/** An option of this manager: what holds, where it comes from, and what would hold else. */
function cephOption(config: DataSources["config"], name: string) {
  const spec = findOption(name);
  if (spec === undefined) throw new Error(`option not found: ${name}`);
  const value = config.any(name)!;
  return { value, source: config.source(name), default: parseOption(spec.type, spec.default) };
}

/** What is set of an option that a module declares. Upstream: PyModuleRegistry::get_typed_config */
function moduleOption(
  { config, mgrMap }: ClusterState,
  module: string,
  name: string,
): OptionValue | undefined {
  const text = config?.get(`mgr/${module}/${name}`) ?? "";
  const declared = mgrMap?.availableModules.find((info) => info.name === module)?.moduleOptions.get(name);
  if (text === "" || declared === undefined) return undefined;
  return parseOption(optionTypeName(declared.type) as OptionType, text);
}

/** An option of another daemon, as the monitors' database has it for him. Upstream: ActivePyModules::get_foreign_config */
function foreignOption({ state, active }: ReadSources, who: string, name: string): OptionValue {
  const spec = findOption(name);
  if (spec === undefined) throw new Error(`option not found: ${name}`);
  const entity = parseEntityName(who) ?? parseEntityName(`${who}.`);
  if (entity === undefined) throw new Error(`invalid entity: ${who}`);
  const { layout } = active().statistics;
  const osd = entity.type === EntityType.osd && /^\d+$/.test(entity.id) ? Number(entity.id) : undefined;
  const entries = parseConfig(new Map(state.kv.get("config/")!.withPrefix("")));
  const entry = entityEntries(entries, entity, {
    location: osd === undefined ? new Map() : layout?.parents(osd) ?? new Map(),
    deviceClass: osd === undefined ? undefined : layout?.deviceClass(osd),
  }).get(name);
  return parseOption(spec.type, entry?.value ?? defaultOf(entity, name));
}

function defaultOf({ type }: EntityName, name: string): string {
  const [, text, traits] = optionRow(name)!;
  return type === EntityType.client ? traits?.clientDefault ?? text : text;
}
