/** Counters of many daemons at once: what they are, and their last values in columns. */

import type { PerfCounterType } from "../types/perf_counter_type.ts";
import { VALUE_WORDS } from "./counter_column.ts";
import { type DaemonIndex, type DaemonState, formatDaemonKey } from "./daemon_state.ts";
import type { CounterLayout } from "./counter_layouts.ts";

/** Which daemons, and which of their counters. */
export interface CounterSelection {
  /** Types of daemons, those of each host together; all daemons of all types when it is left out. */
  readonly services?: readonly string[];
  /** One daemon of `services`. */
  readonly id?: string;
  /** Counters of a lower priority are left out. */
  readonly prioLimit: number;
  /** False: only what the counters are. */
  readonly values: boolean;
}

/** The answer: no object for each value, and what many daemons have in common once. */
export interface PerfColumns {
  /** All descriptions, each once. */
  readonly types: readonly PerfCounterType[];
  /** Sets of counters that daemons have: places in `types`, in the order of the paths' bytes. */
  readonly layouts: readonly Uint32Array[];
  /** Name and place in `layouts`. Their values follow one another in this order. */
  readonly daemons: readonly (readonly [name: string, layout: number])[];
  /** 64 bits each, low word first; zero where nothing has come. Empty when no values are wanted. */
  readonly values: Uint32Array;
  /** Along `values`: what the sums of averages are to be divided by. */
  readonly counts: Uint32Array;
}

/** Daemons between two pauses: less than a millisecond of copying. */
const DAEMONS_AT_ONCE = 100;

/** Counters of one daemon that are wanted. */
interface Part {
  readonly state: DaemonState;
  readonly layout: CounterLayout;
  readonly chosen: Chosen;
}

/** Of one layout: where its wanted counters are, and its place in the answer. */
interface Chosen {
  readonly places: Uint32Array;
  readonly index: number;
}

const NO_COUNTERS: CounterLayout = { types: [] };

/** Pauses wherever it yields, so that others can go on; a daemon that changes its counters meanwhile has zeros. */
export function* perfColumns(index: DaemonIndex, selection: CounterSelection): Generator<void, PerfColumns> {
  const layouts = new LayoutTable(selection.prioLimit);
  const parts = selected(index, selection).map((state): Part => {
    const layout = state.counters?.layout ?? NO_COUNTERS;
    return { state, layout, chosen: layouts.choose(layout) };
  });
  yield;
  const count = selection.values ? parts.reduce((sum, { chosen }) => sum + chosen.places.length, 0) : 0;
  const values = new Uint32Array(count * VALUE_WORDS);
  const counts = new Uint32Array(count * VALUE_WORDS);
  let at = 0;
  for (const [i, { state, layout, chosen: { places } }] of (selection.values ? parts : []).entries()) {
    if (state.counters?.layout === layout) state.counters.copyLatest(places, values, counts, at);
    at += places.length * VALUE_WORDS;
    if (i % DAEMONS_AT_ONCE === DAEMONS_AT_ONCE - 1) yield;
  }
  const daemons = parts.map(({ state, chosen }) => [formatDaemonKey(state.key), chosen.index] as const);
  return { types: layouts.types, layouts: layouts.all, daemons, values, counts };
}

function selected(index: DaemonIndex, { services, id }: CounterSelection): DaemonState[] {
  if (services === undefined) return index.all();
  const found = services.flatMap((type) => {
    if (id === undefined) return index.ofType(type);
    const state = index.get({ type, name: id });
    return state === undefined ? [] : [state];
  });
  return found.sort((a, b) => compare(a.hostname, b.hostname) || compare(a.key.type, b.key.type));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The wanted part of each layout, and the descriptions in it. */
class LayoutTable {
  readonly types: PerfCounterType[] = [];
  readonly all: Uint32Array[] = [];
  readonly #prioLimit: number;
  readonly #typeIds = new Map<PerfCounterType, number>();
  readonly #chosen = new Map<CounterLayout, Chosen>();

  constructor(prioLimit: number) {
    this.#prioLimit = prioLimit;
  }

  choose(layout: CounterLayout): Chosen {
    const known = this.#chosen.get(layout) ?? this.#choose(layout);
    this.#chosen.set(layout, known);
    return known;
  }

  #choose({ types }: CounterLayout): Chosen {
    const places = types.flatMap(({ priority }, i) => (priority >= this.#prioLimit ? [i] : []));
    this.all.push(Uint32Array.from(places, (place) => this.#idOf(types[place]!)));
    return { places: Uint32Array.from(places), index: this.all.length - 1 };
  }

  #idOf(type: PerfCounterType): number {
    let id = this.#typeIds.get(type);
    if (id === undefined) {
      this.#typeIds.set(type, id = this.types.length);
      this.types.push(type);
    }
    return id;
  }
}
