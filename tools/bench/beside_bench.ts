/** Reads of cluster data by a module of Ganglion beside those of ceph-mgr: one monitor, the same OSDs, one after the other. */

import { fileURLToPath } from "node:url";
import { grantAll } from "../../tests/cluster/grants.ts";
import type { DaemonProcess, RealCluster } from "../../tests/cluster/real_cluster.ts";
import type { CommandWords } from "../../tests/cluster/rados_client.ts";
import { print, printError } from "../print.ts";
import { beaconsIn, worstLateness } from "../swarm/beacons.ts";
import { startCluster } from "../swarm/cluster.ts";
import { sharesOf, sumOf, type SwarmPlan } from "../swarm/plan.ts";
import { WorkerProcess } from "../swarm/worker_process.ts";
import type { Manager } from "./cluster_bench.ts";
import { realModules } from "./real_modules.ts";
import { median } from "./statistics.ts";

const MODULES = fileURLToPath(import.meta.resolve("./modules"));
const PYTHON_MODULE = fileURLToPath(import.meta.resolve("./python_timing"));

/** Near the shape of the recorded figures of ceph-mgr, but with statistics of all PGs, as simulated OSDs report them. */
const PLAN: SwarmPlan = { osds: 1000, pgs: 16_384, counters: 50, clients: 0, processes: 1, mode: "secure" };
/** mgr_stats_period: after so long each OSD has reported about each PG again. */
const STATS_SECONDS = 3;
/** mgr_tick_period: that of beacons. */
const BEACON_MS = 2000;
/** OSDs connect, and all report, within a minute; a machine with other work takes longer. */
const PATIENCE_MS = 240_000;

/** What is read, and what is to be so at most: the ratio to ceph-mgr's time, after a change. */
interface Row {
  readonly name: string;
  readonly after: keyof typeof CHANGES;
  readonly times: number;
  readonly target?: number;
}

const CHANGES = {
  /** Another OSD each time. */
  "a weight": async (cluster: RealCluster, n: number): Promise<void> => {
    await run(cluster, { prefix: "osd reweight", id: n, weight: 0.5 + n / 10_000 });
    await sleep(SETTLE_MS);
  },
  reports: () => sleep((STATS_SECONDS + 1) * 1000),
  nothing: () => Promise.resolve(),
} as const;

const ROWS: readonly Row[] = [
  { name: "osd_map", after: "a weight", times: 8, target: 1 },
  { name: "osd_map_tree", after: "a weight", times: 8, target: 1 },
  { name: "osd_map_crush", after: "a weight", times: 8, target: 1 },
  { name: "pg_dump", after: "reports", times: 5, target: 0.3 },
  { name: "pg_stats", after: "reports", times: 5, target: 0.3 },
  { name: "pg_progress", after: "reports", times: 5, target: 1 },
  { name: "osd_map", after: "nothing", times: 1, target: 0.001 },
  { name: "osd_map_crush", after: "nothing", times: 1 },
];
/** Reads in a row of what has not changed: the first of them may still find something new. */
const UNCHANGED_READS = 100;
/** From the answer of a command until the manager has the map that it made. */
const SETTLE_MS = 300;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A read: milliseconds, and those of the processor of the thread that reads. What else the machine does shows in the first alone. */
interface Cost {
  readonly ms: number;
  readonly cpu: number;
}

/** What one manager came to: by row, and the latest beacon. */
interface Figures {
  readonly costs: readonly Cost[];
  readonly beaconLateMs: number;
}

/** What the modules answer: of Ganglion's the processor's time is looked up from outside. */
interface Timing {
  readonly ms: readonly number[];
  readonly cpu?: number;
  readonly pid?: number;
}

/** Prints both beside each other, and whether the targets are met. False when Ganglion misses one. */
export async function benchBeside(): Promise<boolean> {
  const { cluster, common } = await startCluster(PLAN);
  await using _ = cluster;
  await run(cluster, {
    prefix: "config set",
    who: "mgr",
    name: "mgr_stats_period",
    value: String(STATS_SECONDS),
  });
  await run(cluster, { prefix: "mgr module enable", module: "timing", force: "--force" });
  await grantAll(cluster, `${MODULES}/timing`);
  await using swarm = new Reporters(sharesOf(common).map((share) => new WorkerProcess(share)));
  await cluster.waitFor(() => swarm.tally.booted === PLAN.osds, "all OSDs booted", PATIENCE_MS);
  swarm.follow();
  const path = await realModules(cluster.directory, "timing", PYTHON_MODULE);
  const own = await measure(
    "ganglion",
    cluster,
    () => cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]),
  );
  const real = await measure(
    "ceph-mgr",
    cluster,
    () => cluster.startRealMgr("x", [`--mgr-module-path=${path}`]),
  );
  return printTable(own, real);
}

/** The OSDs. */
class Reporters implements AsyncDisposable {
  readonly #workers: readonly WorkerProcess[];

  constructor(workers: readonly WorkerProcess[]) {
    this.#workers = workers;
  }

