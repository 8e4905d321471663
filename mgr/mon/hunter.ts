/** Dials monitors, a batch at a time, until one of them opens a session. Upstream: MonClient::_reopen_session, _add_conns */

import type { Connection, ConnectionHandler } from "../msgr/connection.ts";
import type { Messenger } from "../msgr/messenger.ts";
import type { Clock, Timer } from "../time/clock.ts";
import { type EntityAddr, msgr2Addr } from "../types/entity_addr.ts";
import { EntityType } from "../types/entity_name.ts";
import type { Hunt } from "./hunt.ts";
import { type MonAuth, onlyFirst } from "./mon_auth.ts";

/** When all monitors of a batch refuse or reset at once, the next batch waits so long at least; doubled each time. */
const MIN_RETRY_MS = 200;

/** How to dial, and whom. */
export interface HunterOptions {
  readonly clock: Clock;
  readonly messenger: Pick<Messenger, "connect">;
  readonly auth: MonAuth;
  /** Connection modes to offer, in order. */
  readonly modes: () => readonly number[];
  readonly hunt: Hunt;
}

/** What its owner is told. */
export interface HunterEvents extends Required<Omit<ConnectionHandler, "open" | "pause">> {
  /** The hunt is over. All that follows on that connection goes to the other handlers. */
  opened(connection: Connection, addr: EntityAddr): void;
  /** One monitor could not be reached or does not let us in. */
  failed(addr: EntityAddr, reason: Error): void;
}

/** One monitor being dialled. */
interface Attempt {
  readonly addr: EntityAddr;
  readonly stop: AbortController;
  connection?: Connection;
}

/** At most one batch is in work; whoever of it opens a session first wins, the others are dropped. */
export class Hunter {
  readonly #o: HunterOptions;
  readonly #events: HunterEvents;
  readonly #batch = new Set<Attempt>();
  #timer: Timer | undefined;
  #retryMs = MIN_RETRY_MS;

  constructor(options: HunterOptions, events: HunterEvents) {
    this.#o = options;
    this.#events = events;
  }

  /** Begins to hunt at once; goes on until a session is open or `stop()`. */
  begin(): void {
    this.#retryMs = MIN_RETRY_MS;
    this.#next();
  }

  /** Begins after a pause, which grows from one call to the next until `begin()`: for sessions that did not last. */
  beginLater(): void {
    this.stop("the hunt begins anew");
    this.#pause();
  }

  /** Drops every attempt. */
  stop(reason: string): void {
    this.#timer?.cancel();
    const batch = [...this.#batch];
    this.#batch.clear();
    for (const attempt of batch) drop(attempt, reason);
  }

  #next(): void {
    this.stop("another monitor is tried");
    this.#timer = this.#o.clock.after(this.#o.hunt.intervalMs, () => this.#next());
    let winner: Attempt | undefined;
    const addrs = this.#o.hunt.next().map(({ addrs }) => msgr2Addr(addrs));
    for (const addr of addrs.filter((a) => a !== undefined)) {
      const attempt: Attempt = { addr, stop: new AbortController() };
      this.#batch.add(attempt);
      // Only one login may change who we are: the first that the monitors grant.
      this.#dial(attempt, () => (winner ??= attempt) === attempt);
    }
  }

  async #dial(attempt: Attempt, first: () => boolean): Promise<void> {
    const { auth, modes, messenger } = this.#o;
    const authenticator = onlyFirst(auth.monAuthenticator(modes()), first);
    const target = { addr: attempt.addr, peerType: EntityType.mon, authenticator };
    try {
      attempt.connection = await messenger.connect(target, this.#handler(attempt), attempt.stop.signal);
      // The connection was made while it was being dropped.
      if (attempt.stop.signal.aborted) drop(attempt, "another monitor is tried");
    } catch (e) {
      this.#failed(attempt, e instanceof Error ? e : new Error(String(e)));
    }
  }

  #handler(attempt: Attempt): ConnectionHandler {
    const events = this.#events;
    let won = false;
    return {
      open: (connection) => {
        won = this.#batch.delete(attempt);
        if (!won) return connection.close("another monitor is tried");
        this.stop("another monitor answered first");
        events.opened(connection, attempt.addr);
      },
      message: (connection, raw) => events.message(connection, raw),
      keepaliveAck: (connection, stamp) => events.keepaliveAck(connection, stamp),
      closed: (connection, reason) => {
        if (won) events.closed(connection, reason);
        else this.#failed(attempt, reason);
      },
    };
  }

  #failed(attempt: Attempt, reason: Error): void {
    if (!this.#batch.delete(attempt)) return;
    this.#events.failed(attempt.addr, reason);
    if (this.#batch.size === 0) this.#pause();
  }

  #pause(): void {
    this.#timer?.cancel();
    const ms = Math.min(this.#retryMs, this.#o.hunt.intervalMs);
    this.#retryMs *= 2;
    this.#timer = this.#o.clock.after(ms, () => this.#next());
  }
}

function drop(attempt: Attempt, reason: string): void {
  attempt.stop.abort(new Error(reason));
  attempt.connection?.close(reason);
}
