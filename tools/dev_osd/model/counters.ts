/** The performance counters of a simulated OSD: names, types and units of a real one, values of the simulated work. */

import { encodeAll } from "../../../mgr/encoding/mod.ts";
import { PerfCounterBit, type PerfCounterType } from "../../../mgr/types/perf_counter_type.ts";
import RECORDED from "../osd_counters.json" with { type: "json" };

/** In the order of their paths, as recorded from a real OSD. */
export const OSD_COUNTERS: readonly PerfCounterType[] = RECORDED
  .map(([path, type, priority, unit, nick, description]) => ({
    path: String(path),
    type: Number(type),
    priority: Number(priority),
    unit: Number(unit),
    nick: String(nick),
    description: String(description),
  }));

/** What the values follow from. */
export interface CounterInput {
  readonly reads: number;
  readonly readBytes: number;
  readonly writes: number;
  readonly writeBytes: number;
  readonly recovered: number;
  readonly recoveredBytes: number;
  readonly pgs: number;
  readonly deviceBytes: number;
  readonly usedBytes: number;
  readonly inProgress: number;
  /** Milliseconds that operations took, all of them together. */
  readonly readMs: number;
  readonly writeMs: number;
}

/** One value: an integer, or a sum (nanoseconds) with a count. */
export interface CounterValue {
  readonly value: number;
  readonly count: number | undefined;
}

const NS_PER_MS = 1_000_000;
/** Shares of an operation's time that waiting and preparing take. */
const PROCESSED = 0.9;
const PREPARED = 0.2;

const plain = (value: number): CounterValue => ({ value, count: undefined });
const average = (ms: number, count: number): CounterValue => ({ value: Math.floor(ms * NS_PER_MS), count });

function latencies(name: string, ms: number, count: number): [string, CounterValue][] {
  return [
    [`osd.${name}_latency`, average(ms, count)],
    [`osd.${name}_process_latency`, average(ms * PROCESSED, count)],
    [`osd.${name}_prepare_latency`, average(ms * PREPARED, count)],
  ];
}

/** By path; what is not here is 0. */
export function counterValues(input: CounterInput): ReadonlyMap<string, CounterValue> {
  const { reads, writes, readMs, writeMs } = input;
  return new Map([
    ["osd.op_wip", plain(input.inProgress)],
    ["osd.op", plain(reads + writes)],
    ["osd.op_in_bytes", plain(input.writeBytes)],
    ["osd.op_out_bytes", plain(input.readBytes)],
    ["osd.op_r", plain(reads)],
    ["osd.op_r_out_bytes", plain(input.readBytes)],
    ["osd.op_w", plain(writes)],
    ["osd.op_w_in_bytes", plain(input.writeBytes)],
    ["osd.recovery_ops", plain(input.recovered)],
    ["osd.recovery_bytes", plain(input.recoveredBytes)],
    ["osd.numpg", plain(input.pgs)],
    ["osd.stat_bytes", plain(input.deviceBytes)],
    ["osd.stat_bytes_used", plain(input.usedBytes)],
    ...latencies("op", readMs + writeMs, reads + writes),
    ...latencies("op_r", readMs, reads),
    ...latencies("op_w", writeMs, writes),
    ...latencies("op_rw", 0, 0),
  ]);
}

const isAverage = ({ type }: PerfCounterType): boolean => (type & PerfCounterBit.longRunAvg) !== 0;
const NOTHING: CounterValue = { value: 0, count: undefined };

/** Counters of that priority and above. */
export function reportedCounters(threshold: number): PerfCounterType[] {
  return OSD_COUNTERS.filter(({ priority }) => priority >= threshold);
}

/** The `packed` of MMgrReport for these counters. */
export function packCounters(
  types: readonly PerfCounterType[],
  values: ReadonlyMap<string, CounterValue>,
): Uint8Array {
  return encodeAll((e) =>
    e.versioned(1, 1, (e) => {
      for (const type of types) {
        const { value, count = 0 } = values.get(type.path) ?? NOTHING;
        e.u64n(value);
        if (isAverage(type)) e.u64n(count).u64n(count);
      }
    }), undefined);
}

/** As `perf dump` shows them: by logger. */
export function dumpCounters(values: ReadonlyMap<string, CounterValue>): object {
  return byLogger((type) => {
    const { value, count = 0 } = values.get(type.path) ?? NOTHING;
    if (!isAverage(type)) return value;
    const seconds = value / 1e9;
    return { avgcount: count, sum: seconds, avgtime: count === 0 ? 0 : seconds / count };
  });
}

/** As `perf schema` shows them. */
export function dumpSchema(): object {
  return byLogger((type) => ({
    type: type.type,
    metric_type: (type.type & PerfCounterBit.counter) !== 0 ? "counter" : "gauge",
    value_type: isAverage(type) ? "real-integer-pair" : "integer",
    description: type.description,
    nick: type.nick,
    priority: type.priority,
    units: type.unit === 0 ? "bytes" : "none",
  }));
}

function byLogger(show: (type: PerfCounterType) => unknown): object {
  const loggers = Map.groupBy(OSD_COUNTERS, ({ path }) => path.slice(0, path.lastIndexOf(".")));
  return Object.fromEntries([...loggers].map(([logger, types]) => [
    logger,
    Object.fromEntries(types.map((type) => [type.path.slice(logger.length + 1), show(type)])),
  ]));
}
