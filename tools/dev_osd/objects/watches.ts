/** Who watches which object, and notifies until all have answered. Upstream: osd/Watch.cc */

import { pack, type RawMessage } from "../../../mgr/messages/message.ts";
import { MWatchNotify, WatchEvent } from "../../../mgr/messages/watch_notify.ts";
import type { Clock, Timer } from "../../../mgr/time/clock.ts";
import type { EntityAddr } from "../../../mgr/types/entity_addr.ts";
import type { EntityNum } from "../../../mgr/types/entity_name.ts";
import { bytesOf } from "./step.ts";

/** osd_client_watch_timeout */
const DEFAULT_TIMEOUT_S = 30;
/** osd_default_notify_timeout */
const DEFAULT_NOTIFY_S = 30;
const TICK_MS = 1000;
const ETIMEDOUT = -110;
const NOTHING = new Uint8Array(0);

/** A client's session with an OSD, as far as watches need it. */
export interface WatchPeer {
  readonly gid: bigint;
  readonly name: EntityNum;
  readonly addr: EntityAddr;
  send(raw: RawMessage): void;
}

/** A watch that stands. */
interface Watcher {
  peer: WatchPeer;
  readonly cookie: bigint;
  readonly timeoutS: number;
  lastSeen: number;
}

/** A notify that waits for answers. */
interface OpenNotify {
  readonly id: bigint;
  readonly cookie: bigint;
  readonly peer: WatchPeer;
  readonly waiting: Set<Watcher>;
  readonly acks: { gid: bigint; cookie: bigint; reply: Uint8Array }[];
  readonly timer: Timer;
}

const keyOf = (gid: bigint, cookie: bigint): string => `${gid}/${cookie}`;

/** All watches of a cluster, by object. */
export class Watches {
  readonly #clock: Clock;
  readonly #ticker: Timer;
  readonly #byObject = new Map<string, Map<string, Watcher>>();
  readonly #notifies = new Map<bigint, OpenNotify>();
  #counter = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#ticker = clock.every(TICK_MS, () => this.#expire());
  }

  stop(): void {
    this.#ticker.cancel();
    for (const { timer } of this.#notifies.values()) timer.cancel();
  }

  /** Begins a watch, or takes up one that is known. */
  watch(object: string, peer: WatchPeer, cookie: bigint, timeoutS: number): void {
    const watchers = this.#byObject.get(object) ?? new Map<string, Watcher>();
    this.#byObject.set(object, watchers);
    const lastSeen = this.#clock.now();
    watchers.set(keyOf(peer.gid, cookie), {
      peer,
      cookie,
      timeoutS: timeoutS || DEFAULT_TIMEOUT_S,
      lastSeen,
    });
  }

  /** A ping or a reconnect; false when there is no such watch. */
  renew(object: string, peer: WatchPeer, cookie: bigint): boolean {
    const watcher = this.#byObject.get(object)?.get(keyOf(peer.gid, cookie));
    if (watcher === undefined) return false;
    watcher.peer = peer;
    watcher.lastSeen = this.#clock.now();
    return true;
  }

  unwatch(object: string, { gid }: WatchPeer, cookie: bigint): void {
    this.#drop(object, keyOf(gid, cookie));
  }

  /** For list_watchers. */
  list(object: string): readonly Readonly<Watcher>[] {
    return [...this.#byObject.get(object)?.values() ?? []];
  }

  /** The object is gone: all are told. */
  objectRemoved(object: string): void {
    for (const [key, { peer, cookie }] of this.#byObject.get(object) ?? []) {
      peer.send(event({ opcode: WatchEvent.disconnect, cookie }));
      this.#drop(object, key);
    }
  }

  /** Tells everybody who watches; the end comes as an event to `peer`. The number of the notify. */
  notify(
    object: string,
    peer: WatchPeer,
    cookie: bigint,
    timeoutS: number,
    payload: Uint8Array,
    epoch: number,
  ): bigint {
    const id = (BigInt(epoch) << 32n) | ++this.#counter;
    const watchers = this.list(object);
    const wait = (timeoutS || DEFAULT_NOTIFY_S) * 1000;
    const timer = this.#clock.after(watchers.length === 0 ? 0 : wait, () => this.#finish(id));
    this.#notifies.set(id, { id, cookie, peer, waiting: new Set(watchers), acks: [], timer });
    for (const watcher of watchers) {
      watcher.peer.send(
        event({
          opcode: WatchEvent.notify,
          cookie: watcher.cookie,
          notifyId: id,
          payload,
          notifierGid: peer.gid,
        }),
      );
    }
    return id;
  }

  /** An answer of somebody who watches. */
  acknowledge(id: bigint, { gid }: WatchPeer, cookie: bigint, reply: Uint8Array): void {
    const open = this.#notifies.get(id);
    const who = open && [...open.waiting].find((w) => w.peer.gid === gid && w.cookie === cookie);
    if (!open || !who) return;
    open.waiting.delete(who);
    open.acks.push({ gid, cookie, reply: reply.slice() });
    if (open.waiting.size === 0) this.#finish(id);
  }

  #finish(id: bigint): void {
    const open = this.#notifies.get(id);
    if (!open) return;
    this.#notifies.delete(id);
    open.timer.cancel();
    const late = [...open.waiting];
    const answers = bytesOf((e) => {
      e.list(open.acks, (e, { gid, cookie, reply }) => e.u64(gid).u64(cookie).bytes(reply));
      e.list(late, (e, { peer, cookie }) => e.u64(peer.gid).u64(cookie));
    });
    open.peer.send(
      event({
        opcode: WatchEvent.notifyComplete,
        cookie: open.cookie,
        notifyId: id,
        returnCode: late.length > 0 ? ETIMEDOUT : 0,
        notifierGid: open.peer.gid,
        answers,
      }),
    );
  }

  #expire(): void {
    const now = this.#clock.now();
    for (const [object, watchers] of this.#byObject) {
      for (const [key, { peer, cookie, timeoutS, lastSeen }] of watchers) {
        if (now - lastSeen < timeoutS * 1000) continue;
        peer.send(event({ opcode: WatchEvent.disconnect, cookie }));
        this.#drop(object, key);
      }
    }
  }

  #drop(object: string, key: string): void {
    const watchers = this.#byObject.get(object);
    const watcher = watchers?.get(key);
    if (!watchers || !watcher) return;
    watchers.delete(key);
    if (watchers.size === 0) this.#byObject.delete(object);
    for (const { id, waiting } of [...this.#notifies.values()]) {
      if (waiting.delete(watcher) && waiting.size === 0) this.#finish(id);
    }
  }
}

function event(fields: Partial<MWatchNotify> & Pick<MWatchNotify, "opcode" | "cookie">): RawMessage {
  return pack(MWatchNotify, {
    ver: 0n,
    notifyId: 0n,
    payload: NOTHING,
    returnCode: 0,
    notifierGid: 0n,
    answers: NOTHING,
    ...fields,
  });
}
