/** The objects of one pool and namespace, as modules use them. Upstream: librados::IoCtx */

import type { MOSDOpReply } from "../messages/osd_op_reply.ts";
import type { Clock } from "../time/clock.ts";
import { HASH_OF_NAME } from "../types/object_locator.ts";
import { call } from "./class_steps.ts";
import * as data from "./data_steps.ts";
import { ALL_NAMESPACES, type ListedObject } from "./list_steps.ts";
import { listPage, type ObjectPage } from "./listing.ts";
import type { Lingers } from "./lingers.ts";
import { Notify } from "./notify.ts";
import type { Objecter } from "./objecter.ts";
import * as omap from "./omap_steps.ts";
import { OpFlag } from "./op_codes.ts";
import { bytesOf, type OpRequest } from "./open_op.ts";
import type { ReadStep, Results, WriteStep } from "./step.ts";
import { checkReading, checkWriting } from "./step_rules.ts";
import { Watch, type WatchHandler } from "./watch.ts";
import { listWatchers, notify, type NotifyResult, seconds, type Watcher } from "./watch_steps.ts";
import type { Window } from "./window.ts";
import * as xattr from "./xattr_steps.ts";

/** How long those who watch may take when `notify` is not told. Upstream: client_notify_timeout */
const NOTIFY_TIMEOUT_SECONDS = 10;

/** Names in error texts are cut here. */
const MAX_SHOWN_NAME = 100;

/** What a context is made of; `RadosClient.openPool` does it. */
export interface IoContextParts {
  readonly pool: number;
  readonly poolName: string;
  readonly namespace: string;
  /** Hashed in place of the names; "" = none. */
  readonly key: string;
  readonly clock: Clock;
  readonly objecter: Objecter;
  readonly lingers: Lingers;
  readonly window: Window;
  readonly opTimeoutMs: () => number;
}

/** What every call takes. */
export interface CallOptions {
  /** Milliseconds; 0 = none; undefined = as the client says. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What a writing operation takes beside. */
export interface WriteOptions extends CallOptions {
  /** In a full pool: fail instead of waiting ("try"), or write all the same ("force"). */
  readonly full?: "try" | "force";
  /** What class methods return is wanted; more than 64 bytes of it make the operation fail (osd_max_write_op_reply_len). */
  readonly returnResults?: boolean;
}

/** What a reading operation answers. */
export interface ReadAnswer<R> {
  readonly results: R;
  /** Version of the object, for `assertVersion`. */
  readonly version: number;
}

/** What a writing operation answers. */
export interface WriteAnswer {
  /** Version of the object, for `assertVersion`. */
  readonly version: number;
  /** Of each step; empty without `returnResults`. */
  readonly outputs: readonly Uint8Array[];
  /** Of each step. */
  readonly returned: readonly number[];
}

/** A page of a listing, from `cursor` on. */
export interface ListOptions extends CallOptions {
  readonly cursor?: string | undefined;
  readonly max?: number;
}

/** How long the OSD waits for those who watch. */
export interface NotifyCallOptions {
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * One pool and namespace. Everything rejects with RadosError for what the cluster answers, with OutcomeUnknownError when
 * nobody can tell whether a write was done, and with RangeError for arguments that make no sense. Bytes that are given
 * must not change until the call is over.
 */
export class IoContext {
  readonly #parts: IoContextParts;

  constructor(parts: IoContextParts) {
    this.#parts = parts;
  }

  get poolId(): number {
    return this.#parts.pool;
  }
  get poolName(): string {
    return this.#parts.poolName;
  }
  get namespace(): string {
    return this.#parts.namespace;
  }

