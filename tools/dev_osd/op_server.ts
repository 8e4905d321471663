/** MOSDOp: operations of clients, answered by the primary of their PG. Upstream: PrimaryLogPG::do_op */

import { stableMod } from "../../mgr/crush/placement.ts";
import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MOSDMap } from "../../mgr/messages/osd_map.ts";
import { MOSDOp } from "../../mgr/messages/osd_op.ts";
import { MOSDOpReply } from "../../mgr/messages/osd_op_reply.ts";
import { OpFlag } from "../../mgr/rados/op_codes.ts";
import { isBlocklisted } from "../../mgr/types/blocklist.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { hasPoolFlag } from "../../mgr/types/osd_map_bits.ts";
import { formatAddr } from "../../mgr/types/entity_addr.ts";
import { formatEntityNum } from "../../mgr/types/entity_name.ts";
import { formatPgId, type PgId } from "../../mgr/types/pg_id.ts";
import { isErasure } from "../../mgr/types/pg_pool.ts";
import { type PerfQueries, subKeysOf } from "./model/perf_queries.ts";
import type { SimPg } from "./model/sim_pg.ts";
import type { SimWorld } from "./model/sim_world.ts";
import { type PoolLimits, refusalOf } from "./objects/limits.ts";
import { listStep } from "./objects/list_op.ts";
import { type Outcome, PG_OPS, runOperation, writes } from "./objects/operation.ts";
import type { ObjectId } from "./objects/sim_object.ts";
import { Errno } from "./objects/step.ts";
import type { OsdConfig } from "./osd_config.ts";
import type { OpSession } from "./op_session.ts";

/** Operations that wait for a map or for their PG. */
const MAX_WAITING = 10_000;
const NS_PER_MS = 1_000_000;
/** Upstream: the text of CEPH_NOSNAP */
const NO_SNAP = "head";
const NOTHING = new Uint8Array(0);

/** What the server needs of its OSD. */
export interface OpHost {
  readonly id: number;
  readonly fsid: string;
  readonly world: SimWorld;
  readonly config: OsdConfig;
  readonly map: OsdMap | undefined;
  /** Increments that are kept, by epoch. */
  readonly recentMaps: ReadonlyMap<number, Uint8Array>;
  /** Milliseconds that an operation takes. */
  readonly delayMs: number;
  /** Milliseconds that it is said to have taken. */
  readonly latencyMs: number;
  readonly perfQueries: PerfQueries;
  after(ms: number, run: () => void): void;
}

/** An operation that cannot be run yet. */
interface Waiting {
  readonly session: OpSession;
  readonly raw: RawMessage;
}

/** The operations of one OSD. */
export class OpServer {
  readonly #host: OpHost;
  #waiting: Waiting[] = [];
  #inProgress = 0;

  constructor(host: OpHost) {
    this.#host = host;
  }

  /** Operations that are not answered yet. */
  get inProgress(): number {
    return this.#inProgress + this.#waiting.length;
  }

