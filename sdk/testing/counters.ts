/** Counters as a test writes them, in the columns that modules get from the manager. */

import type { PerfAnswer, PerfSelection } from "../../mgr/host/contract.ts";
import type { ByDaemon, PerfCounter } from "../perf.ts";

/** A counter without what a test seldom cares for: a number of priority 5 that only rises. */
export type TestCounter = Partial<PerfCounter> & Pick<PerfCounter, "value">;

/** PERFCOUNTER_U64 | PERFCOUNTER_COUNTER */
const RISING_NUMBER = 2 | 8;
const PRIO_USEFUL = 5;
/** UNIT_NONE */
const NO_UNIT = 1;

/** The counters that the selection takes, as the manager answers. */
export function perfAnswer(
  counters: ByDaemon<TestCounter>,
  { services, id, prioLimit, values }: PerfSelection,
): PerfAnswer {
  const types: object[] = [];
  const layouts: number[][] = [];
  const daemons: [string, number][] = [];
  const columns: [bigint, bigint][] = [];
  for (const [name, own] of Object.entries(counters)) {
    const [type, ...rest] = name.split(".");
    if ((services !== null && !services.includes(type!)) || (id !== null && id !== rest.join("."))) continue;
    const wanted = Object.entries(own).filter(([, { priority = PRIO_USEFUL }]) => priority >= prioLimit);
    layouts.push(wanted.map(([path, counter]) => types.push(describe(path, counter)) - 1));
    daemons.push([name, layouts.length - 1]);
    if (!values) continue;
    for (const [, { value, count = 0 }] of wanted) columns.push([BigInt(value), BigInt(count)]);
  }
  return {
    head: new TextEncoder().encode(JSON.stringify({ types, layouts, daemons })),
    values: bytesOf(columns.map(([value]) => value)),
    counts: bytesOf(columns.map(([, count]) => count)),
  };
}

function describe(path: string, counter: TestCounter): object {
  const { description = "", nick = "", type = RISING_NUMBER, priority = PRIO_USEFUL, units = NO_UNIT } =
    counter;
  return { path, description, nick, type, priority, unit: units };
}

function bytesOf(numbers: readonly bigint[]): Uint8Array {
  return new Uint8Array(new BigUint64Array(numbers).buffer);
}
