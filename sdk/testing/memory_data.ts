/** Cluster data as a test says they are. */

import type { DataReader } from "../../mgr/host/runner/cluster_reader.ts";
import { OSD_MAP_DATA } from "../../mgr/host/runner/data_fields.ts";
import { ModuleOsdMap } from "../../mgr/host/runner/module_osd_map.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import type { DataPart } from "../data/mod.ts";
import type { OSDMap } from "../osd_map.ts";
import { frozen } from "./frozen.ts";

type Table = Readonly<Record<string, unknown>>;

/** Answers `get()` and `getOsdmap()`. */
export class MemoryData implements DataReader {
  readonly #values = new Map<string, unknown>();
  #osdMap: OSDMap | undefined;

  /** Answers for names of which the test has said nothing. */
  cluster: DataReader | undefined;

  /** Called with the name when there is nothing under it. */
  missing: (name: string) => void = () => {};

  /** What `get(name)` answers; undefined takes it away. */
  set(name: string, value: unknown): void {
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, frozen(value));
  }

  /** An encoded OSDMap, and what follows from it. Throws when it does not decode. */
  setOsdMap(bytes: Uint8Array): void {
    const map = OsdMap.decode(bytes);
    this.#osdMap = new ModuleOsdMap(map);
    for (const [name, make] of Object.entries(OSD_MAP_DATA)) this.set(name, make(map));
  }

  async get(name: string, part: DataPart = {}): Promise<unknown> {
    const value = this.#values.get(name);
    if (value !== undefined) return partOf(value, part);
    const answer = await this.cluster?.get(name, part) ?? null;
    if (answer === null) this.missing(name);
    return frozen(answer);
  }

  osdMap(): Promise<OSDMap | undefined> {
    return this.#osdMap === undefined && this.cluster !== undefined
      ? this.cluster.osdMap()
      : Promise.resolve(this.#osdMap);
  }
}

function partOf(value: unknown, { fields, pools }: DataPart): unknown {
  if (typeof value !== "object" || (fields === undefined && pools === undefined)) return value;
  const wanted = Object.entries(value as Table).filter(([key]) => fields?.includes(key) ?? true);
  return frozen(Object.fromEntries(wanted.map(([key, field]) => [key, ofPools(field, pools)])));
}

/** What is said of placement groups and pools, of the wanted ones; anything else is as it was. */
function ofPools(field: unknown, pools: readonly number[] | undefined): unknown {
  if (pools === undefined) return field;
  const isWanted = (pool: number): boolean => Number.isNaN(pool) || pools.includes(pool);
  const poolOf = (pgid: unknown): number => /^\d+\.\w+$/.test(String(pgid)) ? parseInt(String(pgid)) : NaN;
  if (Array.isArray(field)) {
    return field.filter((item: Table) =>
      isWanted(poolOf(item?.pgid)) && isWanted(Number(item?.poolid ?? NaN))
    );
  }
  if (typeof field !== "object" || field === null) return field;
  return Object.fromEntries(Object.entries(field).filter(([pgid]) => isWanted(poolOf(pgid))));
}
