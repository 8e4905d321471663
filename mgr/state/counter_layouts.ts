/** Sets of counters that daemons declare, each once: all OSDs of a release have the same. */

import type { PerfCounterType } from "../types/perf_counter_type.ts";

/** The counters of a daemon, in the order of the paths' bytes. */
export interface CounterLayout {
  /** Objects of CounterColumn.intern: equal ones are the same. */
  readonly types: readonly PerfCounterType[];
}

/** Layouts in use. */
export class CounterLayouts {
  readonly #users = new Map<CounterLayout, number>();

  /** Layouts that somebody holds. */
  get size(): number {
    return this.#users.size;
  }

  /** The layout of these counters, to be given back. */
  take(types: readonly PerfCounterType[]): CounterLayout {
    const layout = this.#find(types) ?? { types };
    this.#users.set(layout, (this.#users.get(layout) ?? 0) + 1);
    return layout;
  }

  /** One user less. */
  release(layout: CounterLayout): void {
    const users = this.#users.get(layout)! - 1;
    if (users === 0) this.#users.delete(layout);
    else this.#users.set(layout, users);
  }

  #find(types: readonly PerfCounterType[]): CounterLayout | undefined {
    return this.#users.keys().find((known) =>
      known.types.length === types.length && known.types.every((type, i) => type === types[i])
    );
  }
}
