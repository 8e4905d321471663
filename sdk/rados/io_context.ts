/** RADOS for modules: pools, and the objects in them. */

import type { CallOptions } from "../remote.ts";
import type {
  ListedObject,
  ListOptions,
  NotifyOptions,
  NotifyResult,
  ObjectPage,
  ObjectPlace,
  OperateOptions,
  RadosLink,
  Watch,
  WatchHandler,
} from "./link.ts";
import {
  type Bytes,
  type ObjectStat,
  type OmapPage,
  type OmapRange,
  type RadosStep,
  step,
  type StepResults,
  type Watcher,
} from "./steps.ts";

/** The namespace that stands for all of them in a listing. */
export const ALL_NAMESPACES = "\u0001";

/** What an operation came to. */
export interface OperateResult<S extends readonly RadosStep<unknown>[]> {
  /** Version of the object, for `step.assertVersion`. */
  readonly version: number;
  /** What each step answers. */
  readonly results: StepResults<S>;
}

/** The pools of the cluster, with this manager's identity. */
export class Rados {
  readonly #link: RadosLink;

  /** Modules have it as `this.rados`. */
  constructor(link: RadosLink) {
    this.#link = link;
  }

  /**
   * A pool by its name or number. Rejects with RadosError ENOENT when there is none in the newest map. The first one takes
   * a second: the monitors must know the address that we use.
   */
  async openPool(pool: string | number, options: CallOptions = {}): Promise<IoContext> {
    const { id, name } = await this.#link.openPool(pool, options);
    return new IoContext(this.#link, name, { pool: id, namespace: "", locator: "" });
  }
}

/**
 * The objects of one pool and namespace. Calls reject with RadosError for what the cluster refuses, and with
 * OutcomeUnknownError when nobody can tell whether a write was done. They take at most 30 s unless `timeoutMs` says
 * otherwise; 0 waits for as long as it takes.
 */
export class IoContext {
  /** Its name when it was opened. */
  readonly poolName: string;
  readonly #link: RadosLink;
  readonly #place: ObjectPlace;

  /** Rados.openPool() makes it. */
  constructor(link: RadosLink, poolName: string, place: ObjectPlace) {
    this.#link = link;
    this.#place = place;
    this.poolName = poolName;
  }

  /** Number of the pool. */
  get poolId(): number {
    return this.#place.pool;
  }

  /** The namespace; "" is the default one. */
  get namespace(): string {
    return this.#place.namespace;
  }

  /** The same pool in another namespace. */
  withNamespace(namespace: string): IoContext {
    return new IoContext(this.#link, this.poolName, { ...this.#place, namespace });
  }

  /** Objects that lie where one named `locator` would. */
  withLocator(locator: string): IoContext {
    return new IoContext(this.#link, this.poolName, { ...this.#place, locator });
  }

  /**
   * Does all steps or, when one of them fails, none: `await pool.operate("seat", [step.create(), step.setXattr("who",
   * "me")])`. All of them see the object as it was before.
   */
  async operate<const S extends readonly RadosStep<unknown>[]>(
    oid: string,
    steps: S,
    options: OperateOptions = {},
  ): Promise<OperateResult<S>> {
    const { version, results } = await this.#link.operate(this.#place, oid, steps, options);
    const values = steps.map(({ result }, i) => result(results[i]));
    return { version, results: values as StepResults<S> };
  }

  /** Bytes from `offset` on: 4 MiB of them unless `length` says otherwise, fewer at the end of the object. */
  read(
    oid: string,
    { offset, length, ...options }: CallOptions & { readonly offset?: number; readonly length?: number } = {},
  ): Promise<Uint8Array> {
    return this.#one(oid, step.read(offset, length), options);
  }

  /** Size and time of the last change. */
  stat(oid: string, options?: CallOptions): Promise<ObjectStat> {
    return this.#one(oid, step.stat(), options);
  }

  /** Replaces bytes from `offset` on; the object grows as needed. */
  write(oid: string, data: Bytes, offset = 0, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.write(data, offset), options);
  }

  /** Replaces all bytes. */
  writeFull(oid: string, data: Bytes, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.writeFull(data), options);
  }