  /** The same pool in another namespace; "" is the default one. */
  withNamespace(namespace: string): IoContext {
    return new IoContext({ ...this.#parts, namespace });
  }

  /** Objects that lie where an object named `key` would; "" = each where its own name says. */
  withLocator(key: string): IoContext {
    return new IoContext({ ...this.#parts, key });
  }

  /** All steps see the object in the same state; the first that fails is what the operation fails with. */
  async operateRead<const S extends readonly ReadStep<unknown>[]>(
    oid: string,
    steps: S,
    options: CallOptions = {},
    verb = "read",
  ): Promise<ReadAnswer<Results<S>>> {
    checkReading(steps);
    const expected = steps.reduce((sum, step) => sum + (step.expected ?? 0), 0);
    const { ops, rvals, userVersion } = await this.#operate(oid, steps, options, verb, { expected });
    const results = steps.map((step, i) => step.result(ops[i]!.data, rvals[i]!));
    return { results: results as Results<S>, version: userVersion };
  }

  /** All steps or none; steps that compare go first. */
  async operateWrite(
    oid: string,
    steps: readonly WriteStep[],
    options: WriteOptions = {},
    verb = "write",
  ): Promise<WriteAnswer> {
    const { full, returnResults } = options;
    checkWriting(`${verb} ${this.#shown(oid)}`, steps);
    const flags = (full === "try" ? OpFlag.fullTry : 0) | (full === "force" ? OpFlag.fullForce : 0) |
      (returnResults ? OpFlag.returnVec : 0);
    const { ops, rvals, userVersion } = await this.#operate(oid, steps, options, verb, { flags });
    return { version: userVersion, outputs: ops.map((op) => op.data), returned: rvals };
  }

  /** Bytes from `offset` on: 4 MiB of them unless `length` says otherwise, fewer at the end of the object. */
  async read(
    oid: string,
    options: CallOptions & { offset?: number; length?: number } = {},
  ): Promise<Uint8Array> {
    return await this.#read(oid, data.read(options.offset, options.length), options);
  }
  stat(oid: string, options?: CallOptions): Promise<data.ObjectStat> {
    return this.#read(oid, data.stat(), options, "stat");
  }
  /** CRC32C of all bytes, inverted at neither end. */
  checksum(oid: string, options?: CallOptions): Promise<number> {
    return this.#read(oid, data.checksum(), options);
  }

  async write(oid: string, bytes: Uint8Array, offset = 0, options?: WriteOptions): Promise<WriteAnswer> {
    return await this.operateWrite(oid, [data.write(bytes, offset)], options);
  }
  /** Replaces all bytes. */
  writeFull(oid: string, bytes: Uint8Array, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [data.writeFull(bytes)], options);
  }
  append(oid: string, bytes: Uint8Array, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [data.append(bytes)], options, "append to");
  }
  async truncate(oid: string, size: number, options?: WriteOptions): Promise<WriteAnswer> {
    return await this.operateWrite(oid, [data.truncate(size)], options, "truncate");
  }
  /** Makes an object that must not be there yet. */
  create(oid: string, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [data.create(true)], options, "create");
  }
  /** Also in a full pool. */
  remove(oid: string, options?: CallOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [data.remove()], { ...options, full: "force" }, "remove");
  }

  /** Rejects with ENODATA when there is no such attribute. */
  getXattr(oid: string, name: string, options?: CallOptions): Promise<Uint8Array> {
    return this.#read(oid, xattr.getXattr(name), options);
  }
  getXattrs(oid: string, options?: CallOptions): Promise<Map<string, Uint8Array>> {
    return this.#read(oid, xattr.getXattrs(), options);
  }
  setXattr(oid: string, name: string, value: Uint8Array, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [xattr.setXattr(name, value)], options);
  }
  rmXattr(oid: string, name: string, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [xattr.rmXattr(name)], options);
  }

