/** Performance counters of daemons: what they are, their values one by one, and all of them in columns. */

/** What a counter is. */
export interface PerfCounterSchema {
  /** One line. */
  readonly description: string;
  /** A short name, when it has one. */
  readonly nick?: string;
  /** Bits: 1 time in nanoseconds, 2 number, 4 average, 8 only rises, 16 histogram. */
  readonly type: number;
  /** 10 critical .. 0 for debugging. Daemons report what is at least `mgr_stats_threshold`. */
  readonly priority: number;
  /** 0 bytes, 1 none. */
  readonly units: number;
}

/** A counter and its last value. */
export interface PerfCounter extends PerfCounterSchema {
  /** Nanoseconds for times; the sum for averages. Rounded above 2^53. */
  readonly value: number;
  /** Of averages: what the sum is to be divided by. */
  readonly count?: number;
}

/** Something for each counter of each daemon: `{"osd.0": {"osd.op": ..}}`. */
export type ByDaemon<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** [seconds since 1970, value], and a count for averages. */
export type CounterSample = readonly [t: number, value: number, count?: number];

/** Samples of a counter under its path, the oldest first. */
export type CounterHistory = Readonly<Record<string, readonly CounterSample[]>>;

/** The last sample of a counter under its path; [] when there is none. */
export type LatestCounter = Readonly<Record<string, CounterSample | readonly []>>;

/** Which counters of which daemons. */
export interface PerfSelection {
  /** Types of daemons; all when it is left out. */
  readonly services?: readonly string[];
  /** One daemon of `services`. */
  readonly id?: string;
  /** Counters of a lower priority are left out. */
  readonly prioLimit?: number;
}

/** Counters of many daemons: what they have in common is there once, and no value is an object. */
export interface PerfColumns {
  /** All counters that some of the daemons has. */
  readonly counters: readonly (PerfCounterSchema & { readonly path: string })[];
  /** Sets of counters that daemons have: places in `counters`, in the order of their paths. */
  readonly layouts: readonly (readonly number[])[];
  /** Name, and place in `layouts`. */
  readonly daemons: readonly (readonly [name: string, layout: number])[];
  /** Those of the first daemon in the order of its layout, then those of the second, and so on. Exact. */
  readonly values: BigUint64Array;
  /** Along `values`: what the sums of averages are to be divided by. */
  readonly counts: BigUint64Array;
}

/** Bit of `type`: the value is a sum, to be divided by the count. */
const AVERAGE = 4;

/** What the counters of each daemon are. */
export function schemasOf(columns: PerfColumns): ByDaemon<PerfCounterSchema> {
  const schemas = columns.counters.map(({ path: _, ...schema }) => schema);
  // Daemons of one layout share the object.
  const shared = columns.layouts.map((layout) =>
    Object.fromEntries(layout.map((place) => [columns.counters[place]!.path, schemas[place]!]))
  );
  return Object.fromEntries(columns.daemons.map(([name, layout]) => [name, shared[layout]!]));
}

/** What they are and their values; daemons without any are left out. */
export function countersOf(columns: PerfColumns): ByDaemon<PerfCounter> {
  const found: Record<string, Readonly<Record<string, PerfCounter>>> = {};
  let at = 0;
  for (const [name, layout] of columns.daemons) {
    const places = columns.layouts[layout]!;
    const first = at;
    at += places.length;
    if (places.length === 0) continue;
    found[name] = Object.fromEntries(places.map((place, i) => {
      const { path, ...schema } = columns.counters[place]!;
      return [path, { ...schema, ...valueAt(columns, first + i, schema.type) }];
    }));
  }
  return found;
}

function valueAt(
  { values, counts }: PerfColumns,
  at: number,
  type: number,
): { value: number; count?: number } {
  const value = Number(values[at]);
  return (type & AVERAGE) === 0 ? { value } : { value, count: Number(counts[at]) };
}
