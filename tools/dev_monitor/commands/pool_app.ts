/** Which applications use a pool. Upstream: OSDMonitor::prepare_command_pool_application */

import type { PgPool } from "../../../mgr/types/pg_pool.ts";
import type { CephJson } from "../format/ceph_json.ts";
import type { OsdDraft } from "../state/osd_draft.ts";
import { sorted } from "../state/part.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";
import { findPool } from "./osd_pool.ts";
import { answerOf, draftOf } from "./osd_state.ts";

type Applications = PgPool["applicationMetadata"];

/** MAX_POOL_APPLICATIONS, MAX_POOL_APPLICATION_LENGTH */
const MAX_APPS = 4;
const MAX_LENGTH = 128;

interface Target {
  readonly draft: OsdDraft;
  readonly id: number;
  readonly pool: PgPool;
  readonly poolName: string;
  readonly app: string;
}

function targetOf(call: Call): Target {
  const draft = draftOf(call);
  const poolName = call.args.string("pool");
  const app = call.args.string("app");
  if (app === "") throw fail("inval", "application name must be provided");
  return { draft, poolName, app, ...findPool(draft, poolName) };
}

function store({ draft, id, pool }: Target, applications: Applications, words: string): Answer {
  draft.setPool(id, { ...pool, applicationMetadata: sorted(applications), lastChange: draft.epoch });
  return answerOf(draft, words);
}

function enable(call: Call): Answer {
  const target = targetOf(call);
  const { app, poolName, pool } = target;
  const apps = pool.applicationMetadata;
  const words = `enabled application '${app}' on pool '${poolName}'`;
  if (apps.has(app)) return { err: words };
  if (apps.size > 0 && !call.args.flag("yes_i_really_mean_it")) {
    throw fail(
      "perm",
      `Are you SURE? Pool '${poolName}' already has an enabled application; pass --yes-i-really-mean-it to proceed anyway`,
    );
  }
  if (apps.size >= MAX_APPS) throw fail("inval", "too many enabled applications on pool");
  if (app.length > MAX_LENGTH) throw fail("inval", "application name too long");
  return store(target, new Map(apps).set(app, new Map()), words);
}

function disable(call: Call): Answer {
  if (!call.args.flag("yes_i_really_mean_it")) {
    throw fail(
      "perm",
      "Are you SURE? Disabling an application within a pool might result in loss of application functionality; pass --yes-i-really-mean-it to proceed anyway",
    );
  }
  const target = targetOf(call);
  const { app, poolName, pool } = target;
  if (!pool.applicationMetadata.has(app)) {
    return { err: `application '${app}' is not enabled on pool '${poolName}'` };
  }
  const apps = new Map(pool.applicationMetadata);
  apps.delete(app);
  return store(target, apps, `disable application '${app}' on pool '${poolName}'`);
}

function metadataOf({ pool, poolName, app }: Target): ReadonlyMap<string, string> {
  const metadata = pool.applicationMetadata.get(app);
  if (!metadata) throw fail("noent", `application '${app}' is not enabled on pool '${poolName}'`);
  return metadata;
}

function set(call: Call): Answer {
  const target = targetOf(call);
  const [key, value] = [call.args.string("key"), call.args.string("value")];
  const metadata = sorted(new Map(metadataOf(target)).set(key, value));
  const words = `set application '${target.app}' key '${key}' to '${value}' on pool '${target.poolName}'`;
  return store(target, new Map(target.pool.applicationMetadata).set(target.app, metadata), words);
}

function remove(call: Call): Answer {
  const target = targetOf(call);
  const key = call.args.string("key");
  const metadata = new Map(metadataOf(target));
  if (!metadata.delete(key)) {
    return { err: `application '${target.app}' on pool '${target.poolName}' does not have key '${key}'` };
  }
  const words = `removed application '${target.app}' key '${key}' on pool '${target.poolName}'`;
  return store(target, new Map(target.pool.applicationMetadata).set(target.app, metadata), words);
}

const json = (apps: Applications): CephJson => apps;

function get(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const poolName = call.args.optionalString("pool");
  if (poolName === undefined) {
    const all = [...map.pools].map(([id, pool]): [string, CephJson] => [
      map.poolNames.get(id) ?? "<unknown>",
      json(pool.applicationMetadata),
    ]);
    return show(call, new Map(all));
  }
  const { pool } = findPool(draftOf(call), poolName);
  const app = call.args.optionalString("app");
  if (app === undefined) return show(call, json(pool.applicationMetadata));
  const metadata = pool.applicationMetadata.get(app);
  if (!metadata) throw fail("noent", `pool '${poolName}' has no application '${app}'`);
  const key = call.args.optionalString("key");
  if (key === undefined) return show(call, metadata);
  const value = metadata.get(key);
  if (value === undefined) {
    throw fail("noent", `application '${app}' on pool '${poolName}' does not have key '${key}'`);
  }
  return { out: `${value}\n` };
}

const POOL_AND_APP = "name=pool,type=CephPoolname name=app,type=CephString";
const REALLY = "name=yes_i_really_mean_it,type=CephBool,req=false";

/** In the order of upstream's table. */
export const POOL_APP_COMMANDS = rows("osd", [
  [
    `osd pool application enable ${POOL_AND_APP},goodchars=[A-Za-z0-9-_.] ${REALLY}`,
    "rw",
    "enable use of an application <app> [cephfs,rbd,rgw] on pool <poolname>",
    enable,
  ],
  [
    `osd pool application disable ${POOL_AND_APP} ${REALLY}`,
    "rw",
    "disables use of an application <app> on pool <poolname>",
    disable,
  ],
  [
    `osd pool application set ${POOL_AND_APP} name=key,type=CephString,goodchars=[A-Za-z0-9-_.] name=value,type=CephString,goodchars=[A-Za-z0-9-_.=]`,
    "rw",
    "sets application <app> metadata key <key> to <value> on pool <poolname>",
    set,
  ],
  [
    `osd pool application rm ${POOL_AND_APP} name=key,type=CephString`,
    "rw",
    "removes application <app> metadata key <key> on pool <poolname>",
    remove,
  ],
  [
    "osd pool application get name=pool,type=CephPoolname,req=fasle name=app,type=CephString,req=false name=key,type=CephString,req=false",
    "r",
    "get value of key <key> of application <app> on pool <poolname>",
    get,
  ],
]);