  /** Keys and values in the order of the keys; at most 1024 at once, `more` tells whether there are others. */
  async omapGet(oid: string, range: omap.OmapRange = {}, options?: CallOptions): Promise<omap.OmapValues> {
    return await this.#read(oid, omap.omapGetValues(range), options);
  }
  async omapKeys(oid: string, range: omap.OmapRange = {}, options?: CallOptions): Promise<omap.OmapKeys> {
    return await this.#read(oid, omap.omapGetKeys(range), options);
  }
  /** Values of these keys; those that are not there are left out. */
  omapGetByKeys(
    oid: string,
    keys: Iterable<string>,
    options?: CallOptions,
  ): Promise<Map<string, Uint8Array>> {
    return this.#read(oid, omap.omapGetByKeys(keys), options);
  }
  omapHeader(oid: string, options?: CallOptions): Promise<Uint8Array> {
    return this.#read(oid, omap.omapGetHeader(), options);
  }
  omapSet(
    oid: string,
    values: ReadonlyMap<string, Uint8Array>,
    options?: WriteOptions,
  ): Promise<WriteAnswer> {
    return this.operateWrite(oid, [omap.omapSet(values)], options);
  }
  omapSetHeader(oid: string, header: Uint8Array, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [omap.omapSetHeader(header)], options);
  }
  omapRemove(oid: string, keys: Iterable<string>, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [omap.omapRemove(keys)], options);
  }
  omapClear(oid: string, options?: WriteOptions): Promise<WriteAnswer> {
    return this.operateWrite(oid, [omap.omapClear()], options);
  }
  /** All keys and values, a page at a time: what changes meanwhile may be seen or not. */
  async *omapEntries(oid: string, prefix = "", options?: CallOptions): AsyncGenerator<[string, Uint8Array]> {
    for (let after = "", more = true; more;) {
      const page = await this.omapGet(oid, { after, prefix }, options);
      yield* page.values;
      after = [...page.values.keys()].at(-1) ?? after;
      more = page.more && page.values.size > 0;
    }
  }

  /** Runs a method of an object class; what one that writes returns comes only with `returnResults`. */
  async call(
    oid: string,
    cls: string,
    method: string,
    argument: Uint8Array,
    options?: WriteOptions,
  ): Promise<Uint8Array> {
    const { outputs } = await this.operateWrite(
      oid,
      [call(cls, method, argument)],
      options,
      `call ${cls}.${method} of`,
    );
    return outputs[0]!;
  }

  /** A page of the objects; `ALL_NAMESPACES` as the namespace lists those of all. */
  list({ cursor, max, ...options }: ListOptions = {}): Promise<ObjectPage> {
    const { objecter, pool, poolName, namespace } = this.#parts;
    const link = {
      epoch: objecter.view?.map.epoch ?? 0,
      submit: (request: OpRequest) => this.#submit(request),
    };
    return listPage(link, {
      pool,
      namespace,
      cursor,
      action: `list the objects of pool '${poolName}'`,
      timeoutMs: this.#timeoutMs(options),
      signal: options.signal,
      ...(max === undefined ? {} : { max }),
    });
  }
  /** All objects, a page at a time: what changes meanwhile may be seen or not. */
  async *objects(options: CallOptions = {}): AsyncGenerator<ListedObject> {
    let cursor: string | undefined;
    do {
      const page: ObjectPage = await this.list({ ...options, cursor });
      yield* page.objects;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /**
   * Watches an object until `close()` of what it answers. The watch follows the object to other OSDs; when it was
   * forgotten it is made anew, and the handler is told.
   */
  async watch(oid: string, handler: WatchHandler, timeoutSeconds = 0): Promise<Watch> {
    const { objecter, lingers, clock } = this.#parts;
    const link = {
      clock,
      submit: (request: OpRequest) => objecter.submit(request),
      forget: (cookie: bigint) => lingers.remove(cookie),
    };
    const options = {
      target: this.#target(oid),
      what: this.#shown(oid),
      timeoutSeconds: seconds(timeoutSeconds),
    };
    const watch = lingers.add((cookie) => new Watch(cookie, link, options, handler));
    await watch.begin();
    return watch;
  }
  /** Tells everybody who watches, and waits for their answers. */
  async notify(oid: string, payload: Uint8Array, options: NotifyCallOptions = {}): Promise<NotifyResult> {
    const { objecter, lingers, clock } = this.#parts;
    const { timeoutSeconds = NOTIFY_TIMEOUT_SECONDS, signal } = options;
    const link = {
      clock,
      submit: async (request: OpRequest) => {
        const { ops } = await objecter.submit(request);
        return notify(0n, 0, payload).result(ops[0]!.data, 0);
      },
      forget: (cookie: bigint) => lingers.remove(cookie),
    };
    const action = `notify ${this.#shown(oid)}`;
    const limit = seconds(timeoutSeconds);
    const notifyOptions = { target: this.#target(oid), action, timeoutSeconds: limit, payload, signal };
    return await lingers.add((cookie) => new Notify(cookie, link, notifyOptions)).begin();
  }
  listWatchers(oid: string, options?: CallOptions): Promise<Watcher[]> {
    return this.#read(oid, listWatchers(), options);
  }

  async #read<R>(oid: string, step: ReadStep<R>, options: CallOptions = {}, verb = "read"): Promise<R> {
    const { results } = await this.operateRead(oid, [step], options, verb);
    return results[0];
  }

  #operate(
    oid: string,
    steps: readonly WriteStep[],
    options: CallOptions,
    verb: string,
    extra: Pick<OpRequest, "flags" | "expected">,
  ): Promise<MOSDOpReply> {
    return this.#submit({
      target: this.#target(oid),
      steps: steps.map(({ osdOp }) => osdOp),
      action: `${verb} ${this.#shown(oid)}`,
      timeoutMs: this.#timeoutMs(options),
      signal: options.signal,
      ...extra,
    });
  }

  #submit(request: OpRequest): Promise<MOSDOpReply> {
    const { window, objecter } = this.#parts;
    return window.run(bytesOf(request), request.signal, () => objecter.submit(request));
  }

  #timeoutMs({ timeoutMs }: CallOptions): number {
    return timeoutMs ?? this.#parts.opTimeoutMs();
  }

  #target(oid: string) {
    const { pool, namespace, key } = this.#parts;
    return { oid, locator: { pool, key, nspace: namespace, hash: HASH_OF_NAME } };
  }

  #shown(oid: string): string {
    const { namespace, poolName } = this.#parts;
    const name = namespace === "" ? oid : `${namespace}/${oid}`;
    const shown = name.length > MAX_SHOWN_NAME ? `${name.slice(0, MAX_SHOWN_NAME)}..` : name;
    return `object '${shown}' of pool '${poolName}'`;
  }
}

export { ALL_NAMESPACES };
