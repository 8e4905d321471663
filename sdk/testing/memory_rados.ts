/** Pools and their objects in memory: what `this.rados` of a module reaches in a test. */

import type {
  HostSide,
  ModuleSide,
  NotifyAnswer,
  ObjectList,
  ObjectPlace,
  RadosAnswer,
  RadosOperation,
} from "../../mgr/host/contract.ts";
import type { NeedOf } from "../../mgr/host/permissions/need.ts";
import { Cancellable } from "../../mgr/host/runner/cancellable.ts";
import type { CallHost } from "../../mgr/host/runner/host_calls.ts";
import { HostRados } from "../../mgr/host/runner/rados_link.ts";
import { RadosError } from "../errors.ts";
import type { OSDMap } from "../osd_map.ts";
import { Rados } from "../rados/io_context.ts";
import { copyOf, Errno, type ErrnoName, type MemoryObject, runStep, StepFailure } from "./memory_object.ts";

/** The namespace that stands for all in a listing. */
const ALL_NAMESPACES = "\u0001";

/** What a pool is like. */
export interface TestPool {
  /** Erasure coded: it takes whole objects, and no omap. */
  readonly erasure?: boolean;
}

/** Pools that a test makes are numbered from here on: those of a cluster have small numbers. */
const FIRST_POOL = 1000;
/** pg_pool_t::TYPE_ERASURE */
const ERASURE = 3;

interface Pool {
  /** It is one of the OSDMap, and goes with it. */
  readonly mapped: boolean;
  readonly id: number;
  readonly name: string;
  readonly erasure: boolean;
  /** By namespace and name. */
  readonly objects: Map<string, MemoryObject>;
}

interface Watch {
  readonly pool: number;
  readonly key: string;
  readonly cookie: string;
  readonly client: number;
  tell(notifyId: string, payload: Uint8Array): Promise<Uint8Array>;
  ended(reason: string): void;
}

/** The calls about objects. */
export type RadosCalls = Pick<
  HostSide,
  "openPool" | "operate" | "listObjects" | "notifyObject" | "watch" | "unwatch"
>;

/** A module that does not run yet. */
const NOBODY: Pick<ModuleSide, "notified" | "watchChanged"> = {
  notified: () => Promise.reject(new Error("nobody is there")),
  watchChanged: () => Promise.resolve(),
};

/** Throws for what the module may not do with a pool. */
type AllowRados = (call: string, need: NeedOf<"rados">) => void;

const keyOf = ({ namespace }: ObjectPlace, oid: string): string => `${namespace}\0${oid}`;

/** All pools of one test. */
export class MemoryRados {
  readonly #pools = new Map<number, Pool>();
  readonly #watches = new Map<string, Watch>();
  readonly #osdMap: () => Promise<OSDMap | undefined>;
  #lastPool = FIRST_POOL - 1;
  #lastClient = 4000;
  #lastVersion = 0;
  #lastNotify = 0;

  /** The pools of the OSDMap are there too. */
  constructor(osdMap: () => Promise<OSDMap | undefined>) {
    this.#osdMap = osdMap;
  }

  /** Makes a pool; one of that name is replaced. */
  addPool(name: string, { erasure = false }: TestPool = {}): void {
    this.removePool(name);
    const id = ++this.#lastPool;
    this.#pools.set(id, { id, name, erasure, mapped: false, objects: new Map() });
  }

