/** Objects for modules: what is sent is looked at, allowed or not, and done with the manager's client. */

import { z } from "zod";
import type { RadosPort, WatchEvents, WatchPort } from "../cluster_link.ts";
import type { CallId, HostSide, ObjectPlace } from "../contract.ts";
import { InHand } from "../in_hand.ts";
import { messageOf } from "../message_of.ts";
import type { ModuleCallsOwner } from "../module_calls.ts";
import { parse } from "../parse.ts";
import { MAX_TIMEOUT_MS } from "./pending_calls.ts";
import { bytesOfSteps, isWriting, MAX_OPERATION_BYTES, Steps } from "./rados_steps.ts";

/** Objects that one module watches: each costs a message every five seconds. */
export const MAX_WATCHES = 64;
/** Notifications that a module has not answered; more are dropped. */
const MAX_NOTIFICATIONS = 128;
const MAX_NOTIFICATION_BYTES = 16 * 1024 * 1024;
/** What goes back to who notifies: the OSD keeps all replies together. */
const MAX_REPLY_BYTES = 64 * 1024;
/** What is told to those who watch. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

const Id = z.number().int();
const Name = z.string().min(1).max(4096);
const PoolNumber = z.number().int().nonnegative();
const Place = z.object({ pool: PoolNumber, namespace: z.string().max(1024), locator: z.string().max(4096) });
const Timeout = z.number().nonnegative().max(MAX_TIMEOUT_MS);
const Operation = z.object({
  place: Place,
  oid: Name,
  steps: Steps,
  timeoutMs: Timeout,
  returnResults: z.boolean(),
});
const Open = z.tuple([Id, z.union([PoolNumber, z.string().min(1).max(1024)])]);
const List = z.tuple([
  Id,
  Place,
  z.string().max(16 * 1024).nullable(),
  z.number().int().min(1).max(1024),
  Timeout,
]);
const Notify = z.tuple([
  Id,
  Place,
  Name,
  z.instanceof(Uint8Array).refine(({ length }) => length <= MAX_PAYLOAD_BYTES, "the payload is too long"),
  z.number().int().positive().max(3600),
]);
const Watch = z.tuple([Id, Place, Name, z.number().positive().max(MAX_TIMEOUT_MS)]);

/** The calls about objects. */
type RadosCalls = Pick<
  HostSide,
  "openPool" | "operate" | "listObjects" | "notifyObject" | "watch" | "unwatch"
>;

/** What they need of their module. */
export type RadosOwner = Pick<ModuleCallsOwner, "name" | "pending" | "link" | "allow" | "tell">;

/** For one process. */
export function radosCalls(owner: RadosOwner): RadosCalls {
  const { name, pending, link } = owner;
  const rados = (): RadosPort => link.rados(name);
  /** By the name that the pool has now; one that is not there has its number. */
  const allow = (call: string, pool: string | number, write: boolean): void => {
    const known = typeof pool === "string" ? pool : link.poolName(pool) ?? String(pool);
    owner.allow(call, { verb: "rados", pool: known, write });
  };
  const watches = new Watches(owner, (pool) => allow("rados watch", pool, true));
  return {
    openPool: async (...raw) => {
      const [id, pool] = parse("pool", Open, raw);
      allow("rados.openPool", pool, false);
      return await pending.run({ id, action: `open pool '${pool}'`, bytes: 0 }, () => rados().openPool(pool));
    },
    operate: async (rawId, raw) => {
      const id = parse("call", Id, rawId);
      const operation = parse("operation", Operation, raw);
      const bytes = bytesOfSteps(operation.steps);
      if (bytes > MAX_OPERATION_BYTES) {
        throw new RangeError(
          `Cannot take the operation: it has ${bytes} bytes, at most ${MAX_OPERATION_BYTES}`,
        );
      }
      const writing = isWriting(operation.steps);
      allow(`rados ${operation.steps[0]!.name}`, operation.place.pool, writing);
      return await pending.run(
        { id, action: `do an operation on object '${operation.oid}'`, bytes },
        (signal) => rados().operate({ ...operation, writing }, signal),
      );
    },
    listObjects: async (...raw) => {
      const [id, place, cursor, max, timeoutMs] = parse("listing", List, raw);
      allow("rados list", place.pool, false);
      return await pending.run(
        { id, action: "list objects", bytes: 0 },
        (signal) => rados().list(place, { cursor, max, timeoutMs, signal }),
      );
    },
    notifyObject: async (...raw) => {
      const [id, place, oid, payload, seconds] = parse("notify", Notify, raw);
      allow("rados notify", place.pool, true);
      return await pending.run(
        { id, action: `notify object '${oid}'`, bytes: payload.length },
        (signal) => rados().notify(place, oid, payload, { seconds, signal }),
      );
    },
    watch: async (...raw) => {
      const [id, place, oid, timeoutMs] = parse("watch", Watch, raw);
      const call = { id, action: `watch object '${oid}'`, bytes: 0, timeoutMs };
      // When nobody waits for it any more, it ends as soon as it stands.
      await pending.run(call, (signal) => {
        signal.addEventListener("abort", () => void watches.end(id), { once: true });
        return watches.begin(id, place, oid);
      });
    },
    unwatch: async (id) => await watches.end(parse("watch", Id, id)),
  };
}

