/**
 * `deno task swarm [--osds N] [--pgs N] [--counters N] [--clients N] [--processes N] [--mode secure|crc]
 * [--seconds N] [--manager ganglion|ceph-mgr] [--json]`: a swarm of OSDs and clients around a manager.
 */

import { parseArgs } from "node:util";
import { print, printError } from "../print.ts";
import { inOwnNetwork } from "./network.ts";
import { runSwarm, type SwarmFigures } from "./swarm.ts";
import type { SwarmPlan } from "./plan.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    osds: { type: "string", default: "1000" },
    pgs: { type: "string" },
    counters: { type: "string", default: "100" },
    clients: { type: "string" },
    processes: { type: "string" },
    mode: { type: "string", default: "secure" },
    seconds: { type: "string", default: "30" },
    manager: { type: "string", default: "ganglion" },
    json: { type: "boolean" },
  },
});

const osds = Number(values.osds);
const plan: SwarmPlan = {
  osds,
  pgs: Number(values.pgs ?? osds * 10),
  counters: Number(values.counters),
  clients: Number(values.clients ?? osds / 2),
  processes: Number(values.processes ?? Math.max(1, Math.ceil(osds / 5000))),
  mode: values.mode === "crc" ? "crc" : "secure",
};

/** One line of the table each: key, head, unit. */
const ROWS: readonly (readonly [key: Exclude<keyof SwarmFigures, "memory">, head: string, unit: string])[] = [
  ["bootSeconds", "boot of all OSDs (the monitor's part)", "s"],
  ["connectSeconds", "all sessions open", "s"],
  ["connectCpuSeconds", "processor for that", "s"],
  ["digestSeconds", "first digest", "s"],
  ["reportsPerSecond", "reports, each with counters and PGs", "/s"],
  ["cores", "processor", "cores"],
  ["idlePssMib", "memory before, PSS", "MiB"],
  ["startPssMib", "memory at the beginning", "MiB"],
  ["endPssMib", "memory at the end", "MiB"],
  ["peakRssMib", "greatest RSS of the process", "MiB"],
  ["idleP50Ms", "command without the swarm, p50", "ms"],
  ["idleP99Ms", "command without the swarm, p99", "ms"],
  ["busyP50Ms", "command meanwhile, p50", "ms"],
  ["busyP99Ms", "command meanwhile, p99", "ms"],
  ["busyMaxMs", "command meanwhile, worst", "ms"],
  ["beaconLateMs", "latest beacon", "ms late"],
  ["reconnectSeconds", "mgr fail: all sessions back", "s"],
  ["reconnectCpuSeconds", "mgr fail: processor for that", "s"],
  ["redigestSeconds", "mgr fail: first digest", "s"],
  ["beaconLateFailMs", "mgr fail: latest beacon", "ms late"],
  ["losses", "sessions lost without a reason", ""],
];

const code = await inOwnNetwork();
if (code !== undefined) Deno.exit(code);
const figures = await runSwarm(plan, {
  manager: values.manager === "ceph-mgr" ? "ceph-mgr" : "ganglion",
  seconds: Number(values.seconds),
  note: (line) => printError(line),
});
if (values.json) print(JSON.stringify({ ...plan, ...figures }));
else {
  print(
    `${values.manager}: ${plan.osds} OSDs, ${plan.pgs} PGs, ${plan.counters} counters each, ${plan.clients} clients, ${plan.mode}`,
  );
  for (const [key, head, unit] of ROWS) {
    print(`${head.padEnd(40)}${figures[key].toFixed(1).padStart(10)} ${unit}`);
  }
}
