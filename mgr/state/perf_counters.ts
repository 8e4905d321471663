/** Performance counters of all daemons: what each connection declared, and the numbers it reported. */

import { DecodeError, Decoder } from "../encoding/mod.ts";
import { PerfCounterBit, type PerfCounterType } from "../types/perf_counter_type.ts";
import { type CounterLayout, CounterLayouts } from "./counter_layouts.ts";
import {
  type CounterBlock,
  CounterColumn,
  type CounterRow,
  HISTORY_SAMPLES,
  VALUE_WORDS,
} from "./counter_column.ts";

/** Counters that one connection may declare: an OSD has 418, a gateway with labels some thousands. */
export const MAX_COUNTERS = 20_000;
/** Characters of a path, labels included. */
export const MAX_PATH_CHARS = 4096;

/** One sample. */
export interface CounterSample {
  /** Milliseconds since 1970 at which the report came. */
  readonly time: number;
  /** Nanoseconds for counters of time; the sum of an average. Rounded above 2^53. */
  readonly value: number;
  /** What the sum is to be divided by; undefined when the counter is no average. */
  readonly count: number | undefined;
}

/** One counter of one daemon. Only for a moment: a million of these would be a burden to the garbage collector. */
interface Slot extends CounterRow {
  readonly type: PerfCounterType;
  /** Number of the report that brought the first sample. */
  readonly since: number;
}

/** What is kept of a slot beside its type and its block: `at` and `since`. */
const SLOT_WORDS = 2;

/** All columns, and the source of the counters of each connection. */
export class PerfCounters {
  readonly #columns = new Map<string, CounterColumn>();
  readonly #layouts = new CounterLayouts();

  /** Counters for a new session: nothing is declared yet. */
  open(): DaemonCounters {
    return new DaemonCounters(this.#columns, this.#layouts);
  }

  /** Columns in use: one for each path that some daemon declares. */
  get size(): number {
    return this.#columns.size;
  }
}

/** The counters of one daemon as one connection declares and reports them. */
export class DaemonCounters {
  readonly #columns: Map<string, CounterColumn>;
  readonly #layouts: CounterLayouts;
  readonly #times = new Float64Array(HISTORY_SAMPLES);
  #layout: CounterLayout;
  /** Along the types of the layout, as everything of slots, and in the order of `packed`. */
  #blocks: readonly CounterBlock[] = [];
  #places = new Uint32Array(0);
  #reports = 0;
  #bodyBytes = 0;
  #freed = false;

  constructor(columns: Map<string, CounterColumn>, layouts: CounterLayouts) {
    this.#columns = columns;
    this.#layouts = layouts;
    this.#layout = layouts.take([]);
  }

  /** Counters declared now. */
  get size(): number {
    return this.#blocks.length;
  }

  /** Takes what a report declares and withdraws; the layout of its `packed` follows. Throws DecodeError above MAX_COUNTERS. */
  declare(types: readonly PerfCounterType[], withdrawn: readonly string[]): void {
    if (this.#freed) return;
    const added = inOrder(withdrawn.length === 0 ? types : without(types, withdrawn));
    const gone = new Set([...withdrawn, ...added.map(({ path }) => path)]);
    if (this.size > 0 && gone.size > 0) this.#withdraw(gone);
    if (this.size + added.length > MAX_COUNTERS) {
      throw new DecodeError(`more than ${MAX_COUNTERS} counters`, 0, ["PerfCounters"]);
    }
    if (added.length > 0) this.#keep(merged(this.#slots(), added.map((type) => this.#take(type))));
  }

  /**
   * Takes one report's numbers: u64s in the order of the paths. Throws DecodeError, and takes nothing, when there are
   * others than those of the declared counters.
   */
  ingest(packed: Uint8Array, time: number): void {
    const body = new Decoder(packed).versioned("packed", 1, (d) => d.rest());
    if (this.#freed) return;
    if (body.length !== this.#bodyBytes) {
      throw new DecodeError(
        `${this.size} counters need ${this.#bodyBytes} bytes, there are ${body.length}`,
        0,
        ["packed"],
      );
    }
    const place = this.#reports % HISTORY_SAMPLES;
    this.#times[place] = time;
    this.#reports++;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const { types } = this.#layout;
    let from = 0;
    for (let i = 0; i < types.length; i++) {
      const block = this.#blocks[i]!;
      const to = this.#places[i * SLOT_WORDS]! + place * VALUE_WORDS;
      take(block.values, to, view, from);
      from += 8;
      if (!isAverage(types[i]!)) continue;
      take(block.counts!, to, view, from);
      from += 16;
    }
  }

  /** The last sample; undefined when the path is not declared or nothing has come. */
  latest(path: string): CounterSample | undefined {
    const i = this.#find(path);
    return i === undefined || this.#samplesOf(i) === 0 ? undefined : this.#sample(i, this.#reports - 1);
  }

  /** Up to 20 samples, the oldest first. */
  history(path: string): CounterSample[] {
    const i = this.#find(path);
    if (i === undefined) return [];
    const n = this.#samplesOf(i);
    return Array.from({ length: n }, (_, k) => this.#sample(i, this.#reports - n + k));
  }

  /** What is declared now, in the order of the paths' bytes. */
  schema(): readonly PerfCounterType[] {
    return this.#layout.types;
  }

  /** What is declared now: the same object for all that have declared the same. */
  get layout(): CounterLayout {
    return this.#layout;
  }

  /**
   * Copies the last values, and the counts of averages, of the counters at these places of `layout`: two words each,
   * one after another from `at` on. Where nothing has come the words stay as they are.
   */
  copyLatest(places: Uint32Array, values: Uint32Array, counts: Uint32Array, at: number): void {
    const place = (this.#reports - 1) % HISTORY_SAMPLES * VALUE_WORDS;
    let to = at;
    for (const i of places) {
      if (this.#samplesOf(i) > 0) {
        const block = this.#blocks[i]!;
        const from = this.#places[i * SLOT_WORDS]! + place;
        values[to] = block.values[from]!;
        values[to + 1] = block.values[from + 1]!;
        if (isAverage(this.#layout.types[i]!)) {
          counts[to] = block.counts![from]!;
          counts[to + 1] = block.counts![from + 1]!;
        }
      }
      to += VALUE_WORDS;
    }
  }

  /** Gives the rows back; later reports of this connection are not kept. */
  free(): void {
    this.#withdraw(new Set(this.schema().map(({ path }) => path)));
    this.#freed = true;
  }

  #find(path: string): number | undefined {
    const { types } = this.#layout;
    let [low, high] = [0, types.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes(types[middle]!.path, path) < 0) low = middle + 1;
      else high = middle;
    }
    return types[low]?.path === path ? low : undefined;
  }

  #samplesOf(i: number): number {
    return Math.min(this.#reports - this.#places[i * SLOT_WORDS + 1]!, HISTORY_SAMPLES);
  }

  #sample(i: number, report: number): CounterSample {
    const { values, counts } = this.#blocks[i]!;
    const place = report % HISTORY_SAMPLES;
    const from = this.#places[i * SLOT_WORDS]! + place * VALUE_WORDS;
    return {
      time: this.#times[place]!,
      value: numberAt(values, from),
      count: isAverage(this.#layout.types[i]!) ? numberAt(counts!, from) : undefined,
    };
  }

  #slots(): Slot[] {
    return this.#blocks.map((block, i) => ({
      type: this.#layout.types[i]!,
      block,
      at: this.#places[i * SLOT_WORDS]!,
      since: this.#places[i * SLOT_WORDS + 1]!,
    }));
  }