interface Entry {
  /** Undefined until it stands. */
  port: WatchPort | undefined;
  /** Nobody wants it any more. */
  over: boolean;
}

/** The watches of one process: they end with it. */
class Watches {
  readonly #owner: RadosOwner;
  /** Throws when the module may not watch objects of that pool. */
  readonly #allow: (pool: number) => void;
  readonly #watches = new Map<CallId, Entry>();
  readonly #unanswered = new InHand({ count: MAX_NOTIFICATIONS, bytes: MAX_NOTIFICATION_BYTES });

  constructor(owner: RadosOwner, allow: (pool: number) => void) {
    this.#owner = owner;
    this.#allow = allow;
    owner.pending.ended.addEventListener("abort", () => {
      for (const id of [...this.#watches.keys()]) void this.end(id);
    });
  }

  async begin(id: CallId, place: ObjectPlace, oid: string): Promise<void> {
    this.#allow(place.pool);
    if (this.#watches.has(id)) throw new Error(`Cannot watch object '${oid}': watch ${id} is there already`);
    if (this.#watches.size >= MAX_WATCHES) {
      throw new Error(`Cannot watch object '${oid}': ${MAX_WATCHES} objects are watched; end some`);
    }
    const entry: Entry = { port: undefined, over: false };
    this.#watches.set(id, entry);
    const { link, name } = this.#owner;
    try {
      entry.port = await link.rados(name).watch(place, oid, this.#events(id, place));
    } catch (e) {
      this.#watches.delete(id);
      throw e;
    }
    if (entry.over) await this.end(id);
  }

  /** One that does not stand yet keeps its place until it does. One that is not there does no harm. */
  async end(id: CallId): Promise<void> {
    const entry = this.#watches.get(id);
    if (entry === undefined) return;
    entry.over = true;
    if (entry.port === undefined) return;
    this.#watches.delete(id);
    await entry.port.close().catch(() => {});
  }

  #events(id: CallId, { pool }: ObjectPlace): WatchEvents {
    const { tell, pending } = this.#owner;
    return {
      notified: async (notification) => {
        try {
          this.#allow(pool);
        } catch (e) {
          // The permission was taken back.
          void tell.watchChanged(id, "ended", messageOf(e));
          await this.end(id);
          throw e;
        }
        return await this.#notified(id, notification);
      },
      changed: (what, reason) => {
        if (what === "ended") this.#watches.delete(id);
        if (!pending.ended.aborted) void tell.watchChanged(id, what, reason);
      },
    };
  }

  async #notified(
    id: CallId,
    { notifyId, notifierGid, payload }: Parameters<WatchEvents["notified"]>[0],
  ): Promise<Uint8Array> {
    const { tell } = this.#owner;
    const answer = this.#unanswered.run(
      payload.length,
      () => tell.notified(id, String(notifyId), String(notifierGid), payload),
    );
    if (answer === undefined) throw new Error("the module has too many notifications in hand");
    const reply: unknown = await answer;
    if (reply instanceof Uint8Array && reply.length <= MAX_REPLY_BYTES) return reply;
    throw new Error(`the module's answer is no bytes, or more than ${MAX_REPLY_BYTES}`);
  }
}
