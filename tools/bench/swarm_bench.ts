/** A swarm of OSDs and clients around each manager: what it costs, beside what it may cost. */

import { fileURLToPath } from "node:url";
import { print, printError } from "../print.ts";
import type { SwarmPlan } from "../swarm/plan.ts";
import type { SwarmFigures } from "../swarm/swarm.ts";
import type { Manager } from "./cluster_bench.ts";
import { slope } from "./statistics.ts";

const SWARM = fileURLToPath(import.meta.resolve("../swarm/main.ts"));

/** How large, and for how long. */
export interface SwarmBenchOptions {
  readonly osds: number;
  readonly minutes: number;
  readonly mode: string;
  readonly managers: readonly Manager[];
}

type Figures = SwarmPlan & SwarmFigures;

/** A line of the table. */
interface Row {
  readonly head: string;
  readonly unit: string;
  readonly of: (figures: Figures) => number;
  /** The most that Ganglion may have. */
  readonly target?: number;
}

/** What is held after reports for a while, beside what was held at first: more than this is a leak. */
const FLAT = 1.05;

const ROWS: readonly Row[] = [
  { head: "processor, of one core", unit: "", of: (f) => f.cores, target: 1 },
  { head: "greatest memory", unit: "MiB", of: (f) => f.peakRssMib, target: 2048 },
  { head: "command, p99 without the swarm", unit: "ms", of: (f) => f.idleP99Ms },
  { head: "command, p99 meanwhile", unit: "ms", of: (f) => f.busyP99Ms },
  { head: "  as a multiple", unit: "", of: (f) => f.busyP99Ms / f.idleP99Ms, target: 1.5 },
  { head: "command, p50 meanwhile", unit: "ms", of: (f) => f.busyP50Ms },
  { head: "latest beacon", unit: "ms", of: (f) => f.beaconLateMs, target: 2000 },
  { head: "all sessions at first", unit: "s", of: (f) => f.connectSeconds },
  { head: "mgr fail: latest beacon", unit: "ms", of: (f) => f.beaconLateFailMs, target: 2000 },
  { head: "mgr fail: all sessions back", unit: "s", of: (f) => f.reconnectSeconds, target: 30 },
  { head: "  processor for that", unit: "s", of: (f) => f.reconnectCpuSeconds },
  { head: "mgr fail: first digest", unit: "s", of: (f) => f.redigestSeconds, target: 30 },
  { head: "memory, last third beside the first", unit: "", of: drift, target: FLAT },
  { head: "memory of 1,000 OSDs, slope", unit: "MiB/h", of: growth },
];

/** The least of each third: between collections of garbage memory goes up and down by a tenth. NaN for a short run. */
function drift({ memory }: Figures): number {
  const third = Math.floor(memory.length / 3);
  const least = (samples: Figures["memory"]): number => Math.min(...samples.map(([, mib]) => mib));
  return third === 0 ? NaN : least(memory.slice(-third)) / least(memory.slice(0, third));
}

/** MiB of 1,000 OSDs in an hour, by least squares: of ten minutes it is mostly the garbage of the last one. */
function growth({ memory, osds }: Figures): number {
  return slope(memory) * 3600 * 1000 / osds;
}

/** Runs one after the other and prints a table; false when Ganglion misses a target. */
export async function benchSwarm(options: SwarmBenchOptions): Promise<boolean> {
  const figures = new Map<Manager, Figures>();
  for (const manager of options.managers) {
    const found = await run(manager, options);
    if (found === undefined) printError(`Cannot measure ${manager}: its swarm came to no end, see above`);
    else figures.set(manager, found);
  }
  printTable(figures);
  for (const [manager, figure] of figures) printMemory(manager, figure);
  const own = figures.get("ganglion");
  return !options.managers.includes("ganglion") || own !== undefined && ROWS.every((row) => isMet(row, own));
}

const isMet = ({ of, target }: Row, figures: Figures): boolean =>
  target === undefined || !(of(figures) > target);

async function run(
  manager: Manager,
  { osds, minutes, mode }: SwarmBenchOptions,
): Promise<Figures | undefined> {
  const size = ["--osds", String(osds), "--seconds", String(minutes * 60)];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", SWARM, "--json", "--manager", manager, "--mode", mode, ...size],
    stderr: "inherit",
  }).output();
  return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
}

function printTable(figures: ReadonlyMap<Manager, Figures>): void {
  const [own, real] = [figures.get("ganglion"), figures.get("ceph-mgr")];
  const any = own ?? real;
  if (any === undefined) return;
  print(
    `\n${any.osds} OSDs, ${any.pgs} PGs, ${
      any.osds * any.counters
    } counters every 5 s, ${any.clients} clients, ` +
      `${any.mode} mode; all of it on this machine's ${navigator.hardwareConcurrency} cores`,
  );
  const cell = (value: number): string => (Number.isNaN(value) ? "-" : value.toPrecision(3)).padStart(10);
  print(`${"".padEnd(40)}${["ganglion", "ceph-mgr", "ratio", "target"].map((s) => s.padStart(10)).join("")}`);
  for (const row of ROWS) {
    const values = [own, real].map((figure) => (figure === undefined ? NaN : row.of(figure)));
    const [mine = NaN, theirs = NaN] = values;
    const verdict = own === undefined || isMet(row, own) ? "" : "  MISSED";
    print(
      `${row.head.padEnd(40)}${
        [mine, theirs, mine / theirs, row.target ?? NaN].map(cell).join("")
      }  ${row.unit}${verdict}`,
    );
  }
}

/** At most so many lines. */
const MEMORY_LINES = 12;

function printMemory(manager: Manager, { memory, osds }: Figures): void {
  print(`\nmemory of ${manager} for 1,000 OSDs over time`);
  const step = Math.max(1, Math.ceil(memory.length / MEMORY_LINES));
  for (const [seconds, mib] of memory.filter((_, i) => i % step === 0)) {
    print(`${String(seconds).padStart(6)} s ${(mib * 1000 / osds).toFixed(1).padStart(8)} MiB`);
  }
}