  #keep(slots: readonly Slot[]): void {
    const layout = this.#layouts.take(slots.map(({ type }) => type));
    this.#layouts.release(this.#layout);
    this.#layout = layout;
    this.#blocks = slots.map(({ block }) => block);
    this.#places = Uint32Array.from(slots.flatMap(({ at, since }) => [at, since]));
    this.#bodyBytes = slots.reduce((sum, { type }) => sum + bytesOf(type), 0);
  }

  #withdraw(paths: ReadonlySet<string>): void {
    const slots = this.#slots();
    const kept = slots.filter(({ type }) => !paths.has(type.path));
    if (kept.length === slots.length) return;
    for (const { type: { path }, block, at } of slots) {
      if (!paths.has(path)) continue;
      const column = this.#columns.get(path)!;
      column.release({ block, at });
      if (column.size === 0) this.#columns.delete(path);
    }
    this.#keep(kept);
  }

  /** A row for a counter. */
  #take(declared: PerfCounterType): Slot {
    const { path } = declared;
    let column = this.#columns.get(path);
    if (column === undefined) this.#columns.set(path, column = new CounterColumn(path));
    const { block, at } = column.take(isAverage(declared));
    return { type: column.intern(declared), block, at, since: this.#reports };
  }
}

/** Both in the order of the paths; no path is in both. */
function merged(slots: readonly Slot[], added: readonly Slot[]): readonly Slot[] {
  if (slots.length === 0) return added;
  const all: Slot[] = [];
  let next = 0;
  for (const slot of slots) {
    while (next < added.length && compareBytes(added[next]!.type.path, slot.type.path) < 0) {
      all.push(added[next++]!);
    }
    all.push(slot);
  }
  return all.concat(added.slice(next));
}

/** Lists that were put in order: daemons of one release declare one and the same. */
const ordered = new WeakMap<readonly PerfCounterType[], readonly PerfCounterType[]>();

/** In the order of the paths' bytes, each path once: the last one counts. Throws DecodeError for a path that is too long. */
function inOrder(types: readonly PerfCounterType[]): readonly PerfCounterType[] {
  const known = ordered.get(types);
  if (known !== undefined) return known;
  const unique = [...new Map(types.map((type) => [type.path, type])).values()];
  if (unique.some(({ path }) => path.length > MAX_PATH_CHARS)) {
    throw new DecodeError("a counter's path is too long", 0, ["PerfCounters"]);
  }
  const sorted = unique.sort((a, b) => compareBytes(a.path, b.path));
  ordered.set(types, sorted);
  return sorted;
}

function without(types: readonly PerfCounterType[], paths: readonly string[]): readonly PerfCounterType[] {
  const gone = new Set(paths);
  return types.filter(({ path }) => !gone.has(path));
}

const isAverage = ({ type }: PerfCounterType): boolean => (type & PerfCounterBit.longRunAvg) !== 0;

const bytesOf = (type: PerfCounterType): number => (isAverage(type) ? 24 : 8);

function take(words: Uint32Array, to: number, from: DataView, at: number): void {
  words[to] = from.getUint32(at, true);
  words[to + 1] = from.getUint32(at + 4, true);
}

function numberAt(words: Uint32Array, at: number): number {
  return words[at + 1]! * 2 ** 32 + words[at]!;
}

/** The order of the UTF-8 bytes, which is that of the code points; JavaScript compares UTF-16 units. */
export function compareBytes(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