  /** Removes a pool with all that is in it. */
  removePool(name: string): void {
    const old = [...this.#pools.values()].find((pool) => pool.name === name);
    if (old !== undefined) this.#pools.delete(old.id);
  }

  /** What a test itself does with objects. */
  forTest(): Rados {
    const calls = this.client({
      notified: (...args) => rados.notified(...args),
      watchChanged: (...args) => Promise.resolve(rados.watchChanged(...args)),
    });
    const call = (name: string, ...args: readonly never[]): Promise<unknown> =>
      name === "cancel" ? Promise.resolve() : Reflect.apply(Reflect.get(calls, name), calls, args);
    const host = call as CallHost;
    const rados: HostRados = new HostRados(host, new Cancellable(host));
    return new Rados(rados);
  }

  /** A client with watches of its own; `tell` is called when somebody notifies. Call `end` when it is gone. */
  client(
    tell: Pick<ModuleSide, "notified" | "watchChanged"> = NOBODY,
    allow: AllowRados = () => {},
  ): RadosCalls & { end(): void } {
    const client = ++this.#lastClient;
    const ask = (call: string, pool: string | number, write: boolean): void => {
      const known = typeof pool === "string" ? pool : this.#pools.get(pool)?.name ?? String(pool);
      allow(call, { verb: "rados", pool: known, write });
    };
    const named = (id: number): string => `${client}.${id}`;
    return {
      openPool: async (_, pool) => {
        ask("rados.openPool", pool, false);
        await this.#follow();
        return this.#open(pool);
      },
      operate: (_, operation) =>
        Promise.try(() => {
          const { place, steps } = operation;
          ask(`rados ${steps[0]?.[0]}`, place.pool, !isReading(steps));
          return this.#operate(operation);
        }),
      listObjects: (_, place, cursor, max) =>
        Promise.try(() => {
          ask("rados list", place.pool, false);
          return this.#list(place, cursor, max);
        }),
      notifyObject: (_, place, oid, payload) =>
        Promise.try(() => {
          ask("rados notify", place.pool, true);
          return this.#notify(this.#find(place), keyOf(place, oid), payload);
        }),
      watch: (id, place, oid) =>
        Promise.try(() => {
          ask("rados watch", place.pool, true);
          const key = keyOf(place, oid);
          if (!this.#find(place).objects.has(key)) {
            throw failed("watch", place, oid, this.#find(place), "ENOENT");
          }
          this.#watches.set(named(id), {
            pool: place.pool,
            key,
            client,
            cookie: String(id),
            tell: async (notifyId, payload) => {
              try {
                ask("rados watch", place.pool, true);
              } catch (e) {
                // The permission was taken back.
                this.#watches.delete(named(id));
                void tell.watchChanged(id, "ended", (e as Error).message);
                throw e;
              }
              return await tell.notified(id, notifyId, String(client), payload);
            },
            ended: (reason) => void tell.watchChanged(id, "ended", reason),
          });
        }),
      unwatch: (id) => Promise.resolve(void this.#watches.delete(named(id))),
      end: () => {
        for (const [name, watch] of this.#watches) if (watch.client === client) this.#watches.delete(name);
      },
    };
  }

  /** Takes over which pools the OSDMap has. */
  async #follow(): Promise<void> {
    const pools = (await this.#osdMap())?.getPools() ?? new Map();
    for (const [id, { mapped }] of this.#pools) if (mapped && !pools.has(id)) this.#pools.delete(id);
    for (const [id, { pool_name: name, type }] of pools) {
      if (this.#pools.has(id)) continue;
      this.#pools.set(id, { id, name, erasure: type === ERASURE, mapped: true, objects: new Map() });
    }
  }

  #open(wanted: string | number): readonly [number, string] {
    const pool = [...this.#pools.values()].find(({ id, name }) => id === wanted || name === wanted);
    if (pool !== undefined) return [pool.id, pool.name];
    const message = `Cannot open pool '${wanted}': there is no such pool`;
    throw new RadosError(message, { errno: Errno.ENOENT, code: "ENOENT" });
  }

  #find({ pool }: ObjectPlace): Pool {
    this.#open(pool);
    return this.#pools.get(pool)!;
  }

  #operate({ place, oid, steps }: RadosOperation): RadosAnswer {
    const pool = this.#find(place);
    const key = keyOf(place, oid);
    const before = pool.objects.get(key);
    const watches = [...this.#watches.values()].filter((watch) =>
      watch.pool === pool.id && watch.key === key
    );
    const watchers = watches.map(({ client, cookie }) =>
      [`client.${client}`, `127.0.0.1:0/${client}`, cookie] as const
    );
    const next = before && copyOf(before);
    const context = { before, next, erasure: pool.erasure, nowMs: Date.now(), watchers };
    try {
      const results = steps.map((step) => runStep(context, step));
      return { version: isReading(steps) ? before!.version : this.#keep(pool, key, context.next), results };
    } catch (e) {
      throw e instanceof StepFailure ? failed(steps[0]![0], place, oid, pool, e.code) : e;
    }
  }

  #keep(pool: Pool, key: string, object: MemoryObject | undefined): number {
    const version = ++this.#lastVersion;
    if (object !== undefined) pool.objects.set(key, Object.assign(object, { version, mtimeMs: Date.now() }));
    else {
      pool.objects.delete(key);
      for (const [name, watch] of this.#watches) {
        if (watch.pool !== pool.id || watch.key !== key) continue;
        this.#watches.delete(name);
        watch.ended("the object is gone");
      }
    }
    return version;
  }

  #list(place: ObjectPlace, cursor: string | null, max: number): ObjectList {
    const all = [...this.#find(place).objects.keys()].sort().map((key) =>
      key.split("\0") as [string, string]
    );
    const wanted = all.filter(([namespace]) =>
      place.namespace === ALL_NAMESPACES || namespace === place.namespace
    );
    const from = Number(cursor ?? 0);
    const objects = wanted.slice(from, from + max).map(([namespace, name]) => [namespace, name, ""] as const);
    return { objects, cursor: from + max < wanted.length ? String(from + max) : null };
  }

  async #notify(pool: Pool, key: string, payload: Uint8Array): Promise<NotifyAnswer> {
    const id = String(++this.#lastNotify);
    const watches = [...this.#watches.values()].filter((watch) =>
      watch.pool === pool.id && watch.key === key
    );
    const told = await Promise.allSettled(watches.map((watch) => watch.tell(id, payload)));
    const names = watches.map(({ client, cookie }) => [String(client), cookie] as const);
    return {
      replies: told.flatMap((one, i) =>
        one.status === "fulfilled" ? [[...names[i]!, one.value] as const] : []
      ),
      silent: names.filter((_, i) => told[i]!.status === "rejected"),
    };
  }
}

/** Steps that change nothing. */
const READING = /^(?:read|stat|get|list|omapGet|omapHeader|assert|compare|omapCompare)/;

function isReading(steps: RadosOperation["steps"]): boolean {
  return steps.every(([name]) => READING.test(name));
}

function failed(
  verb: string,
  { namespace }: ObjectPlace,
  oid: string,
  pool: Pool,
  code: ErrnoName,
): RadosError {
  const name = namespace === "" ? oid : `${namespace}/${oid}`;
  const errno = Errno[code];
  const message = `Cannot ${verb} object '${name}' of pool '${pool.name}': ${code} (${errno})`;
  return new RadosError(message, { errno, code });
}