  /** Takes an operation; a slow OSD takes its time. */
  take(session: OpSession, raw: RawMessage): void {
    const { delayMs } = this.#host;
    if (delayMs === 0) return this.#run(session, raw);
    this.#inProgress++;
    this.#host.after(delayMs, () => {
      this.#inProgress--;
      this.#run(session, raw);
    });
  }

  /** A newer map, or a PG that became active: what waited is tried again, in its order. */
  retry(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { session, raw } of waiting) this.#run(session, raw);
  }

  #run(session: OpSession, raw: RawMessage): void {
    const op = unpack(MOSDOp, raw);
    const { map, world, id } = this.#host;
    if (map === undefined || op.osdmapEpoch > map.epoch) return this.#wait(session, raw);
    this.#share(session, op.osdmapEpoch);
    const { pool, seed } = op.pgid.pg;
    const info = map.pools.get(pool);
    const pg = info && world.pg({ pool, seed });
    // Who is not the primary says nothing: the client finds out with the next map.
    if (!info || !pg || stableMod(op.hash, info.pgNum) !== seed || pg.mapping.actingPrimary !== id) return;
    if (isBlocklisted(map, session.addr)) return this.#reply(session, raw, op, failure(op, Errno.shutdown));
    if (!pg.isActive) return this.#wait(session, raw);
    if (isFull(info.flags, op)) return;
    this.#reply(session, raw, op, this.#execute(session, raw, op, pg, map));
  }

  #wait(session: OpSession, raw: RawMessage): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ session, raw });
  }

  /** The client learns of newer maps from whom it asks. */
  #share(session: OpSession, epoch: number): void {
    const { map, recentMaps, fsid } = this.#host;
    const from = Math.max(epoch, session.sharedEpoch);
    if (map === undefined || from >= map.epoch) return;
    session.sharedEpoch = map.epoch;
    const incrementals = new Map([...recentMaps].filter(([e]) => e > from));
    if (!incrementals.has(from + 1)) return;
    const oldestMap = [...recentMaps.keys()][0]!;
    session.send(pack(MOSDMap, { fsid, incrementals, maps: new Map(), oldestMap, newestMap: map.epoch }));
  }

  #execute(session: OpSession, raw: RawMessage, op: MOSDOp, pg: SimPg, map: OsdMap): Outcome {
    const poolName = map.poolNames.get(pg.id.pool) ?? "";
    const letters = `${writes(op.ops) ? "w" : ""}${op.flags & OpFlag.read ? "r" : ""}`;
    if (!session.cap.allows(letters, poolName, op.locator.nspace)) return failure(op, Errno.perm);
    const refusal = refusalOf(op, this.#limits(pg));
    if (refusal !== 0) return failure(op, refusal);
    if (op.ops.some(({ op: code }) => PG_OPS.has(code))) return this.#list(op, pg);
    const key = `${session.gid}/${raw.tid}/${op.clientInc}`;
    const before = this.#host.world.answered.get(key);
    if (before !== undefined) return before;
    const outcome = this.#operate(session, op, pg, map.epoch);
    if (outcome.wrote) this.#host.world.keepAnswer(key, outcome);
    return outcome;
  }

  #limits({ id }: SimPg): PoolLimits {
    const pool = this.#host.world.pool(id.pool)!;
    const erasure = isErasure(pool) && !hasPoolFlag(pool.flags, "ec_overwrites");
    const maxName = Number(this.#host.config.get("osd_max_object_name_len"));
    return { erasure, maxName, hasSnapshots: pool.snaps.size > 0 };
  }

  #operate(session: OpSession, op: MOSDOp, pg: SimPg, epoch: number): Outcome {
    const { world } = this.#host;
    const { pool } = pg.id;
    const id: ObjectId = { nspace: op.locator.nspace, oid: op.oid, key: op.locator.key, hash: op.hash };
    const object = `${pool}\0${id.nspace}\0${id.oid}`;
    const watch = { watches: world.watches, peer: session, object, epoch };
    const had = world.store.get(pool, id) !== undefined;
    const outcome = runOperation(world.store, pool, id, op, watch);
    if (had && world.store.get(pool, id) === undefined) world.watches.objectRemoved(object);
    const sum = (sizes: readonly { length: number }[]): number =>
      sizes.reduce((n, { length }) => n + length, 0);
    const written = outcome.wrote ? sum(op.ops.map(({ data }) => data)) : 0;
    const read = sum(outcome.outputs);
    world.count(pg, read, written, outcome.wrote);
    if (!this.#host.perfQueries.isIdle) this.#sample(session, op, outcome.wrote, read, written);
    return outcome;
  }

  #sample(session: OpSession, op: MOSDOp, wrote: boolean, readBytes: number, writeBytes: number): void {
    const { id, perfQueries, latencyMs } = this.#host;
    const { type, num } = session.name;
    perfQueries.add({
      subKeys: subKeysOf({
        clientId: formatEntityNum({ type, num }),
        clientAddress: formatAddr(session.addr),
        poolId: String(op.pgid.pg.pool),
        namespace: op.locator.nspace,
        osdId: String(id),
        pgId: formatPgId(op.pgid.pg),
        objectName: op.oid,
        snapId: NO_SNAP,
      }),
      reads: wrote ? 0 : 1,
      writes: wrote ? 1 : 0,
      readBytes,
      writeBytes,
      latencyNs: Math.round(latencyMs * NS_PER_MS),
    });
  }

  #list({ ops, locator }: MOSDOp, pg: SimPg): Outcome {
    const { pool, seed } = pg.id;
    const pgNum = this.#host.world.pool(pool)!.pgNum;
    const { result, out } = listStep(
      this.#host.world.store,
      { pool, seed, pgNum, nspace: locator.nspace },
      ops[0]!,
    );
    return { result, rvals: [result], outputs: [out], version: 0, wrote: false };
  }

  #reply(session: OpSession, raw: RawMessage, op: MOSDOp, outcome: Outcome): void {
    const epoch = this.#host.map!.epoch;
    // Methods of classes write without a step that says so.
    const wrote = writes(op.ops) || outcome.wrote;
    // What a vector that writes returns is wanted only with this flag.
    const silent = wrote && (op.flags & OpFlag.returnVec) === 0;
    const version = { version: outcome.wrote ? outcome.version : 0, epoch: outcome.wrote ? epoch : 0 };
    const reply: MOSDOpReply = {
      oid: op.oid,
      pgid: op.pgid.pg as PgId,
      flags: BigInt(op.flags & ~(OpFlag.ack | OpFlag.ondisk)) |
        BigInt(OpFlag.ack | (wrote ? OpFlag.ondisk : 0)),
      result: wrote && silent ? Math.min(0, outcome.result) : outcome.result,
      badReplayVersion: version,
      osdmapEpoch: epoch,
      ops: op.ops.map((step, i) => ({ ...step, data: silent ? NOTHING : outcome.outputs[i]! })),
      retryAttempt: op.retryAttempt,
      rvals: outcome.rvals,
      replayVersion: version,
      userVersion: outcome.version,
      redirect: undefined,
    };
    session.send(pack(MOSDOpReply, reply, raw.tid));
  }
}

function failure({ ops }: MOSDOp, result: number): Outcome {
  return { result, rvals: ops.map(() => 0), outputs: ops.map(() => NOTHING), version: 0, wrote: false };
}

/** A full pool takes no writes; what does not say that it may try is left without an answer. */
function isFull(poolFlags: bigint, { ops, flags }: MOSDOp): boolean {
  const full = hasPoolFlag(poolFlags, "full") || hasPoolFlag(poolFlags, "full_quota");
  const forced = (flags & (OpFlag.fullTry | OpFlag.fullForce)) !== 0;
  return full && writes(ops) && !forced;
}
