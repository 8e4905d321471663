/** PGs of new pools: who is to make them, and when a pool is complete. Upstream: OSDMonitor::send_pg_creates, prepare_pg_created */

import { OsdMapper } from "../../../mgr/crush/osd_mapper.ts";
import { NO_ITEM } from "../../../mgr/crush/rule_input.ts";
import { hasPoolFlag, PoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import { NO_SHARD, type PgId } from "../../../mgr/types/pg_id.ts";
import { isErasure, type PgPool } from "../../../mgr/types/pg_pool.ts";
import { MOSDPGCreate2, type MOSDPGCreated, type PgBirth } from "../messages/pg_create.ts";
import { OsdDraft } from "../state/osd_draft.ts";
import type { MonitorContext } from "./context.ts";
import { commitOsdDraft } from "./commit_drafts.ts";
import type { Session } from "./session.ts";

/** Seeds of the PGs that are there, by pool; only of pools that are not complete. */
export type CreatedPgs = Map<number, Set<number>>;

const keyOf = ({ pool, seed }: PgId): string => `${pool}.${seed}`;

/** Tells an OSD of each PG that it is to make, once for each session. */
export function sendCreates({ state, createdPgs }: MonitorContext, session: Session): void {
  if (session.name.type !== EntityType.osd) return;
  const { map } = state.osd;
  const osd = Number(session.name.id);
  const mapper = new OsdMapper(map);
  const births: PgBirth[] = [];
  for (const [id, pool] of map.pools) {
    if (!hasPoolFlag(pool.flags, "creating")) continue;
    for (const pg of missing(id, pool, createdPgs)) {
      const { acting, actingPrimary } = mapper.map(pg)!;
      if (actingPrimary !== osd || session.toldPgs.has(keyOf(pg))) continue;
      session.toldPgs.add(keyOf(pg));
      const shard = isErasure(pool) ? acting.filter((o) => o !== NO_ITEM).indexOf(osd) : NO_SHARD;
      births.push({ pg: { pg, shard }, epoch: pool.lastChange, stamp: pool.createTime });
    }
  }
  if (births.length > 0) session.send(MOSDPGCreate2, { epoch: map.epoch, pgs: births });
}

function missing(pool: number, { pgNum }: PgPool, created: CreatedPgs): PgId[] {
  const there = created.get(pool);
  return Array.from({ length: pgNum }, (_, seed) => ({ pool, seed })).filter(({ seed }) => !there?.has(seed));
}

/** With its last PG the pool is complete. */
export function onCreated(monitor: MonitorContext, _session: Session, { pg }: MOSDPGCreated): void {
  const { map } = monitor.state.osd;
  const pool = map.pools.get(pg.pool);
  if (!pool || !hasPoolFlag(pool.flags, "creating")) return;
  const seeds = monitor.createdPgs.get(pg.pool) ?? new Set<number>();
  monitor.createdPgs.set(pg.pool, seeds.add(pg.seed));
  if (missing(pg.pool, pool, monitor.createdPgs).length > 0) return;
  monitor.createdPgs.delete(pg.pool);
  const draft = new OsdDraft(map, monitor.clock.wall());
  const flags = pool.flags & ~(1n << PoolFlag.creating);
  draft.setPool(pg.pool, { ...pool, flags, lastChange: draft.epoch });
  commitOsdDraft(monitor, draft);
}
