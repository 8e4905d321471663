/** Performance counters of all daemons: what each connection declared, and the numbers it reported. */

import { DecodeError, Decoder } from "../encoding/mod.ts";
import { PerfCounterBit, type PerfCounterType } from "../types/perf_counter_type.ts";
import { type CounterLayout, CounterLayouts } from "./counter_layouts.ts";
import { type CounterBlock, CounterColumn, HISTORY_SAMPLES, VALUE_WORDS } from "./counter_column.ts";

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

/** One counter of one daemon in its session's order. */
interface Slot {
  readonly type: PerfCounterType;
  readonly column: CounterColumn;
  readonly block: CounterBlock;
  readonly at: number;
  readonly average: boolean;
  /** Number of the report that brought the first sample. */
  readonly since: number;
}

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
  /** In the order of `packed`. */
  #slots: Slot[] = [];
  #reports = 0;
  #bodyBytes = 0;
  #freed = false;
  #layout: CounterLayout | undefined;

  constructor(columns: Map<string, CounterColumn>, layouts: CounterLayouts) {
    this.#columns = columns;
    this.#layouts = layouts;
  }

  /** Counters declared now. */
  get size(): number {
    return this.#slots.length;
  }

  /** Takes what a report declares and withdraws; the layout of its `packed` follows. Throws DecodeError above MAX_COUNTERS. */
  declare(types: readonly PerfCounterType[], withdrawn: readonly string[]): void {
    if (this.#freed) return;
    const added = inOrder(withdrawn.length === 0 ? types : without(types, withdrawn));
    if (this.#slots.length > 0) this.#withdraw(new Set([...withdrawn, ...added.map(({ path }) => path)]));
    if (this.#slots.length + added.length > MAX_COUNTERS) {
      throw new DecodeError(`more than ${MAX_COUNTERS} counters`, 0, ["PerfCounters"]);
    }
    if (added.length > 0) this.#insert(added);
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
        `${this.#slots.length} counters need ${this.#bodyBytes} bytes, there are ${body.length}`,
        0,
        ["packed"],
      );
    }
    const place = this.#reports % HISTORY_SAMPLES;
    this.#times[place] = time;
    this.#reports++;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    let from = 0;
    for (const { block, at, average } of this.#slots) {
      const to = at + place * VALUE_WORDS;
      take(block.values, to, view, from);
      from += 8;
      if (!average) continue;
      take(block.counts!, to, view, from);
      from += 16;
    }
  }

  /** The last sample; undefined when the path is not declared or nothing has come. */
  latest(path: string): CounterSample | undefined {
    const slot = this.#find(path);
    return slot === undefined || this.#samplesOf(slot) === 0
      ? undefined
      : this.#sample(slot, this.#reports - 1);
  }

  /** Up to 20 samples, the oldest first. */
  history(path: string): CounterSample[] {
    const slot = this.#find(path);
    if (slot === undefined) return [];
    const n = this.#samplesOf(slot);
    return Array.from({ length: n }, (_, i) => this.#sample(slot, this.#reports - n + i));
  }

  /** What is declared now, in the order of the paths' bytes. */
  schema(): PerfCounterType[] {
    return this.#slots.map(({ type }) => type);
  }

  /** What is declared now: the same object for all that have declared the same. */
  get layout(): CounterLayout {
    return this.#layout ??= this.#layouts.take(this.schema());
  }

  /**
   * Copies the last values, and the counts of averages, of the counters at these places of `layout`: two words each,
   * one after another from `at` on. Where nothing has come the words stay as they are.
   */
  copyLatest(places: Uint32Array, values: Uint32Array, counts: Uint32Array, at: number): void {
    const place = (this.#reports - 1) % HISTORY_SAMPLES * VALUE_WORDS;
    let to = at;
    for (const index of places) {
      const slot = this.#slots[index]!;
      if (this.#samplesOf(slot) > 0) {
        const from = slot.at + place;
        values[to] = slot.block.values[from]!;
        values[to + 1] = slot.block.values[from + 1]!;
        if (slot.average) {
          counts[to] = slot.block.counts![from]!;
          counts[to + 1] = slot.block.counts![from + 1]!;
        }
      }
      to += VALUE_WORDS;
    }
  }

  /** Gives the rows back; later reports of this connection are not kept. */
  free(): void {
    this.#withdraw(new Set(this.#slots.map(({ type }) => type.path)));
    this.#freed = true;
  }

  #find(path: string): Slot | undefined {
    let [low, high] = [0, this.#slots.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes(this.#slots[middle]!.type.path, path) < 0) low = middle + 1;
      else high = middle;
    }
    const slot = this.#slots[low];
    return slot?.type.path === path ? slot : undefined;
  }

  #samplesOf(slot: Slot): number {
    return Math.min(this.#reports - slot.since, HISTORY_SAMPLES);
  }

  #sample({ block, at, average }: Slot, report: number): CounterSample {
    const place = report % HISTORY_SAMPLES;
    const from = at + place * VALUE_WORDS;
    return {
      time: this.#times[place]!,
      value: numberAt(block.values, from),
      count: average ? numberAt(block.counts!, from) : undefined,
    };
  }

  #withdraw(paths: ReadonlySet<string>): void {
    const gone = this.#slots.filter(({ type }) => paths.has(type.path));
    if (gone.length === 0) return;
    this.#leaveLayout();
    for (const { type: { path }, column, block, at, average } of gone) {
      column.release({ block, at });
      if (column.size === 0) this.#columns.delete(path);
      this.#bodyBytes -= bytesOf(average);
    }
    this.#slots = this.#slots.filter(({ type }) => !paths.has(type.path));
  }

  #leaveLayout(): void {
    if (this.#layout !== undefined) this.#layouts.release(this.#layout);
    this.#layout = undefined;
  }

  /** Merges new slots, which are in order, into those that there are. */
  #insert(types: readonly PerfCounterType[]): void {
    this.#leaveLayout();
    const added = types.map((type) => this.#slot(type));
    const merged: Slot[] = [];
    let next = 0;
    for (const slot of this.#slots) {
      while (next < added.length && compareBytes(added[next]!.type.path, slot.type.path) < 0) {
        merged.push(added[next++]!);
      }
      merged.push(slot);
    }
    this.#slots = merged.concat(added.slice(next));
  }

  #slot(declared: PerfCounterType): Slot {
    const { path } = declared;
    let column = this.#columns.get(path);
    if (column === undefined) this.#columns.set(path, column = new CounterColumn(path));
    const average = (declared.type & PerfCounterBit.longRunAvg) !== 0;
    const { block, at } = column.take(average);
    const slot = {
      type: column.intern(declared),
      column,
      block,
      at,
      average,
      since: this.#reports,
    };
    this.#bodyBytes += bytesOf(average);
    return slot;
  }
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

const bytesOf = (average: boolean): number => (average ? 24 : 8);

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
