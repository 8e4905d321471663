/** Objects for one module: its calls made into operations of the tenure's client. */

import type { CheckedStep, StepName } from "./host/calls/rados_steps.ts";
import type { RadosPort, RadosTask, WatchEvents, WatchPort } from "./host/cluster_link.ts";
import type { NotifyAnswer, ObjectList, ObjectPlace, RadosAnswer } from "./host/contract.ts";
import { call } from "./rados/class_steps.ts";
import * as data from "./rados/data_steps.ts";
import type { IoContext } from "./rados/io_context.ts";
import * as omap from "./rados/omap_steps.ts";
import type { RadosClient } from "./rados/rados_client.ts";
import type { ReadStep, WriteStep } from "./rados/step.ts";
import { listWatchers } from "./rados/watch_steps.ts";
import * as xattr from "./rados/xattr_steps.ts";
import { formatTypedAddr } from "./types/entity_addr.ts";
import { formatEntityNum } from "./types/entity_name.ts";

type Pairs = readonly (readonly [string, Uint8Array])[];
type AnyStep = WriteStep | ReadStep<unknown>;

/** The same step with another form of its result: one that can go over. */
function as<R>(step: ReadStep<R>, form: (value: R) => unknown): ReadStep<unknown> {
  return { ...step, result: (output, returned) => form(step.result(output, returned)) };
}

function equal(pairs: Pairs): ReturnType<typeof omap.omapCompare> {
  return omap.omapCompare(new Map(pairs.map(([key, value]) => [key, { comparison: "eq", value }])));
}

/** By name: arguments have been looked at, and go over as they come. */
const STEPS: { readonly [N in StepName]: (...args: never[]) => AnyStep } = {
  read: data.read,
  stat: () => as(data.stat(), ({ size, mtime }) => [size, mtime.sec * 1000 + Math.floor(mtime.nsec / 1e6)]),
  getXattr: xattr.getXattr,
  getXattrs: () => as(xattr.getXattrs(), (values) => [...values]),
  omapGet: (after: string, prefix: string, max: number) =>
    as(omap.omapGetValues({ after, prefix, max }), ({ values, more }) => [[...values], more]),
  omapGetByKeys: (keys: readonly string[]) => as(omap.omapGetByKeys(keys), (values) => [...values]),
  omapHeader: omap.omapGetHeader,
  listWatchers: () =>
    as(
      listWatchers(),
      (all) =>
        all.map(({ name, addr, cookie }) => [formatEntityNum(name), formatTypedAddr(addr), String(cookie)]),
    ),
  assertVersion: data.assertVersion,
  compareXattr: xattr.compareXattr,
  omapCompare: equal,
  create: data.create,
  write: data.write,
  writeFull: data.writeFull,
  append: data.append,
  truncate: data.truncate,
  zero: data.zero,
  remove: data.remove,
  setXattr: xattr.setXattr,
  rmXattr: xattr.rmXattr,
  omapSet: (pairs: Pairs) => omap.omapSet(new Map(pairs)),
  omapSetHeader: omap.omapSetHeader,
  omapRemove: (keys: readonly string[]) => omap.omapRemove(keys),
  omapClear: omap.omapClear,
  exec: call,
};

function makeStep({ name, args }: CheckedStep): AnyStep {
  return STEPS[name](...args as never[]);
}

/** Upstream: librados::IoCtx */
export class ModuleRados implements RadosPort {
  readonly #client: RadosClient;
  readonly #owner: string;

  /** `owner` names the module: each has a window of its own. */
  constructor(client: RadosClient, owner: string) {
    this.#client = client;
    this.#owner = owner;
  }

  async openPool(pool: string | number): Promise<readonly [id: number, name: string]> {
    const { poolId, poolName } = await this.#client.openPool(pool, this.#owner);
    return [poolId, poolName];
  }

  async operate(task: RadosTask, signal: AbortSignal): Promise<RadosAnswer> {
    const { place, oid, steps, timeoutMs, writing, returnResults } = task;
    const io = await this.#io(place);
    const made = steps.map(makeStep);
    const options = { timeoutMs, signal };
    if (!writing) return await io.operateRead(oid, made as ReadStep<unknown>[], options, verbOf(steps));
    const { version, outputs } = await io.operateWrite(
      oid,
      made,
      { ...options, returnResults },
      verbOf(steps),
    );
    return { version, results: outputs };
  }

  async list(place: ObjectPlace, page: Parameters<RadosPort["list"]>[1]): Promise<ObjectList> {
    const { cursor, ...options } = page;
    const found = await (await this.#io(place)).list({ ...options, cursor: cursor ?? undefined });
    return {
      objects: found.objects.map(({ namespace, name, locator }) => [namespace, name, locator] as const),
      cursor: found.cursor ?? null,
    };
  }

  async notify(
    place: ObjectPlace,
    oid: string,
    payload: Uint8Array,
    { seconds, signal }: Parameters<RadosPort["notify"]>[3],
  ): Promise<NotifyAnswer> {
    const io = await this.#io(place);
    const { acks, timeouts } = await io.notify(oid, payload, { timeoutSeconds: seconds, signal });
    return {
      replies: acks.map(({ gid, cookie, reply }) => [String(gid), String(cookie), reply] as const),
      silent: timeouts.map(({ gid, cookie }) => [String(gid), String(cookie)] as const),
    };
  }

  async watch(place: ObjectPlace, oid: string, events: WatchEvents): Promise<WatchPort> {
    return await (await this.#io(place)).watch(oid, {
      notified: (notification) => events.notified(notification),
      interrupted: (e) => events.changed("interrupted", e.message),
      ended: (e) => events.changed("ended", e.message),
    });
  }

  async #io({ pool, namespace, locator }: ObjectPlace): Promise<IoContext> {
    return (await this.#client.openPool(pool, this.#owner)).withNamespace(namespace).withLocator(locator);
  }
}

/** For errors: "Cannot append to object 'a' of pool 'p'". */
function verbOf([first]: readonly CheckedStep[]): string {
  return first!.name === "append" ? "append to" : first!.name;
}