  get tally() {
    return sumOf(this.#workers.map(({ tally }) => tally));
  }

  follow(): void {
    for (const worker of this.#workers) worker.follow();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
  }
}

async function measure(
  manager: Manager,
  cluster: RealCluster,
  start: () => Promise<DaemonProcess>,
): Promise<Figures> {
  printError(`${manager} starts`);
  await start();
  await cluster.waitFor(() => isComplete(cluster), `statistics of all PGs at ${manager}`, PATIENCE_MS);
  const from = Date.now();
  const costs: Cost[] = [];
  for (const row of ROWS) {
    costs.push(await measureRow(cluster, row));
    printError(`${manager}: ${row.name} after ${row.after}: ${costs.at(-1)!.ms.toPrecision(3)} ms`);
  }
  const beacons = beaconsIn(await cluster.log("mon.a"));
  const beaconLateMs = worstLateness(beacons, { from, until: Date.now() }, BEACON_MS);
  await cluster.stop("mgr.x");
  return { costs, beaconLateMs };
}

async function measureRow(cluster: RealCluster, { name, after, times }: Row): Promise<Cost> {
  const reads = after === "nothing" ? UNCHANGED_READS : 1;
  const costs: Cost[] = [];
  const { pid } = await timing(cluster, name, 1);
  for (let n = 0; n < times; n++) {
    await CHANGES[after](cluster, n);
    const before = cpuMs(pid);
    const { ms, cpu = (cpuMs(pid) - before) / reads } = await timing(cluster, name, reads);
    costs.push({ ms: median(ms), cpu });
  }
  return { ms: median(costs.map(({ ms }) => ms)), cpu: median(costs.map(({ cpu }) => cpu)) };
}

/** Milliseconds that the first thread of a process has run; 0 without one. */
function cpuMs(pid: number | undefined): number {
  if (pid === undefined) return 0;
  return Number(Deno.readTextFileSync(`/proc/${pid}/task/${pid}/schedstat`).split(" ")[0]) / 1e6;
}

async function timing(cluster: RealCluster, name: string, times: number): Promise<Timing> {
  const { code, out, err } = await cluster.command("mgr", { prefix: "timing get", name, times }, "", 120);
  if (code !== 0) throw new Error(`Cannot time get("${name}"): ${err}`);
  return JSON.parse(out);
}

async function isComplete(cluster: RealCluster): Promise<boolean> {
  const { code, out } = await cluster.command("mgr", { prefix: "pg stat" }, "", 10);
  if (code === 0) return out.includes(`${PLAN.pgs} active+clean`);
  const { code: mon, out: status } = await cluster.command("mon", { prefix: "status", format: "json" });
  if (mon !== 0) return false;
  const { pgmap } = JSON.parse(status);
  const clean = pgmap.pgs_by_state?.find((s: { state_name: string }) => s.state_name === "active+clean");
  return clean?.count === PLAN.pgs;
}

async function run(cluster: RealCluster, command: CommandWords): Promise<void> {
  const { code, err } = await cluster.command("mon", command);
  if (code !== 0) throw new Error(`Cannot run ${command.prefix}: ${err}`);
}

type Verdict = "met" | "cpu alone" | "missed" | "";

/**
 * Targets are for the clock. It also counts waiting, for the manager's process and for other work of the machine; the
 * processor's time tells what is left without.
 */
function verdictOf(clock: number, cpu: number, target: number | undefined): Verdict {
  if (target === undefined) return "";
  return clock <= target ? "met" : cpu <= target ? "cpu alone" : "missed";
}

const cells = (...texts: readonly string[]): string => texts.map((text) => text.padStart(11)).join("");

/** False when a target is missed by the clock and by the processor's time. */
function printTable(own: Figures, real: Figures): boolean {
  const heads = cells("ganglion", "ceph-mgr", "ratio", "cpu", "cpu", "ratio", "target", "");
  print(`\n${PLAN.osds} OSDs, ${PLAN.pgs} PGs, real monitor, simulated OSDs: get() of a module, medians, ms`);
  print(`${"name".padEnd(15)}${"after".padEnd(12)}${heads}`);
  const verdicts = ROWS.map((row, i) => printRow(row, own.costs[i]!, real.costs[i]!));
  print(`${"latest beacon".padEnd(27)}${cells(String(own.beaconLateMs), String(real.beaconLateMs))}`);
  return !verdicts.includes("missed");
}

function printRow({ name, after, target }: Row, own: Cost, real: Cost): Verdict {
  const [clock, cpu] = [own.ms / real.ms, own.cpu / real.cpu];
  const verdict = verdictOf(clock, cpu, target);
  const pair = (
    a: number,
    b: number,
  ): string[] => [a.toPrecision(3), b.toPrecision(3), (a / b).toPrecision(2)];
  const wanted = target === undefined ? "-" : `<= ${target}`;
  const figures = cells(...pair(own.ms, real.ms), ...pair(own.cpu, real.cpu), wanted, verdict);
  print(`${name.padEnd(15)}${after.padEnd(12)}${figures}`);
  return verdict;
}
