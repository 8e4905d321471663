/** One run: a cluster, a swarm around a manager, and what is measured from start to end. */

import { type DaemonProcess, RealCluster } from "../../tests/cluster/real_cluster.ts";
import { processCost } from "../bench/process_cost.ts";
import { percentile } from "../bench/statistics.ts";
import { BEACON_MS, beaconsIn, worstLateness } from "./beacons.ts";
import { startCluster } from "./cluster.ts";
import { type MemorySample, MemoryWatch, residentMib } from "./memory.ts";
import { type Common, sharesOf, sumOf, type SwarmPlan, type Tally } from "./plan.ts";
import { CommandProbe } from "./probe.ts";
import { WorkerProcess } from "./worker_process.ts";

/** Which manager, and for how long. */
export interface RunOptions {
  readonly manager: "ganglion" | "ceph-mgr";
  /** Of steady reporting. */
  readonly seconds: number;
  /** Without the swarm, for comparison; 10 by default. */
  readonly idleSeconds?: number;
  /** Until reports have spread and caches are warm; 12 by default. */
  readonly settleSeconds?: number;
  /** Told what happens, for people. */
  readonly note: (line: string) => void;
}

/** What was measured. Times are seconds unless they say ms. */
export interface SwarmFigures {
  readonly bootSeconds: number;
  readonly idleP50Ms: number;
  readonly idleP99Ms: number;
  readonly idlePssMib: number;
  /** From the word to begin until all sessions were open, and until the monitors had statistics of all PGs. */
  readonly connectSeconds: number;
  readonly digestSeconds: number;
  /** Processor seconds of the manager until all sessions were open. */
  readonly connectCpuSeconds: number;
  /** Reports of OSDs in a second, each with counters and PGs. */
  readonly reportsPerSecond: number;
  /** Processor seconds in a second. */
  readonly cores: number;
  readonly busyP50Ms: number;
  readonly busyP99Ms: number;
  readonly busyMaxMs: number;
  /** At the beginning and at the end of the steady time. */
  readonly startPssMib: number;
  readonly endPssMib: number;
  /** Of the manager's process in the steady time. */
  readonly memory: readonly MemorySample[];
  /** After `mgr fail`. */
  readonly reconnectSeconds: number;
  readonly reconnectCpuSeconds: number;
  readonly redigestSeconds: number;
  /** The greatest that the manager's process ever was. */
  readonly peakRssMib: number;
  readonly beaconLateMs: number;
  readonly beaconLateFailMs: number;
  /** Sessions lost that nobody ended. */
  readonly losses: number;
}

const POLL_MS = 100;
const WAIT_MS = 180_000;
/** Between two words about a wait that takes long. */
const NOTE_MS = 10_000;
const IDLE_SECONDS = 10;
const SETTLE_SECONDS = 12;
/**
 * Before a run whose question is whether memory grows: 20 samples of each counter are there after 100 s, and the heap has
 * grown to the size that it keeps.
 */
const WARM_SECONDS = 120;
const LONG_SECONDS = 600;
const MEMORY_SECONDS = 10;

const sleep = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Starts everything, measures, and ends everything. */
export async function runSwarm(plan: SwarmPlan, options: RunOptions): Promise<SwarmFigures> {
  const { cluster, common } = await startCluster(plan);
  await using _ = cluster;
  await using swarm = new Swarm(cluster, common, options);
  return await swarm.run();
}

type Sessions = Pick<SwarmFigures, "connectSeconds" | "connectCpuSeconds" | "digestSeconds">;

interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cpuSeconds: number;
}

/** The part of it that is looked at. */
interface MgrMapDump {
  readonly available: boolean;
  readonly active_gid: number;
  readonly active_addrs: { readonly addrvec: readonly { type: string; addr: string; nonce: number }[] };
}

/** Of the next one something differs: ceph-mgr starts anew and has another gid, Ganglion goes on with another nonce. */
function tenureOf({ active_gid, active_addrs }: MgrMapDump): string {
  return JSON.stringify([active_gid, active_addrs]);
}

