/** Cluster data of a test, as far as the module may read them: by the calls that a process would make for them. */

import type { HostSide } from "../../mgr/host/contract.ts";
import type { DataReader } from "../../mgr/host/runner/cluster_reader.ts";
import { OSD_MAP_DATA, type StatName } from "../../mgr/host/runner/data_fields.ts";
import type { DataPart } from "../data/mod.ts";
import type { MemoryPermissions } from "./memory_permissions.ts";

type StatPart = Parameters<HostSide["statPage"]>[0]["part"];
type Call = readonly [name: keyof HostSide, ...args: readonly unknown[]];

/** By name and field: the part of the statistics that it is made of; the others are in the head. */
const PARTS: Readonly<Record<StatName, Readonly<Record<string, StatPart>>>> = {
  pg_dump: { pg_stats: "pgs", osd_stats: "osds", pool_statfs: "statfs" },
  pg_stats: { pg_stats: "pgs" },
  osd_stats: { osd_stats: "osds", pool_statfs: "statfs" },
  osd_ping_times: { osd_ping_times: "osds" },
  pg_progress: { pgs: "progress" },
  active_clean_pgs: { pg_stats: "progress" },
};

/** The same data; what the module may not read rejects. */
export function permittedReader(data: DataReader, permissions: MemoryPermissions): DataReader {
  return {
    get: async (name, part = {}) => {
      for (const call of callsFor(name, part)) permissions.allowCall(...call);
      return await data.get(name, part);
    },
    osdMap: async () => {
      permissions.allowCall("osdMap");
      return await data.osdMap();
    },
  };
}

function callsFor(name: string, { fields }: DataPart): readonly Call[] {
  if (Object.hasOwn(OSD_MAP_DATA, name)) return [["osdMap"]];
  if (!Object.hasOwn(PARTS, name)) return [["get", name]];
  const parts = Object.entries(PARTS[name as StatName]).filter(([field]) => fields?.includes(field) ?? true);
  return [
    ...name === "pg_progress" ? [["get", "pg_ready"] as const] : [],
    ["statHead"],
    ...parts.map(([, part]) => ["statPage", { part }] as const),
  ];
}
