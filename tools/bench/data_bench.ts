/** What big cluster data cost a module's process, and how long they hold up the manager meanwhile. */

import { OsdMapStore } from "../../mgr/state/osd_map_store.ts";
import { type OsdReport, PgMap } from "../../mgr/state/pg_map.ts";
import { StatFeed } from "../../mgr/stat_feed.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";
import { blankIncremental, encodeIncremental } from "../../mgr/types/osd_map_incremental.ts";
import type { UTime } from "../../mgr/types/utime.ts";
import { residentMib } from "../../mgr/host/module_process.ts";
import { bigOsdMap } from "../../tests/fakes/big_osd_map.ts";
import { FakeLayout, type FakePg, osdReport } from "../../tests/fakes/fake_cluster.ts";
import type { FakeLink } from "../../tests/host/fake_link.ts";
import { TestHost } from "../../tests/host/test_host.ts";
import { print } from "../print.ts";
import { median } from "./statistics.ts";

interface Size {
  readonly osds: number;
  readonly pgs: number;
  readonly upmaps: number;
}

const SIZES: readonly Size[] = [
  { osds: 1002, pgs: 16_385, upmaps: 0 },
  { osds: 10_000, pgs: 100_000, upmaps: 10_000 },
];

/**
 * Milliseconds of ceph-mgr 16.2.15 on two quiet cores, at 1,002 OSDs and 16,385 PGs (most of them unknown). It has no
 * cache in that release: an unchanged value costs the same.
 */
const CEPH_MGR_MS: Readonly<Record<string, number>> = {
  osd_map: 15.3,
  osd_map_tree: 1.8,
  osd_map_crush: 0.49,
  pg_dump: 712,
  pg_stats: 695,
  pg_progress: 13.3,
};

/** Compilation is over after a few rounds. */
const roundsOf = (size: Size): number => size === SIZES[0] ? 15 : 7;
/** An unchanged value is read so often in a row, and the mean taken. */
const UNCHANGED_READS = 1000;
/** OSDs report about each PG every few seconds, not all at the same moment. */
const STAMPS = 3000;
const START = 1_700_000_000;

/** Behind the header of pg_stat_t and its version. */
const SEQ_OFFSET = 6 + 12;

/** The same statistics with another reported_seq. */
function withSeq(stat: Uint8Array, seq: number): Uint8Array {
  const bytes = stat.slice();
  new DataView(bytes.buffer).setBigUint64(SEQ_OFFSET, BigInt(seq), true);
  return bytes;
}

/** A cluster whose OSDs report when they are told to. */
class Cluster {
  readonly #size: Size;
  readonly #maps = new OsdMapStore(osdMapCodec);
  readonly #pgMap = new PgMap();
  /** By OSD, as it was sent first: what makes reports anew leaves the collector little to do while others are timed. */
  readonly #first: readonly OsdReport[];
  #reports = 0;