async function moment({ pid }: DaemonProcess): Promise<Moment> {
  return { at: Date.now(), cpuSeconds: (await processCost(pid)).cpuSeconds };
}

class Swarm implements AsyncDisposable {
  readonly #cluster: RealCluster;
  readonly #common: Common;
  readonly #options: RunOptions;
  readonly #workers: WorkerProcess[];

  constructor(cluster: RealCluster, common: Common, options: RunOptions) {
    this.#cluster = cluster;
    this.#common = common;
    this.#options = options;
    this.#workers = sharesOf(common).map((share) => new WorkerProcess(share));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
  }

  async run(): Promise<SwarmFigures> {
    const { osds } = this.#common.plan;
    const bootSeconds = await this.#until(`${osds} OSDs booted`, () => this.#tally.booted === osds);
    await this.#until("all OSDs up", () => this.#upOsds(osds));
    const manager = await this.#startManager();
    using probe = new CommandProbe(this.#common);
    await this.#until("a session of the probe", () => probe.isOpen);
    const idle = await probe.measure(this.#options.idleSeconds ?? IDLE_SECONDS);
    const idlePssMib = (await processCost(manager.pid)).pssMib;
    const joined = await this.#join(manager);
    const steady = await this.#steady(manager, probe);
    const failed = await this.#fail(manager);
    const { losses, lastLoss } = this.#tally;
    if (losses > 0) this.#options.note(`the last session was lost because ${lastLoss}`);
    return {
      bootSeconds,
      idleP50Ms: percentile(idle, 0.5),
      idleP99Ms: percentile(idle, 0.99),
      idlePssMib,
      ...joined,
      ...steady,
      ...failed,
      peakRssMib: await residentMib(manager.pid, "VmHWM"),
      losses,
    };
  }

  get #tally(): Tally {
    return sumOf(this.#workers.map(({ tally }) => tally));
  }

  async #startManager(): Promise<DaemonProcess> {
    const manager = this.#options.manager === "ganglion"
      ? await this.#cluster.startGanglion("x")
      : await this.#cluster.startRealMgr("x");
    await this.#until("the manager available", async () => (await this.#managerAddr()) !== "");
    return manager;
  }

  #settle(seconds = SETTLE_SECONDS): Promise<void> {
    return sleep(this.#options.settleSeconds ?? seconds);
  }

  async #join(manager: DaemonProcess): Promise<Sessions> {
    const before = await moment(manager);
    for (const worker of this.#workers) worker.follow();
    return await this.#sessions(manager, before);
  }

  /** All sessions of the present manager open, then a digest of it. */
  async #sessions({ pid }: DaemonProcess, { at, cpuSeconds }: Moment): Promise<Sessions> {
    let manager = "";
    // It takes its word back for a moment when modules come that the monitors have not heard of.
    await this.#until("its address", async () => (manager = await this.#managerAddr()) !== "");
    const { osds, clients } = this.#common.plan;
    await this.#until(`${osds} + ${clients} sessions with ${manager}`, () => {
      const tally = this.#tally;
      return tally.manager === manager && tally.osdSessions === osds && tally.clientSessions === clients;
    });
    const connectSeconds = (Date.now() - at) / 1000;
    const connectCpuSeconds = (await processCost(pid)).cpuSeconds - cpuSeconds;
    await this.#until("a digest", () => this.#hasDigest(at));
    return { connectSeconds, connectCpuSeconds, digestSeconds: (Date.now() - at) / 1000 };
  }

  async #steady(
    { pid }: DaemonProcess,
    probe: CommandProbe,
  ): Promise<
    Pick<
      SwarmFigures,
      | "reportsPerSecond"
      | "cores"
      | "busyP50Ms"
      | "busyP99Ms"
      | "busyMaxMs"
      | "startPssMib"
      | "endPssMib"
      | "memory"
      | "beaconLateMs"
    >
  > {
    await this.#settle(this.#options.seconds < LONG_SECONDS ? SETTLE_SECONDS : WARM_SECONDS);
    const from = Date.now();
    const [before, reportsBefore] = [await processCost(pid), this.#tally.reports];
    using watch = new MemoryWatch(pid, MEMORY_SECONDS);
    const ms = await probe.measure(this.#options.seconds);
    const seconds = (Date.now() - from) / 1000;
    const [after, reportsAfter] = [await processCost(pid), this.#tally.reports];
    return {
      reportsPerSecond: (reportsAfter - reportsBefore) / seconds,
      cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
      busyP50Ms: percentile(ms, 0.5),
      busyP99Ms: percentile(ms, 0.99),
      busyMaxMs: Math.max(...ms),
      startPssMib: before.pssMib,
      endPssMib: after.pssMib,
      memory: watch.samples,
      beaconLateMs: await this.#lateness(from),
    };
  }

  async #fail(
    daemon: DaemonProcess,
  ): Promise<
    Pick<SwarmFigures, "reconnectSeconds" | "reconnectCpuSeconds" | "redigestSeconds" | "beaconLateFailMs">
  > {
    const before = await moment(daemon);
    const former = tenureOf(await this.#mgrMap());
    await this.#cluster.command("mon", { prefix: "mgr fail", who: "x" });
    await this.#until("the next tenure", async () => {
      const map = await this.#mgrMap();
      return map.available && tenureOf(map) !== former;
    });
    const { connectSeconds, connectCpuSeconds, digestSeconds } = await this.#sessions(daemon, before);
    await this.#settle();
    return {
      reconnectSeconds: connectSeconds,
      reconnectCpuSeconds: connectCpuSeconds,
      redigestSeconds: digestSeconds,
      beaconLateFailMs: await this.#lateness(before.at),
    };
  }

  async #lateness(from: number): Promise<number> {
    return worstLateness(beaconsIn(await this.#cluster.log("mon.a")), { from, until: Date.now() }, BEACON_MS);
  }

  async #upOsds(osds: number): Promise<boolean> {
    const stat = await this.#cluster.commandJson<{ num_up_osds: number }>("mon", { prefix: "osd stat" });
    return stat.num_up_osds === osds;
  }

  /** `v2:127.0.0.1:6800/1234`; "" while none is available. */
  async #managerAddr(): Promise<string> {
    const { available, active_addrs } = await this.#mgrMap();
    const addr = active_addrs.addrvec.find(({ type }) => type === "v2");
    return available && addr ? `v2:${addr.addr}/${addr.nonce}` : "";
  }

  #mgrMap(): Promise<MgrMapDump> {
    return this.#cluster.commandJson<MgrMapDump>("mon", { prefix: "mgr dump" });
  }

  /** A manager tells each digest in the cluster's log, in a line of the lowest level. */
  async #hasDigest(from: number): Promise<boolean> {
    const { pgs } = this.#common.plan;
    const log = await this.#cluster.commandJson<readonly { stamp: string; message: string }[]>("mon", {
      prefix: "log last",
      num: 50,
      level: "debug",
      channel: "cluster",
    });
    return log.some(({ stamp, message }) =>
      Date.parse(stamp.replace(/\+0000$/, "Z")) >= from && message.includes(`${pgs} pgs: ${pgs} active+clean`)
    );
  }

  /** Resolves with the seconds it took. */
  async #until(what: string, done: () => boolean | Promise<boolean>): Promise<number> {
    const from = performance.now();
    let noted = from;
    while (!(await done())) {
      if (performance.now() - from > WAIT_MS) {
        throw new Error(`Cannot wait for ${what} any longer: ${JSON.stringify(this.#tally)}`);
      }
      await sleep(POLL_MS / 1000);
      if (performance.now() - noted > NOTE_MS) {
        noted = performance.now();
        this.#options.note(`${what}: ${JSON.stringify(this.#tally)}`);
      }
    }
    const seconds = (performance.now() - from) / 1000;
    this.#options.note(`${what} after ${seconds.toFixed(1)} s`);
    return seconds;
  }
}
