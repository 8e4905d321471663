/** The next OSDMap in the making: what commands and messages change of it. Upstream: OSDMonitor::pending_inc */

import { encodeAll, Packed } from "../../../mgr/encoding/mod.ts";
import { CrushMap } from "../../../mgr/types/crush_map.ts";
import { BLANK_XINFO, type OsdXInfo } from "../../../mgr/types/osd_info.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { OsdState } from "../../../mgr/types/osd_map_bits.ts";
import type { OsdMapIncremental } from "../../../mgr/types/osd_map_incremental.ts";
import { PgPool } from "../../../mgr/types/pg_pool.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { alignWeightSets } from "../osd/choose_args.ts";
import type { OsdChange, OsdFields } from "./osd_part.ts";
import { type Metadata, sorted } from "./part.ts";

/** Weight of an OSD that is in. Upstream: CEPH_OSD_IN */
export const IN = 0x10000;

type MapField = {
  readonly [K in keyof OsdMapIncremental]: OsdMapIncremental[K] extends ReadonlyMap<number, infer V>
    ? ReadonlyMap<number, V>
    : never;
};
/** Fields that are maps by the id of an OSD, a pool or a CRUSH node. */
type MapFieldName = {
  [K in keyof MapField]: MapField[K] extends never ? never : K;
}[keyof MapField];

/** Changes of one epoch. */
export class OsdDraft {
  readonly map: OsdMap;
  readonly #nowMs: number;
  readonly #maps = new Map<MapFieldName, Map<number, unknown>>();
  readonly #metadata = new Map<number, Metadata | undefined>();
  #others: OsdFields = {};
  #crush: CrushMap | undefined;

  constructor(map: OsdMap, nowMs: number) {
    this.map = map;
    this.#nowMs = nowMs;
  }

  /** The CRUSH map as it will be. */
  get crush(): CrushMap {
    return this.#crush ?? this.map.crush;
  }

  set crush(crush: CrushMap) {
    this.#crush = alignWeightSets(this.crush, crush);
  }

  /** The epoch that it makes. */
  get epoch(): number {
    return this.map.epoch + 1;
  }

  /** Puts a value into one of the maps of the increment. */
  put<K extends MapFieldName>(field: K, id: number, value: ValueOf<K>): void {
    this.#of(field).set(id, value);
  }

  get<K extends MapFieldName>(field: K, id: number): ValueOf<K> | undefined {
    return this.#maps.get(field)?.get(id) as ValueOf<K> | undefined;
  }

  /** Sets fields that are no maps. */
  set(fields: OsdFields): void {
    this.#others = { ...this.#others, ...fields };
  }

  /** State bits to flip, beside those that are to be flipped already. */
  flip(osd: number, bits: number): void {
    this.put("newState", osd, (this.get("newState", osd) ?? 0) ^ bits);
  }

  /** Sets or clears state bits. */
  setState(osd: number, bits: number, on: boolean): void {
    const now = (this.map.osdState[osd] ?? 0) ^ (this.get("newState", osd) ?? 0);
    const change = on ? bits & ~now : bits & now;
    if (change !== 0) this.flip(osd, change);
  }

  markDown(osd: number): void {
    this.flip(osd, OsdState.up);
  }

  setXInfo(osd: number, change: Partial<OsdXInfo>): void {
    const old = this.get("newXInfo", osd) ?? this.map.osdXInfo.at(osd) ?? BLANK_XINFO;
    this.put("newXInfo", osd, { ...old, ...change });
  }

  setPool(id: number, pool: PgPool): void {
    this.put("newPools", id, Packed.of(PgPool, pool));
  }

  setMetadata(osd: number, metadata: Metadata | undefined): void {
    this.#metadata.set(osd, metadata);
  }

  /** Whether nothing was changed. */
  get isEmpty(): boolean {
    return this.#maps.size === 0 && Object.keys(this.#others).length === 0 && this.#crush === undefined &&
      this.#metadata.size === 0;
  }

  /** What to commit; undefined when nothing was changed. */
  get change(): OsdChange | undefined {
    if (this.isEmpty) return undefined;
    const modified = utimeOfMs(this.#nowMs);
    const fields: OsdFields = {
      ...Object.fromEntries([...this.#maps].map(([name, values]) => [name, byId(values)])),
      ...this.#others,
      ...(this.#crush === undefined ? {} : { crush: encodeAll(CrushMap.encode, this.#crush).slice() }),
      ...(this.#changesUp() ? { newLastUpChange: modified } : {}),
      ...(this.#changesIn() ? { newLastInChange: modified } : {}),
    };
    return { fields, modified, metadata: this.#metadata };
  }

  #of(field: MapFieldName): Map<number, unknown> {
    const known = this.#maps.get(field);
    if (known) return known;
    const fresh = new Map<number, unknown>();
    this.#maps.set(field, fresh);
    return fresh;
  }

  #changesUp(): boolean {
    const flipped = [...this.#maps.get("newState")?.values() ?? []] as number[];
    return this.#maps.has("newUpClient") || flipped.some((bits) => (bits & OsdState.up) !== 0);
  }

  #changesIn(): boolean {
    return [...this.#maps.get("newWeight") ?? []].some(([osd, weight]) =>
      (weight === 0) !== ((this.map.osdWeight[osd] ?? 0) === 0)
    );
  }
}

type ValueOf<K extends MapFieldName> = OsdMapIncremental[K] extends ReadonlyMap<number, infer V> ? V : never;

const byId = (values: ReadonlyMap<number, unknown>): Map<number, unknown> =>
  new Map([...values].sort(([a], [b]) => a - b));

/** Names in byte order, as the store keeps metadata. */
export function asMetadata(metadata: ReadonlyMap<string, string>): Metadata {
  return sorted(metadata);
}