  constructor(size: Size, link: FakeLink) {
    this.#size = size;
    const map = bigOsdMap(size);
    this.#maps.take({ maps: new Map([[map.epoch, map.bytes]]), incrementals: new Map() });
    const osds = Object.fromEntries(Array.from({ length: size.osds }, (_, osd) => [osd, {}]));
    const layout = new FakeLayout(osds, { 1: size.pgs });
    this.#first = Array.from({ length: size.osds }, (_, osd) => this.#firstReport(osd));
    this.#pgMap.osdMap(layout, { now: 0, stamp: { sec: START, nsec: 0 } });
    this.reports(size.osds);
    // Each question finds a moment of its own.
    let now = 0;
    link.statFeed = new StatFeed(this.#pgMap, () => now += 1000);
    link.osdMapEpoch = () => this.#maps.map!.epoch;
    link.osdMapSince = (have) => {
      const increments = this.#maps.incrementsSince(have);
      return increments === undefined
        ? { full: this.#maps.map!.bytes, increments: [] }
        : { full: null, increments };
    };
  }

  /** The next epoch of the OSDMap: without changes, or with one OSD that went down or came up. */
  epoch(isFlap: boolean): void {
    const { fsid, epoch, modified } = this.#maps.map!;
    const changes = isFlap ? { newState: new Map([[7, 0]]) } : {};
    const inc = { ...blankIncremental(fsid, epoch + 1, modified), ...changes };
    this.#maps.take({ maps: new Map(), incrementals: new Map([[epoch + 1, encodeIncremental(inc)]]) });
  }

  /** So many OSDs report about themselves and the PGs that they lead. */
  reports(count: number): void {
    for (const [osd, { pgStat, ...report }] of this.#first.slice(0, count).entries()) {
      const next = pgStat.map(({ pg, stat }) => ({ pg, stat: withSeq(stat, ++this.#reports) }));
      this.#pgMap.ingest(osd, { ...report, pgStat: next });
    }
  }

  #firstReport(osd: number): OsdReport {
    const { osds, pgs } = this.#size;
    const own: Record<string, FakePg> = {};
    for (let seed = osd; seed < pgs; seed += osds) own[`1.${seed.toString(16)}`] = this.#pg(seed, osd);
    return osdReport(own, { numPgs: 48 }, { 1: { total: 1e12, available: 5e11 } });
  }

  #pg(seed: number, osd: number): FakePg {
    const { osds } = this.#size;
    const stamp = (n: number): UTime => ({
      sec: START + ((seed * 7 + n * 13) % STAMPS),
      nsec: ((seed * 7919 + n * 104_729) % 1_000_000) * 1000,
    });
    const [reported, changed, became, scrub, deep] = [0, 1, 2, 3, 4].map(stamp);
    return {
      acting: [osd, (osd + 1) % osds, (osd + 2) % osds],
      version: { epoch: 30, version: 500 + seed },
      stats: { numBytes: 2 ** 33 + seed, numObjects: 2000 + seed },
      ...{ lastFresh: reported!, lastActive: reported!, lastPeered: reported!, lastClean: reported! },
      ...{
        lastUnstale: reported!,
        lastUndegraded: reported!,
        lastFullsized: reported!,
        lastChange: changed!,
      },
      ...{ lastBecameActive: became!, lastBecamePeered: became! },
      ...{ lastScrubStamp: scrub!, lastCleanScrubStamp: scrub!, lastDeepScrubStamp: deep! },
    };
  }
}

/**
 * Milliseconds in the module, and of its thread's processor; the longest that the manager's loop was held up, in
 * milliseconds of its processor. What else the machine does shows in the first figure alone.
 */
interface Figure {
  readonly ms: number;
  readonly cpu: number;
  readonly gap: number;
}

/** Milliseconds that a thread has run. */
function cpuMs(thread: string): number {
  return Number(Deno.readTextFileSync(`/proc/${thread}/schedstat`).split(" ")[0]) / 1e6;
}

async function timed(host: TestHost, name: string, times: number): Promise<Figure> {
  const thread = String(host.status("reads").pid);
  const cpu = cpuMs(thread);
  let last = cpuMs("thread-self");
  let gap = 0;
  const probe = setInterval(() => {
    const now = cpuMs("thread-self");
    gap = Math.max(gap, now - last);
    last = now;
  });
  try {
    const { retval, stdout, stderr } = await host.command("read time", { name, times });
    if (retval !== 0) throw new Error(stderr);
    return { ms: Number(stdout), cpu: (cpuMs(thread) - cpu) / times, gap };
  } finally {
    clearInterval(probe);
  }
}

interface Rounds {
  readonly rounds: number;
  /** In each round. */
  readonly reads: number;
  /** Comes before each round. */
  readonly change: () => void;
}

async function repeated(host: TestHost, name: string, { rounds, reads, change }: Rounds): Promise<Figure> {
  const figures: Figure[] = [];
  for (let i = 0; i < rounds; i++) {
    change();
    figures.push(await timed(host, name, reads));
  }
  return {
    ms: median(figures.map(({ ms }) => ms)),
    cpu: median(figures.map(({ cpu }) => cpu)),
    gap: Math.max(...figures.map(({ gap }) => gap)),
  };
}

type Change = (cluster: Cluster, size: Size) => void;
const quietEpoch: Change = (cluster) => cluster.epoch(false);
const flap: Change = (cluster) => cluster.epoch(true);
const everybody: Change = (cluster, { osds }) => cluster.reports(osds);
const oneOsd: Change = (cluster) => cluster.reports(1);

/** Name, and what comes before it is read. */
const ROWS: readonly (readonly [name: string, change: string, Change])[] = [
  ["osd_map", "an OSD down or up", flap],
  ["osd_map", "any other epoch", quietEpoch],
  ["osd_map_tree", "an OSD down or up", flap],
  ["osd_map_crush", "an OSD down or up", flap],
  ["pg_dump", "reports of all OSDs", everybody],
  ["pg_dump", "a report of one OSD", oneOsd],
  ["pg_stats", "reports of all OSDs", everybody],
  ["pg_progress", "reports of all OSDs", everybody],
];

function printRow(name: string, change: string, changed: Figure, same: Figure, size: Size): void {
  const real = size === SIZES[0] ? CEPH_MGR_MS[name] : undefined;
  const ratio = real === undefined ? "-" : (changed.ms / real).toFixed(2);
  const cells = [
    changed.ms.toFixed(1),
    changed.cpu.toFixed(1),
    String(real ?? "-"),
    ratio,
    (same.ms * 1000).toFixed(2),
  ];
  const gap = Math.max(changed.gap, same.gap).toFixed(1);
  print(`${name.padEnd(15)}${change.padEnd(21)}${[...cells, gap].map((cell) => cell.padStart(11)).join("")}`);
}

async function benchSize(size: Size): Promise<void> {
  await using host = await TestHost.start(["reads"]);
  const cluster = new Cluster(size, host.link);
  host.link.data.set("pg_ready", { pg_ready: true });
  await host.state("reads", "serving");
  print(`\n${size.osds} OSDs, ${size.pgs} PGs: get() of a module, medians of ${roundsOf(size)}`);
  const heads = ["changed ms", "cpu ms", "ceph-mgr", "ratio", "same us", "gap ms"];
  print(`${"name".padEnd(15)}${"after".padEnd(21)}${heads.map((head) => head.padStart(11)).join("")}`);
  for (const [name, what, change] of ROWS) {
    const rounds = roundsOf(size);
    const changed = await repeated(host, name, { rounds, reads: 1, change: () => change(cluster, size) });
    const same = await repeated(host, name, { rounds: 3, reads: UNCHANGED_READS, change: () => {} });
    printRow(name, what, changed, same, size);
  }
  const { pid } = host.status("reads");
  print(`resident memory of the module: ${await residentMib(pid!)} MiB`);
}

/** Prints a table for each size. "gap" is the longest that the manager's loop was busy at once. */
export async function benchData(): Promise<void> {
  for (const size of SIZES) await benchSize(size);
}
