/** Where placement groups are, and commands that put them elsewhere. Upstream: OSDMonitor.cc, "osd pg-upmap" and others */

import { objectSeed, stableMod } from "../../../mgr/crush/placement.ts";
import { OsdMapper, type PgMapping } from "../../../mgr/crush/osd_mapper.ts";
import { NO_ITEM } from "../../../mgr/crush/rule_input.ts";
import { shortFloat } from "../../../mgr/state/quantity.ts";
import type { UpmapItem } from "../../../mgr/types/osd_map_layouts.ts";
import { formatPgId, parsePgId, type PgId } from "../../../mgr/types/pg_id.ts";
import { type Args, fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";

/** `[1,NONE]` */
const osdsText = (osds: readonly number[]): string =>
  `[${osds.map((osd) => (osd === NO_ITEM ? "NONE" : osd)).join(",")}]`;

const withPrimary = (osds: readonly number[], primary: number): string => `(${osdsText(osds)}, p${primary})`;

function mapObject(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const [poolName, object] = [call.args.string("pool"), call.args.string("object")];
  const nspace = call.args.optionalString("nspace") ?? "";
  const id = map.poolId(poolName);
  if (id === undefined) throw fail("noent", `pool ${poolName} does not exist`);
  const pool = map.pools.get(id)!;
  const raw = { pool: id, seed: objectSeed(pool, object, nspace) };
  const pg = { pool: id, seed: stableMod(raw.seed, pool.pgNum) };
  const { up, upPrimary, acting, actingPrimary } = new OsdMapper(map).map(pg)!;
  const objname = nspace === "" ? object : `${nspace}/${object}`;
  const json = {
    epoch: map.epoch,
    pool: poolName,
    pool_id: id,
    objname,
    raw_pgid: formatPgId(raw),
    pgid: formatPgId(pg),
    up,
    up_primary: upPrimary,
    acting,
    acting_primary: actingPrimary,
  };
  const text = `osdmap e${map.epoch} pool '${poolName}' (${id}) object '${objname}' -> ` +
    `pg ${json.raw_pgid} (${json.pgid}) -> up ${withPrimary(up, upPrimary)} ` +
    `acting ${withPrimary(acting, actingPrimary)}\n`;
  return show(call, json, text);
}

function pgOf(args: Args): PgId {
  const text = args.string("pgid");
  const pg = parsePgId(text);
  if (!pg) throw fail("inval", `invalid pgid '${text}'`);
  return pg;
}

function mapPg(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const raw = pgOf(call.args);
  const pool = map.pools.get(raw.pool);
  if (!pool) throw fail("noent", `pg '${formatPgId(raw)}' does not exist`);
  const { up, acting } = new OsdMapper(map).map(raw)!;
  const raw_pgid = formatPgId(raw);
  const pgid = formatPgId({ pool: raw.pool, seed: stableMod(raw.seed, pool.pgNum) });
  const text = `osdmap e${map.epoch} pg ${raw_pgid} (${pgid}) -> up ${osdsText(up)} acting ${
    osdsText(acting)
  }\n`;
  return show(call, { epoch: map.epoch, raw_pgid, pgid, up, acting }, text);
}

/** PGs that each OSD has, of all pools. Upstream: OSDMap::summarize_mapping_stats */
function utilization(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const mapper = new OsdMapper(map);
  const counts = new Map<number, number>();
  for (let osd = 0; osd < map.maxOsd; osd++) {
    if (map.exists(osd) && map.isUp(osd) && map.isIn(osd)) counts.set(osd, 0);
  }
  for (const [pool, { pgNum }] of map.pools) {
    for (let seed = 0; seed < pgNum; seed++) countUp(counts, mapper.map({ pool, seed })!);
  }
  if (counts.size === 0) throw fail("inval", "no osds are up and in");
  const spread = spreadOf([...counts]);
  return show(call, spread.json, spread.text);
}

function countUp(counts: Map<number, number>, { up }: PgMapping): void {
  for (const osd of up) if (counts.has(osd)) counts.set(osd, counts.get(osd)! + 1);
}

function spreadOf(counts: readonly (readonly [osd: number, pgs: number])[]) {
  const total = counts.reduce((sum, [, pgs]) => sum + pgs, 0);
  const avg = Math.fround(total / counts.length);
  const variance = counts.reduce((sum, [, pgs]) => sum + (pgs - avg) ** 2, 0) / counts.length;
  const share = 1 / counts.length;
  const expected = Math.sqrt(total * share * (1 - share));
  const [least, most] = [Math.min, Math.max].map((pick) => {
    const pgs = pick(...counts.map(([, n]) => n));
    return counts.find(([, n]) => n === pgs)!;
  }) as [readonly [number, number], readonly [number, number]];
  const line = (name: string, [osd, pgs]: readonly [number, number]): string =>
    `${name} osd.${osd} with ${pgs} pgs (${shortFloat(avg === 0 ? 0 : pgs / avg)} * mean)\n`;
  return {
    json: {
      avg_pgs: avg,
      std_dev: Math.sqrt(variance),
      expected_baseline_std_dev: expected,
      min_osd: least[0],
      min_osd_pgs: least[1],
      max_osd: most[0],
      max_osd_pgs: most[1],
    },
    text: `avg ${shortFloat(avg)}\nstddev ${shortFloat(Math.sqrt(variance))} (expected baseline ` +
      `${shortFloat(expected)})\n${line("min", least)}${line("max", most)}`,
  };
}

/** The PG, which must be there, and the OSDs that are named, which must exist. */
function targetOf(call: Call): { pg: PgId; pgid: string; osds: readonly number[] } {
  const { map } = call.monitor.state.osd;
  const pg = pgOf(call.args);
  const pgid = formatPgId(pg);
  const pool = map.pools.get(pg.pool);
  if (!pool || pg.seed >= pool.pgNum) throw fail("noent", `pg ${pgid} does not exist`);
  const osds = call.args.numbers("id");
  const missing = osds.find((osd) => osd >= 0 && !map.exists(osd));
  if (missing !== undefined) throw fail("noent", `osd.${missing} does not exist`);
  return { pg, pgid, osds };
}

const oneOf = <V>({ pool, seed }: PgId, value: V) => new Map([[pool, new Map([[seed, value]])]]);

/** A PG has no more places than its pool has copies. */
function requireFit(call: Call, { pool }: PgId, count: number, what: string): void {
  const { size } = call.monitor.state.osd.map.pools.get(pool)!;
  if (count > size) throw fail("inval", `num of ${what} (${count}) > pool size (${size})`);
}

function upmap(call: Call): Answer {
  const { pg, pgid, osds } = targetOf(call);
  requireFit(call, pg, osds.length, "osds");
  const again = osds.filter((osd, i) => osds.indexOf(osd) < i);
  const warning = again.map((osd) => `osd.${osd} already exists, `).join("");
  const wanted = [...new Set(osds)];
  const draft = draftOf(call);
  draft.set({ newPgUpmap: oneOf(pg, wanted) });
  return answerOf(draft, `${warning}set ${pgid} pg_upmap mapping to ${osdsText(wanted)}`);
}

function upmapItems(call: Call): Answer {
  const { pg, pgid, osds } = targetOf(call);
  if (osds.length % 2 !== 0) {
    throw fail("inval", `you must specify pairs of OSDs, 'from' and then 'to'`);
  }
  requireFit(call, pg, osds.length / 2, "osd pairs");
  const pairs: UpmapItem[] = [];
  for (let i = 0; i + 1 < osds.length; i += 2) pairs.push({ from: osds[i]!, to: osds[i + 1]! });
  const items = pairs.filter(({ from, to }) => from !== to);
  const warning = pairs.filter(({ from, to }) => from === to)
    .map(({ from, to }) => `from osd.${from} == to osd.${to}, `).join("");
  if (items.length === 0) throw fail("inval", `${warning}no valid upmap items(pairs) is specified`);
  const draft = draftOf(call);
  draft.set({ newPgUpmapItems: oneOf(pg, items) });
  const text = items.map(({ from, to }) => `${from}->${to}`).join(",");
  return answerOf(draft, `${warning}set ${pgid} pg_upmap_items mapping to [${text}]`);
}

function removeUpmap(call: Call): Answer {
  const { pg, pgid } = targetOf(call);
  const draft = draftOf(call);
  if (draft.map.pgUpmap.get(pg.pool)?.has(pg.seed)) draft.set({ oldPgUpmap: [pg] });
  return answerOf(draft, `clear ${pgid} pg_upmap mapping`);
}

function removeUpmapItems(call: Call): Answer {
  const { pg, pgid } = targetOf(call);
  const draft = draftOf(call);
  if (draft.map.pgUpmapItems.get(pg.pool)?.has(pg.seed)) draft.set({ oldPgUpmapItems: [pg] });
  return answerOf(draft, `clear ${pgid} pg_upmap_items mapping`);
}

function pgTemp(call: Call): Answer {
  const { pg, pgid, osds } = targetOf(call);
  requireFit(call, pg, osds.length, "osds");
  const draft = draftOf(call);
  draft.set({ newPgTemp: oneOf(pg, osds) });
  const done = osds.length === 0
    ? `done cleaning up pg_temp of ${pgid}`
    : `set ${pgid} pg_temp mapping to ${osdsText(osds)}`;
  return answerOf(draft, done);
}

/** Makes the PG peer: it is mapped to less, or to another OSD, and asks for what it wants at once. */
function repeer(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const pg = pgOf(call.args);
  const pool = map.pools.get(pg.pool);
  if (!pool || pg.seed >= pool.pgNum) throw fail("noent", `pg '${formatPgId(pg)}' does not exist`);
  const { acting, actingPrimary } = new OsdMapper(map).map(pg)!;
  if (actingPrimary < 0) throw fail("again", "pg currently has no primary");
  const other = upOsds(map.maxOsd, (id) => map.isUp(id) && id !== actingPrimary)[0];
  if (acting.length <= 1 && other === undefined) {
    throw fail("again", "not enough up OSDs in the cluster to force repeer");
  }
  const draft = draftOf(call);
  draft.set({ newPgTemp: oneOf(pg, acting.length > 1 ? [actingPrimary] : [actingPrimary, other!]) });
  return answerOf(draft, "");
}

const upOsds = (maxOsd: number, isUp: (id: number) => boolean): number[] =>
  Array.from({ length: maxOsd }, (_, id) => id).filter(isUp);

function primaryTemp(call: Call): Answer {
  const { pg, pgid } = targetOf(call);
  const osd = call.args.number("id");
  const draft = draftOf(call);
  draft.set({ newPrimaryTemp: oneOf(pg, osd) });
  return answerOf(draft, `set ${pgid} primary_temp mapping to ${osd}`);
}

const PG = "name=pgid,type=CephPgid";
const OSDS = "name=id,type=CephOsdName,n=N";

/** In the order of upstream's table. */
export const PG_MAP_COMMANDS = rows("pg", [
  [`pg map ${PG}`, "r", "show mapping of pg to osds", mapPg],
]);

/** In the order of upstream's table. */
export const PG_PLACE_COMMANDS = rows("osd", [
  [`pg repeer ${PG}`, "rw", "force a PG to repeer", repeer],
  [
    "osd map name=pool,type=CephPoolname name=object,type=CephObjectname name=nspace,type=CephString,req=false",
    "r",
    "find pg for <object> in <pool> with [namespace]",
    mapObject,
  ],
  [
    `osd pg-temp ${PG} ${OSDS},req=false`,
    "rw",
    "set pg_temp mapping pgid:[<id> [<id>...]] (developers only)",
    pgTemp,
  ],
  [
    `osd pg-upmap ${PG} ${OSDS}`,
    "rw",
    "set pg_upmap mapping <pgid>:[<id> [<id>...]] (developers only)",
    upmap,
  ],
  [`osd rm-pg-upmap ${PG}`, "rw", "clear pg_upmap mapping for <pgid> (developers only)", removeUpmap],
  [
    `osd pg-upmap-items ${PG} ${OSDS}`,
    "rw",
    "set pg_upmap_items mapping <pgid>:{<id> to <id>, [...]} (developers only)",
    upmapItems,
  ],
  [
    `osd rm-pg-upmap-items ${PG}`,
    "rw",
    "clear pg_upmap_items mapping for <pgid> (developers only)",
    removeUpmapItems,
  ],
  [
    `osd primary-temp ${PG} name=id,type=CephOsdName`,
    "rw",
    "set primary_temp mapping pgid:<id>|-1 (developers only)",
    primaryTemp,
  ],
  ["osd utilization", "r", "get basic pg distribution stats", utilization],
]);
