/** Pools. Upstream: OSDMonitor::prepare_command_impl, "osd pool .." */

import { byteText, countText, shortFloat } from "../../../mgr/state/quantity.ts";
import { hasPoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import type { PgPool } from "../../../mgr/types/pg_pool.ts";
import type { PoolOptValue } from "../../../mgr/types/pool_opts.ts";
import { Settings } from "../config/settings.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { createPool, type PoolRequest } from "../osd/pool_draft.ts";
import type { OsdDraft } from "../state/osd_draft.ts";
import { type Args, fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";
import { GETTABLE, SETTABLE } from "./pool_var_names.ts";
import { bytesOf, POOL_VARS, type PoolContext } from "./pool_vars.ts";

/** The pool of that name; throws when there is none. */
export function findPool(draft: OsdDraft, name: string): { id: number; pool: PgPool } {
  const id = draft.map.poolId(name);
  if (id === undefined) throw fail("noent", `unrecognized pool '${name}'`);
  return { id, pool: draft.map.pools.get(id)! };
}

function contextOf(call: Call): PoolContext {
  const draft = draftOf(call);
  const name = call.args.string("pool");
  return { draft, name, sure: call.args.flag("yes_i_really_mean_it"), ...findPool(draft, name) };
}

function optsOf(args: Args): Map<string, PoolOptValue> {
  const given: [string, PoolOptValue | undefined][] = [
    ["pg_num_min", bigintOf(args.optionalNumber("pg_num_min"))],
    ["target_size_bytes", bigintOf(args.optionalNumber("target_size_bytes"))],
    ["target_size_ratio", args.optionalNumber("target_size_ratio")],
    ["pg_num_max", bigintOf(args.optionalNumber("pg_num_max"))],
  ];
  return new Map(given.filter((pair): pair is [string, PoolOptValue] => pair[1] !== undefined));
}

const bigintOf = (n: number | undefined): bigint | undefined => (n === undefined ? undefined : BigInt(n));

function requestOf({ args, monitor }: Call): PoolRequest {
  const settings = new Settings(monitor.state);
  const pgNum = args.optionalNumber("pg_num") || settings.number("osd_pool_default_pg_num");
  const erasure = args.optionalString("pool_type") === "erasure";
  const third = args.optionalString("erasure_code_profile");
  return {
    name: args.string("pool"),
    erasure,
    // Of a replicated pool the same word is the rule.
    profile: erasure ? third : undefined,
    rule: args.optionalString("rule") ?? (erasure ? undefined : third),
    pgNum,
    pgpNum: args.optionalNumber("pgp_num") || pgNum,
    size: args.optionalNumber("size") ?? 0,
    autoscale: args.optionalString("autoscale_mode") ?? settings.text("osd_pool_default_pg_autoscale_mode"),
    bulk: args.flag("bulk"),
    opts: optsOf(args),
  };
}

function create(call: Call): Answer {
  const request = requestOf(call);
  const draft = draftOf(call);
  const known = draft.map.poolId(request.name);
  if (known !== undefined) {
    const erasure = draft.map.pools.get(known)!.type !== 1;
    if (erasure !== request.erasure) {
      const type = request.erasure ? "erasure" : "replicated";
      throw fail("inval", `pool '${request.name}' cannot change to type ${type}`);
    }
    return { err: `pool '${request.name}' already exists` };
  }
  const { state, clock } = call.monitor;
  createPool(draft, request, new Settings(state), clock.wall());
  return answerOf(draft, `pool '${request.name}' created`);
}

function remove(call: Call): Answer {
  const { args } = call;
  const name = args.string("pool");
  const draft = draftOf(call);
  const id = draft.map.poolId(name);
  if (id === undefined) return { err: `pool '${name}' does not exist` };
  const sure = args.flag("yes_i_really_really_mean_it") && args.optionalString("pool2") === name;
  if (!sure && !args.flag("yes_i_really_really_mean_it_not_faking")) {
    throw fail(
      "perm",
      `WARNING: this will *PERMANENTLY DESTROY* all data stored in pool ${name}.  If you are *ABSOLUTELY CERTAIN* that is what you want, pass the pool name *twice*, followed by --yes-i-really-really-mean-it.`,
    );
  }
  if (!new Settings(call.monitor.state).flag("mon_allow_pool_delete")) {
    throw fail(
      "perm",
      "pool deletion is disabled; you must first set the mon_allow_pool_delete config option to true before you can destroy a pool",
    );
  }
  if (hasPoolFlag(draft.map.pools.get(id)!.flags, "nodelete")) {
    throw fail("perm", "pool deletion is disabled; you must unset nodelete flag for the pool first");
  }
  draft.set({ oldPools: [id], ...forgetMappings(draft, id) });
  return answerOf(draft, `pool '${name}' removed`);
}

/** Upmaps of PGs that are gone would stay for ever. */
function forgetMappings({ map }: OsdDraft, pool: number) {
  const seeds = (table: ReadonlyMap<number, ReadonlyMap<number, unknown>>) =>
    [...table.get(pool)?.keys() ?? []].map((seed) => ({ pool, seed }));
  return { oldPgUpmap: seeds(map.pgUpmap), oldPgUpmapItems: seeds(map.pgUpmapItems) };
}

function rename(call: Call): Answer {
  const [from, to] = [call.args.string("srcpool"), call.args.string("destpool")];
  const draft = draftOf(call);
  const id = draft.map.poolId(from);
  const taken = draft.map.poolId(to);
  if (id === undefined) {
    if (taken === undefined) throw fail("noent", `unrecognized pool '${from}'`);
    return { err: `pool '${from}' does not exist; pool '${to}' does -- assuming successful rename` };
  }
  if (taken !== undefined) throw fail("exist", `pool '${to}' already exists`);
  draft.put("newPoolNames", id, to);
  return answerOf(draft, `pool '${from}' renamed to '${to}'`);
}

function set(call: Call): Answer {
  const context = contextOf(call);
  const { draft, id, pool } = context;
  const [name, text] = [call.args.string("var"), call.args.string("val")];
  const variable = POOL_VARS.get(name);
  if (!variable?.set) throw fail("inval", `unrecognized variable '${name}'`);
  if (name === "pg_num" && Number(text) === pool.pgNumTarget) return {};
  draft.setPool(id, { ...pool, ...variable.set(context, text), lastChange: draft.epoch });
  return answerOf(draft, `set pool ${id} ${name} to ${text}`);
}

/** Plain text has its own spelling of a few. */
function plain(name: string, value: CephJson): string {
  if (name === "use_gmt_hitset") return value === true ? "1" : "0";
  return typeof value === "number" ? shortFloat(value) : String(value);
}

function get(call: Call): Answer {
  const context = contextOf(call);
  const name = call.args.string("var");
  const found = name === "all"
    ? [...POOL_VARS].flatMap(([key, { get }]): [string, CephJson][] => {
      const value = get(context);
      return value === undefined ? [] : [[key, value]];
    })
    : [[name, one(context, name)] as [string, CephJson]];
  const text = found.map(([key, value]) => `${key}: ${plain(key, value)}\n`).join("");
  return show(
    call,
    new Map<string, CephJson>([["pool", context.name], ["pool_id", context.id], ...found]),
    text,
  );
}

function one(context: PoolContext, name: string): CephJson {
  const variable = POOL_VARS.get(name);
  if (!variable) throw fail("inval", `unrecognized variable '${name}'`);
  const value = variable.get(context);
  if (value !== undefined) return value;
  if (variable.kind === "option") {
    throw fail("noent", `option '${name}' is not set on pool '${context.name}'`);
  }
  const what = variable.kind === "erasure" ? "erasure" : "tier";
  throw fail("acces", `pool '${context.name}' is not a ${what} pool: variable not applicable`);
}

function setQuota(call: Call): Answer {
  const { draft, id, pool, name } = contextOf(call);
  const [field, text] = [call.args.string("field"), call.args.string("val")];
  const value = bytesOf(text);
  const change = field === "max_bytes" ? { quotaMaxBytes: value } : { quotaMaxObjects: value };
  draft.setPool(id, { ...pool, ...change, lastChange: draft.epoch });
  return answerOf(draft, `set-quota ${field} = ${value} for pool ${name}`);
}

function getQuota(call: Call): Answer {
  const { id, pool, name } = contextOf(call);
  const sum = call.monitor.state.stat.digest?.pgPoolSum.get(id)?.stats;
  if (sum === undefined) throw fail("noent", `no stats for pool '${name}'`);
  const [objects, bytes] = [sum.numObjects, sum.numBytes];
  const json = {
    pool_name: name,
    pool_id: id,
    quota_max_objects: pool.quotaMaxObjects,
    current_num_objects: objects,
    quota_max_bytes: pool.quotaMaxBytes,
    current_num_bytes: bytes,
  };
  const maxObjects = pool.quotaMaxObjects === 0
    ? "N/A"
    : `${countText(pool.quotaMaxObjects)} objects  (current num objects: ${objects} objects)`;
  const maxBytes = pool.quotaMaxBytes === 0
    ? "N/A"
    : `${byteText(pool.quotaMaxBytes)}  (current num bytes: ${bytes} bytes)`;
  const text = `quotas for pool '${name}':\n  max objects: ${maxObjects}\n  max bytes  : ${maxBytes}\n`;
  return showLine(call, json, text);
}

const GOOD = "goodchars=[A-Za-z0-9-_.]";
const REALLY =
  "name=yes_i_really_really_mean_it,type=CephBool,req=false name=yes_i_really_really_mean_it_not_faking,type=CephBool,req=false";
const POOL = "name=pool,type=CephPoolname";
/** In the order of upstream's table. */
export const POOL_COMMANDS = rows("osd", [
  [
    `osd pool create ${POOL} name=pg_num,type=CephInt,range=0,req=false name=pgp_num,type=CephInt,range=0,req=false name=pool_type,type=CephChoices,strings=replicated|erasure,req=false name=erasure_code_profile,type=CephString,req=false,${GOOD} name=rule,type=CephString,req=false name=expected_num_objects,type=CephInt,range=0,req=false name=size,type=CephInt,range=0,req=false name=pg_num_min,type=CephInt,range=0,req=false name=pg_num_max,type=CephInt,range=0,req=false name=autoscale_mode,type=CephChoices,strings=on|off|warn,req=false name=bulk,type=CephBool,req=false name=target_size_bytes,type=CephInt,range=0,req=false name=target_size_ratio,type=CephFloat,range=0.0,req=false`,
    "rw",
    "create pool",
    create,
  ],
  [
    `osd pool delete ${POOL} name=pool2,type=CephPoolname,req=false ${REALLY}`,
    "rw",
    "delete pool",
    remove,
    4,
  ],
  [`osd pool rm ${POOL} name=pool2,type=CephPoolname,req=false ${REALLY}`, "rw", "remove pool", remove],
  [
    "osd pool rename name=srcpool,type=CephPoolname name=destpool,type=CephPoolname",
    "rw",
    "rename <srcpool> to <destpool>",
    rename,
  ],
  [
    `osd pool get ${POOL} name=var,type=CephChoices,strings=${GETTABLE}`,
    "r",
    "get pool parameter <var>",
    get,
  ],
  [
    `osd pool set ${POOL} name=var,type=CephChoices,strings=${SETTABLE} name=val,type=CephString name=yes_i_really_mean_it,type=CephBool,req=false`,
    "rw",
    "set pool parameter <var> to <val>",
    set,
  ],
  [
    `osd pool set-quota ${POOL} name=field,type=CephChoices,strings=max_objects|max_bytes name=val,type=CephString`,
    "rw",
    "set object or byte limit on pool",
    setQuota,
  ],
  [`osd pool get-quota ${POOL}`, "r", "obtain object or byte limits for pool", getQuota],
]);
