/** What we want to be told by the monitors, and from which version on. Pure. Upstream: MonSub in mon/MonSub.h */

/** One row of MMonSubscribe. */
export interface SubscribeItem {
  /** First version wanted; 0 is "whatever you have". */
  readonly start: bigint;
  /** The monitor forgets the subscription after one delivery. */
  readonly onetime: boolean;
}

/** The subscriptions of a session that may be lost and opened again. */
export class Subscriptions {
  readonly #wanted = new Map<string, SubscribeItem>();
  readonly #unsent = new Set<string>();

  /** Asks for `name` from `start` on; asking again replaces the former row. */
  want(name: string, start = 0n, onetime = false): void {
    this.#wanted.set(name, { start, onetime });
    this.#unsent.add(name);
  }

  /** No longer wanted: a living session still delivers it, the next one does not. */
  forget(name: string): void {
    this.#wanted.delete(name);
    this.#unsent.delete(name);
  }

  /** Version `have` arrived: a later session asks for what comes after it. A one-time subscription is spent. */
  got(name: string, have: bigint): void {
    const item = this.#wanted.get(name);
    if (item === undefined || item.start > have) return;
    if (item.onetime) this.forget(name);
    else this.#wanted.set(name, { ...item, start: have + 1n });
  }

  /** A new session knows nothing: everything is to be sent again. */
  newSession(): void {
    for (const name of this.#wanted.keys()) this.#unsent.add(name);
  }

  /** Rows to send now, sorted by name as upstream's map is; empty if there is nothing to say. */
  take(): Map<string, SubscribeItem> {
    const rows = [...this.#unsent].sort().map((name) => [name, this.#wanted.get(name)!] as const);
    this.#unsent.clear();
    return new Map(rows);
  }
}
