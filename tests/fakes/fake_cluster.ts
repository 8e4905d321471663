/** A cluster on paper: which OSDs and pools there are, and what the OSDs report. */

import { encodeAll } from "../../mgr/encoding/mod.ts";
import type { ReportLayout } from "../../mgr/reporter.ts";
import type { DfLayout } from "../../mgr/state/df.ts";
import type { HealthLayout, HealthPool } from "../../mgr/state/health_input.ts";
import type { OsdReport, PgMapScope } from "../../mgr/state/pg_map.ts";
import { OsdStat, zeroOsdStat } from "../../mgr/types/osd_stat.ts";
import { parsePgId } from "../../mgr/types/pg_id.ts";
import { PgStat, unknownPgStat } from "../../mgr/types/pg_stat.ts";
import { StoreStatfs, zeroStatfs } from "../../mgr/types/store_statfs.ts";
import type { UTime } from "../../mgr/types/utime.ts";

/** active+clean */
export const CLEAN = 0b110;

/** An OSD of the map. */
export interface FakeOsd {
  readonly up?: boolean;
  readonly in?: boolean;
  readonly deviceClass?: string;
}

/** A pool of the map. */
export interface FakePool extends HealthPool {
  readonly name: string;
  readonly pgNum: number;
  readonly crushRule: number;
  readonly rawUsedRate: number;
}

const pool = (id: number, fields: Partial<FakePool> & { readonly pgNum: number }): FakePool => ({
  name: `pool${id}`,
  crushRule: 0,
  rawUsedRate: 1,
  minSize: 1,
  tierOf: -1,
  quotaMaxBytes: 0,
  quotaMaxObjects: 0,
  targetMaxBytes: 0,
  targetMaxObjects: 0,
  cacheTargetFullRatioMicro: 0,
  opts: new Map(),
  applicationMetadata: new Map(),
  pgNumTarget: fields.pgNum,
  pgpNumTarget: fields.pgNum,
  pgAutoscaleMode: 0,
  ...fields,
});

/** An OSDMap with one rule that takes all OSDs to equal parts. */
export class FakeLayout implements PgMapScope, ReportLayout, HealthLayout, DfLayout {
  readonly osds: ReadonlyMap<number, FakeOsd>;
  readonly pools: ReadonlyMap<number, FakePool>;
  readonly modified: UTime;
  readonly maxOsd: number;
  readonly fullRatio: number;

  constructor(
    osds: Readonly<Record<number, FakeOsd>>,
    pools: Readonly<Record<number, number | (Partial<FakePool> & { readonly pgNum: number })>>,
    modified: UTime = { sec: 1_700_000_000, nsec: 0 },
    fullRatio = 0.95,
  ) {
    this.fullRatio = fullRatio;
    this.maxOsd = Math.max(-1, ...Object.keys(osds).map(Number)) + 1;
    this.osds = new Map(Object.entries(osds).map(([id, osd]) => [Number(id), osd]));
    this.pools = new Map(
      Object.entries(pools).map(([id, fields]) => [
        Number(id),
        pool(Number(id), typeof fields === "number" ? { pgNum: fields } : fields),
      ]),
    );
    this.modified = modified;
  }

  get poolNames(): Map<number, string> {
    return new Map([...this.pools].map(([id, { name }]) => [id, name]));
  }
  get numOsds(): number {
    return this.osds.size;
  }
  get numIn(): number {
    return [...this.osds.keys()].filter((osd) => this.isIn(osd)).length;
  }
  exists(osd: number): boolean {
    return this.osds.has(osd);
  }
  isUp(osd: number): boolean {
    return this.exists(osd) && this.osds.get(osd)!.up !== false;
  }
  isIn(osd: number): boolean {
    return this.exists(osd) && this.osds.get(osd)!.in !== false;
  }
  upOsds(): number[] {
    return [...this.osds.keys()].filter((osd) => this.isUp(osd));
  }
  deviceClass(osd: number): string | undefined {
    return this.osds.get(osd)?.deviceClass;
  }
  rawUsedRate(id: number): number {
    return this.pools.get(id)!.rawUsedRate;
  }
  parents(osd: number): Map<string, string> {
    return new Map([["host", `host${osd}`], ["rack", `rack${osd % 2}`], ["root", "default"]]);
  }
  ruleWeights(rule: number): ReadonlyMap<number, number> | undefined {
    if (rule !== 0) return undefined;
    return new Map([...this.osds.keys()].map((osd) => [osd, Math.fround(1 / this.osds.size)]));
  }
}

/** What a PG reports, as far as it is not what an unknown one would. */
export type FakePg = Partial<Omit<PgStat, "stats">> & { readonly stats?: Partial<PgStat["stats"]> };

/** pg_stat_t of an active and clean PG on osd.0. */
export function pgStat({ stats, ...fields }: FakePg = {}): PgStat {
  const none = unknownPgStat({ sec: 1_700_000_000, nsec: 0 });
  const acting = fields.acting ?? [0];
  const primary = acting[0] ?? -1;
  return {
    ...none,
    reportedEpoch: 10,
    reportedSeq: 1,
    state: CLEAN,
    up: acting,
    upPrimary: primary,
    actingPrimary: primary,
    ...fields,
    acting,
    stats: { ...none.stats, ...stats },
  };
}

/** An MPGStats: the OSD's own statistics, its PGs by name, its space by pool. */
export function osdReport(
  pgs: Readonly<Record<string, FakePg>> = {},
  osd: Partial<OsdStat> = {},
  statfs: Readonly<Record<number, Partial<StoreStatfs>>> = {},
): OsdReport {
  return {
    osdStat: encodeAll(OsdStat.encode, { ...zeroOsdStat(), numOsds: 1, ...osd }),
    pgStat: Object.entries(pgs).map(([name, pg]) => ({
      pg: parsePgId(name)!,
      stat: encodeAll(PgStat.encode, pgStat(pg)),
    })),
    poolStat: new Map(
      Object.entries(statfs).map(([pool, s]) => [
        Number(pool),
        encodeAll(StoreStatfs.encode, { ...zeroStatfs(), ...s }),
      ]),
    ),
  };
}
