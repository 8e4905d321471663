/** `get(name)` in a module's process: values that the host sends as JSON, and those that are made here of its bytes. */

import { type DataPart, type OSDMap, parseData } from "@ganglion/sdk";
import type { HostSide } from "../contract.ts";
import { OSD_MAP_DATA, STAT_DATA, type StatContext, type StatName } from "./data_fields.ts";
import { HeldSources } from "./held_sources.ts";
import { ModuleOsdMap } from "./module_osd_map.ts";
import { partsOf } from "./osd_map_parts.ts";
import { OsdMapReplica } from "./osd_map_replica.ts";
import { StatReplica } from "./stat_replica.ts";

/** The calls of the host that bring cluster data. */
export type DataHost = Pick<HostSide, "get" | "osdMap" | "statHead" | "statPage">;

/** Reads cluster data for an instance; one that has no host hears of no changes. */
export type DataReader = Pick<ClusterReader, "get" | "osdMap"> & Partial<Pick<ClusterReader, "changed">>;

/** A value and what it is of. */
interface Known {
  readonly version: unknown;
  readonly value: unknown;
}

type Fields = Readonly<Record<string, (context: StatContext) => Promise<unknown>>>;

/** One for each instance. A value that has not changed is the same object as before. */
export class ClusterReader {
  readonly #host: DataHost;
  readonly #held: HeldSources;
  readonly #osdMap: OsdMapReplica;
  readonly #statistics: StatReplica;
  readonly #known = new Map<string, Known>();
  /** Version of the statistics that the known values are made of. */
  #moment = 0;

  constructor(host: DataHost, held = new HeldSources()) {
    this.#host = host;
    this.#held = held;
    this.#osdMap = new OsdMapReplica((have) => host.osdMap(have), held);
    this.#statistics = new StatReplica(host, held);
  }

  /** The host has something newer of these sources. */
  changed(sources: readonly string[]): void {
    this.#held.changed(sources);
  }

  /** null for a name that does not exist, or of which nothing has come yet. */
  async get(name: string, part: DataPart = {}): Promise<unknown> {
    if (Object.hasOwn(STAT_DATA, name)) return await this.#statData(name as StatName, part);
    if (name === "osd_map" && part.fields !== undefined) return await this.#osdMapPart(part.fields);
    const value = Object.hasOwn(OSD_MAP_DATA, name)
      ? await this.#osdMapData(name as keyof typeof OSD_MAP_DATA)
      : await this.#json(name);
    return part.fields === undefined ? value : pick(value, part.fields);
  }

  /** The newest OSDMap, the same object until there is a newer one. Undefined while the manager has none. */
  async osdMap(): Promise<OSDMap | undefined> {
    const map = await this.#osdMap.newest();
    return map &&
      await this.#once("getOsdmap()", map, () => Promise.resolve(new ModuleOsdMap(map))) as OSDMap;
  }

  async #json(name: string): Promise<unknown> {
    const known = this.#known.get(name);
    if (known !== undefined && this.#held.has(name)) return known.value;
    const have = (known?.version ?? null) as string | null;
    const answer = await this.#held.ask(name, () => this.#host.get(name, have));
    if (answer === null) return null;
    if (answer.json === null) return known!.value;
    const value = parseData(new TextDecoder().decode(answer.json));
    this.#known.set(name, { version: answer.version, value });
    return value;
  }

  async #osdMapData(name: keyof typeof OSD_MAP_DATA): Promise<unknown> {
    const map = await this.#osdMap.newest();
    return map === undefined ? null : OSD_MAP_DATA[name](map);
  }

  async #osdMapPart(fields: readonly string[]): Promise<unknown> {
    const map = await this.#osdMap.newest();
    return map === undefined ? null : partsOf(map).fields(fields);
  }

  /** Only what the wanted fields are made of is fetched. */
  async #statData(name: StatName, part: DataPart): Promise<unknown> {
    const table: Fields = STAT_DATA[name];
    const isWhole = part.fields === undefined && part.pools === undefined;
    const isReady = "pg_ready" in table ? this.#ready() : Promise.resolve(false);
    const made = this.#statistics.read(async (head) => {
      const ready = await isReady;
      this.#forgetFormer(head.version);
      const make = (): Promise<unknown> => fieldsOf(table, part, { head, replica: this.#statistics, ready });
      return isWhole ? this.#once(name, `${head.version} ${ready}`, make) : make();
    });
    // Both are asked for in one message.
    const [value] = await Promise.all([made, isReady]);
    return value ?? null;
  }

  /** Values of another moment hold what would not fit into memory twice. */
  #forgetFormer(version: number): void {
    if (version === this.#moment) return;
    for (const name of Object.keys(STAT_DATA)) this.#known.delete(name);
    this.#moment = version;
  }

  async #ready(): Promise<boolean> {
    const value = await this.#json("pg_ready") as { readonly pg_ready: boolean } | null;
    return value?.pg_ready === true;
  }

  /** The value of that version: as it is known, or made and kept. */
  async #once(name: string, version: unknown, make: () => unknown): Promise<unknown> {
    const known = this.#known.get(name);
    if (known !== undefined && known.version === version) return known.value;
    const value = await make();
    this.#known.set(name, { version, value });
    return value;
  }
}

/** The fields one after another: in the order of the table, or as they were asked for. */
async function fieldsOf(
  table: Fields,
  { fields, pools }: DataPart,
  moment: Omit<StatContext, "pools">,
): Promise<Readonly<Record<string, unknown>>> {
  const context: StatContext = { ...moment, pools: pools && new Set(pools) };
  const entries: [string, unknown][] = [];
  for (const key of fields ?? Object.keys(table)) {
    if (Object.hasOwn(table, key)) entries.push([key, await table[key]!(context)]);
  }
  return Object.fromEntries(entries);
}

function pick(value: unknown, fields: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    fields.filter((key) => Object.hasOwn(known, key)).map((key) => [key, known[key]]),
  );
}
