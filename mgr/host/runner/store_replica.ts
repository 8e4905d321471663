/** A module's keys and values, kept in its process: reads ask nobody. */

import type { Pairs } from "../contract.ts";

/** A write that the monitors have not answered yet. */
interface Write {
  readonly key: string;
  readonly value: Uint8Array | null;
  /** The monitors have told of it before they answered: what they tell from then on is newer. */
  told: boolean;
}

/** One for each instance. Values in it are never changed, only replaced. */
export class StoreReplica {
  readonly #values: Map<string, Uint8Array>;
  readonly #writes = new Set<Write>();

  constructor(pairs: Pairs<Uint8Array>) {
    this.#values = new Map(pairs);
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  /** In the order of the keys. */
  withPrefix(prefix: string): ReadonlyMap<string, Uint8Array> {
    const pairs = [...this.#values].filter(([key]) => key.startsWith(prefix));
    return new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The monitors have told of these; null is a removed key. */
  changed(changes: Pairs<Uint8Array | null>): void {
    for (const [key, value] of changes) {
      for (const write of this.#writes) write.told ||= write.key === key && isSame(write.value, value);
      this.#keep(key, value);
    }
  }

  /** Writes by `send`; what was written is here when this resolves. Rejects as `send` does, and nothing has changed. */
  async write(key: string, value: Uint8Array | null, send: () => Promise<void>): Promise<void> {
    const write: Write = { key, value: value?.slice() ?? null, told: false };
    this.#writes.add(write);
    try {
      await send();
      if (!write.told) this.#keep(key, write.value);
    } finally {
      this.#writes.delete(write);
    }
  }

  #keep(key: string, value: Uint8Array | null): void {
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