  /** Adds bytes at the end. */
  append(oid: string, data: Bytes, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.append(data), options);
  }

  /** Cuts the object, or fills it up with zeros. */
  truncate(oid: string, size: number, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.truncate(size), options);
  }

  /** Deletes the object. */
  remove(oid: string, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.remove(), options);
  }

  /** One attribute. Rejects with ENODATA when it is not there. */
  getXattr(oid: string, name: string, options?: CallOptions): Promise<Uint8Array> {
    return this.#one(oid, step.getXattr(name), options);
  }

  /** All attributes. */
  getXattrs(oid: string, options?: CallOptions): Promise<Map<string, Uint8Array>> {
    return this.#one(oid, step.getXattrs(), options);
  }

  /** Makes or replaces an attribute. */
  setXattr(oid: string, name: string, value: Bytes, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.setXattr(name, value), options);
  }

  /** Removes an attribute. */
  rmXattr(oid: string, name: string, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.rmXattr(name), options);
  }

  /** Keys and values of the omap, a page of them. */
  omapGet(oid: string, range?: OmapRange, options?: CallOptions): Promise<OmapPage> {
    return this.#one(oid, step.omapGet(range), options);
  }

  /** All keys and values of the omap, a page at a time: what changes meanwhile may be seen or not. */
  async *omapEntries(oid: string, prefix = "", options?: CallOptions): AsyncGenerator<[string, Uint8Array]> {
    for (let after = "", more = true; more;) {
      const page = await this.omapGet(oid, { after, prefix }, options);
      yield* page.values;
      after = [...page.values.keys()].at(-1) ?? after;
      more = page.more && page.values.size > 0;
    }
  }

  /** Makes or replaces keys of the omap. Pools with erasure coding have none. */
  omapSet(
    oid: string,
    values: Readonly<Record<string, Bytes>> | ReadonlyMap<string, Bytes>,
    options?: CallOptions,
  ): Promise<void> {
    return this.#one(oid, step.omapSet(values), options);
  }

  /** Removes keys of the omap. */
  omapRemove(oid: string, keys: Iterable<string>, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.omapRemove(keys), options);
  }

  /** Removes all keys of the omap, and its header. */
  omapClear(oid: string, options?: CallOptions): Promise<void> {
    return this.#one(oid, step.omapClear(), options);
  }

  /** Runs a method of an object class on the OSD. */
  exec(
    oid: string,
    cls: string,
    method: string,
    input?: Bytes,
    options?: OperateOptions,
  ): Promise<Uint8Array> {
    return this.#one(oid, step.exec(cls, method, input), options);
  }

  /** A page of the objects; ALL_NAMESPACES as the namespace lists all. */
  list(options: ListOptions = {}): Promise<ObjectPage> {
    return this.#link.list(this.#place, options);
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

  /** Watches an object until the watch is closed, or the module ends. It follows the object to other OSDs. */
  watch(oid: string, handler: WatchHandler, options: CallOptions = {}): Promise<Watch> {
    return this.#link.watch(this.#place, oid, handler, options);
  }

  /** Tells all who watch the object, and waits for their answers. */
  notify(oid: string, payload: Bytes = "", options: NotifyOptions = {}): Promise<NotifyResult> {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    return this.#link.notify(this.#place, oid, bytes, options);
  }

  /** Who watches the object. */
  listWatchers(oid: string, options?: CallOptions): Promise<readonly Watcher[]> {
    return this.#one(oid, step.listWatchers(), options);
  }

  async #one<R>(oid: string, one: RadosStep<R>, options?: OperateOptions): Promise<R> {
    return (await this.operate(oid, [one], options)).results[0] as R;
  }
}
