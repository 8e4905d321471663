/**
 * `deno task bench [--unit | --data | --cluster | --cli | --first] [--runs N] [--only ganglion | ceph-mgr]`: the
 * benchmarks beside the code, what big data cost modules, then Ganglion and ceph-mgr in turn on clusters of this machine,
 * then both command lines. Needs Ceph for the latter parts.
 *
 * `deno task bench --swarm [--osds N] [--minutes M] [--mode secure | crc] [--only ..]`: 10,000 OSDs and 5,000 clients
 * around Ganglion, then around ceph-mgr; with ten minutes or more it shows whether memory grows.
 */

import { parseArgs } from "node:util";
import { hasCeph } from "../../tests/cluster/real_cluster.ts";
import { print, printError } from "../print.ts";
import { filesBelow, TOP } from "../source_files.ts";
import { benchBeside } from "./beside_bench.ts";
import { benchCli } from "./cli_bench.ts";
import { benchData } from "./data_bench.ts";
import { type Figures, type Manager, measure } from "./cluster_bench.ts";
import { measureFirstHello } from "./first_hello.ts";
import { median } from "./statistics.ts";
import { benchSwarm } from "./swarm_bench.ts";

/** Key, head, unit: one row of the table each. */
const ROWS: readonly (readonly [key: keyof Figures, head: string, unit: string])[] = [
  ["availableSeconds", "start to available", "s"],
  ["ownP50", "service status, p50", "ms"],
  ["helloP50", "ceph hello, p50", "ms"],
  ["helloP99", "ceph hello, p99", "ms"],
  ["monitorP50", "monitor fsid, p50 (floor)", "ms"],
  ["idlePssMib", "idle memory, PSS", "MiB"],
  ["idleCpuPerMinute", "idle processor", "s/min"],
  ["processes", "processes", ""],
  ["beaconLateMs", "latest beacon", "ms"],
];

async function unitBenches(): Promise<boolean> {
  const files = await filesBelow(["mgr", "sdk", "modules"], "_bench.ts");
  if (files.length === 0) return true;
  const child = new Deno.Command(Deno.execPath(), { args: ["bench", "-A", ...files], cwd: TOP }).spawn();
  return (await child.status).success;
}

/** Runs in turn, so that what else the machine does hits both alike. */
async function clusterBenches(managers: readonly Manager[], runs: number): Promise<boolean> {
  const figures = new Map<Manager, Figures[]>(managers.map((manager) => [manager, []]));
  let good = true;
  for (let run = 0; run < runs; run++) {
    for (const manager of managers) {
      try {
        figures.get(manager)!.push(await measure(manager));
      } catch (error) {
        printError(`Cannot measure ${manager}: ${(error as Error).message}`);
        good = false;
      }
    }
  }
  printTable(figures, runs);
  return good;
}

function printTable(figures: ReadonlyMap<Manager, readonly Figures[]>, runs: number): void {
  const middle = (manager: Manager, key: keyof Figures): number =>
    median((figures.get(manager) ?? []).map((figure) => figure[key]));
  const cell = (value: number): string => (Number.isNaN(value) ? "-" : value.toPrecision(3)).padStart(10);
  print(`\nmedians of ${runs} runs in turn, 2 OSDs, one client, cephx, secure mode`);
  print(`${"".padEnd(28)}${"ganglion".padStart(10)}${"ceph-mgr".padStart(10)}${"ratio".padStart(10)}`);
  for (const [key, head, unit] of ROWS) {
    const own = middle("ganglion", key);
    const real = middle("ceph-mgr", key);
    print(`${head.padEnd(28)}${cell(own)}${cell(real)}${cell(own / real)}  ${unit}`);
  }
}

/** A person who tries it must not wait longer. */
const FIRST_HELLO_S = 10;

async function benchFirstHello(): Promise<boolean> {
  const { cloned, up, hello } = await measureFirstHello();
  const text = (s: number): string => `${s.toFixed(1)} s`;
  print(
    `git clone ${text(cloned)}, cluster up ${text(up)}, first "ceph hello" ${
      text(hello)
    } (at most ${FIRST_HELLO_S} s)`,
  );
  return hello <= FIRST_HELLO_S;
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    unit: { type: "boolean" },
    data: { type: "boolean" },
    cluster: { type: "boolean" },
    cli: { type: "boolean" },
    first: { type: "boolean" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
    swarm: { type: "boolean" },
    osds: { type: "string", default: "10000" },
    minutes: { type: "string", default: "1" },
    mode: { type: "string", default: "secure" },
  },
});
const all: readonly Manager[] = ["ganglion", "ceph-mgr"];
const managers = all.filter((manager) => !values.only || manager === values.only);
let good = true;
if (values.swarm) {
  const { osds, minutes, mode } = values;
  const swarm = { osds: Number(osds), minutes: Number(minutes), mode, managers };
  Deno.exit(await benchSwarm(swarm) ? 0 : 1);
}
if (values.first) Deno.exit(await benchFirstHello() ? 0 : 1);
if (!values.cluster && !values.cli && !values.data) good = await unitBenches();
if (!values.cluster && !values.cli && !values.unit) {
  await benchData();
  if (await hasCeph()) good = await benchBeside() && good;
  else printError("Cannot measure ceph-mgr beside it: Ceph is not installed");
}
if (!values.unit && !values.data) {
  if (await hasCeph()) {
    if (!values.cli) good = await clusterBenches(managers, Number(values.runs)) && good;
    if (!values.cluster) await benchCli();
  } else printError("Cannot measure clusters: Ceph is not installed");
}
Deno.exit(good ? 0 : 1);
