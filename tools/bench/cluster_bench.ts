/** Ganglion beside the real ceph-mgr: the same client, the same trivial command, the same machine. */

import { fileURLToPath } from "node:url";
import { type DaemonProcess, RealCluster } from "../../tests/cluster/real_cluster.ts";
import { MMgrMap } from "../../mgr/messages/mgr_map.ts";
import type { MgrMap } from "../../mgr/types/mgr_map.ts";
import { MonSession } from "../../tests/cluster/mon_session.ts";
import { BEACON_CONF, BEACON_MS, beaconsIn, worstLateness } from "../swarm/beacons.ts";
import { realModules } from "./real_modules.ts";
import { processCost } from "./process_cost.ts";
import { median, percentile } from "./statistics.ts";

/** Which manager. */
export type Manager = "ganglion" | "ceph-mgr";

/** What one run measured. */
export interface Figures {
  /** From the start of the process until the MgrMap says available, s. */
  readonly availableSeconds: number;
  /** `service status`, which the manager answers itself, ms. */
  readonly ownP50: number;
  /** `ceph hello` over a connected librados client, one after another, ms. */
  readonly helloP50: number;
  readonly helloP99: number;
  /** The same client's `fsid` of the monitor: the floor of this machine, ms. */
  readonly monitorP50: number;
  /** After the idle time, with all children, MiB. */
  readonly idlePssMib: number;
  /** While idle, processor seconds in a minute. */
  readonly idleCpuPerMinute: number;
  readonly processes: number;
  /** By how much the latest beacon came too late, as the monitor saw it. */
  readonly beaconLateMs: number;
}

const HELLO = fileURLToPath(import.meta.resolve("./python_hello"));
const OWN_MODULES = fileURLToPath(import.meta.resolve("../../modules"));
const CALLS = 2000;
/** Longer than paxos_propose_interval, and than what the OSDs' boot brings about. */
const QUIET_MS = 5000;
const WARM_UP_CALLS = 200;
const IDLE_SECONDS = 15;

/** One run on a fresh cluster with two OSDs. */
export async function measure(manager: Manager): Promise<Figures> {
  await using cluster = await RealCluster.start({
    osds: 2,
    conf: [...BEACON_CONF, "mgr initial modules = hello"],
  });
  const { daemon, availableSeconds } = await start(manager, cluster);
  await cluster.waitFor(() => saysHello(cluster), `hello of ${manager}`);
  await using client = await cluster.connect();
  const from = Date.now();
  await client.bench("mgr", { prefix: "hello" }, WARM_UP_CALLS);
  const hello = await client.bench("mgr", { prefix: "hello" }, CALLS);
  if (hello.code !== 0) throw new Error(`Cannot measure hello of ${manager}: it answers ${hello.code}`);
  const own = await client.bench("mgr", { prefix: "service status" }, CALLS);
  if (own.code !== 0) throw new Error(`Cannot measure ${manager}: service status answers ${own.code}`);
  const monitor = await client.bench("mon", { prefix: "fsid" }, WARM_UP_CALLS);
  return {
    availableSeconds,
    ownP50: median(own.ms),
    helloP50: median(hello.ms),
    helloP99: percentile(hello.ms, 0.99),
    monitorP50: median(monitor.ms),
    ...await idleCost(daemon),
    beaconLateMs: worstLateness(
      beaconsIn(await cluster.log("mon.a")),
      { from, until: Date.now() },
      BEACON_MS,
    ),
  };
}

/**
 * Starts the manager in a cluster that had one before and has none now. Nothing is asked meanwhile: each command makes
 * the monitors commit a line of their log, and within a second of a commit they hold the next one back.
 */
async function start(
  manager: Manager,
  cluster: RealCluster,
): Promise<{ daemon: DaemonProcess; availableSeconds: number }> {
  const realPath = manager === "ganglion" ? "" : await realModules(cluster.directory, "hello", HELLO);
  const run = (): Promise<DaemonProcess> =>
    manager === "ganglion"
      ? cluster.startGanglion("x", [`--mgr-module-path=${OWN_MODULES}`])
      : cluster.startRealMgr("x", [`--mgr-module-path=${realPath}`]);
  using session = await MonSession.open(cluster);
  let becameAvailable = (_map: MgrMap): void => {};
  session.subscribe("mgrmap", 0n, MMgrMap, ({ map }) => becameAvailable(map));
  const available = (): Promise<number> =>
    new Promise((resolve) => becameAvailable = (map) => map.available && resolve(performance.now()));

  const first = available();
  await run();
  await first;
  await cluster.stop("mgr.x");
  await cluster.command("mon", { prefix: "mgr fail", who: "x" });
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  const second = available();
  const started = performance.now();
  const daemon = await run();
  return { daemon, availableSeconds: (await second - started) / 1000 };
}

async function saysHello(cluster: RealCluster): Promise<boolean> {
  return (await cluster.command("mgr", { prefix: "hello" })).code === 0;
}

async function idleCost(
  daemon: DaemonProcess,
): Promise<Pick<Figures, "idlePssMib" | "idleCpuPerMinute" | "processes">> {
  const before = await processCost(daemon.pid);
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  const after = await processCost(daemon.pid);
  return {
    idlePssMib: after.pssMib,
    idleCpuPerMinute: (after.cpuSeconds - before.cpuSeconds) * 60 / IDLE_SECONDS,
    processes: after.processes,
  };
}
