/** What a test says of its cluster, and what follows where it says nothing. */

/** A pool. */
export interface PoolSetup {
  /** Placement groups: 32 when it is left out. A power of two, or Ceph warns. */
  readonly pgNum?: number;
  /** Copies, each on another host: 3, or as many as there are hosts. With `erasure` it is k + m. */
  readonly size?: number;
  /** Copies without which nobody may write: more than half of `size`; with `erasure` k + 1. */
  readonly minSize?: number;
  /** Data and coding chunks: an erasure coded pool. */
  readonly erasure?: { readonly k: number; readonly m: number };
  /** What uses it: "rbd" when it is left out; "" is nobody, of which Ceph warns. */
  readonly application?: string;
  /** Objects in it: none when it is left out. */
  readonly objects?: number;
  /** Bytes of each object: 4 MiB when it is left out. */
  readonly objectBytes?: number;
}

/** A cluster as it begins: healthy, everything up. */
export interface ClusterSetup {
  /** OSDs: 3 when it is left out. */
  readonly osds?: number;
  /** Hosts, named host0, host1, ..; OSDs are shared out evenly. 3, more when there would be above 20 OSDs on one. */
  readonly hosts?: number;
  /** What copies must not share: each is on another host, unless this is "osd". */
  readonly failureDomain?: "host" | "osd";
  /** Names of the monitors, by rank: `["a"]` when it is left out. */
  readonly monitors?: readonly string[];
  /** By name: one pool "rbd" when it is left out. Ids count from 1 in this order. */
  readonly pools?: Readonly<Record<string, PoolSetup>>;
  /** Bytes of each OSD's device: 1 TiB when it is left out. */
  readonly deviceBytes?: number;
}

/** A pool with everything said. */
export type PoolPlan = Required<Omit<PoolSetup, "erasure">> & { readonly erasure: PoolSetup["erasure"] };

/** A cluster with everything said. */
export interface ClusterPlan {
  readonly osds: number;
  readonly hosts: number;
  readonly failureDomain: "host" | "osd";
  readonly monitors: readonly string[];
  readonly pools: ReadonlyMap<string, PoolPlan>;
  readonly deviceBytes: number;
}

const MAX_OSDS_PER_HOST = 20;
const DEFAULT_HOSTS = 3;
const DEFAULT_COPIES = 3;
const DEFAULT_PGS = 32;
const TIB = 2 ** 40;
const DEFAULT_OBJECT_BYTES = 4 * 2 ** 20;

/** Fills in what is left out. Throws a RangeError for a cluster that cannot be. */
export function planCluster(setup: ClusterSetup): ClusterPlan {
  const { osds = 3, monitors = ["a"], pools = { rbd: {} }, deviceBytes = TIB } = setup;
  const enough = Math.max(Math.min(osds, DEFAULT_HOSTS), Math.ceil(osds / MAX_OSDS_PER_HOST));
  const { hosts = enough, failureDomain = "host" } = setup;
  if (osds < 0 || (osds > 0 && (hosts < 1 || hosts > osds))) {
    throw new RangeError(`Cannot make a cluster: ${hosts} hosts cannot have ${osds} OSDs, one each at least`);
  }
  if (monitors.length === 0) throw new RangeError("Cannot make a cluster: it has no monitor");
  const plan = { osds, hosts, failureDomain, monitors, pools: new Map<string, PoolPlan>(), deviceBytes };
  const named = Object.entries(pools).map(([name, pool]) => [name, planPool(pool, placesOf(plan))] as const);
  return { ...plan, pools: new Map(named) };
}

/** How many copies a pool can have. */
export function placesOf({ hosts, osds, failureDomain }: Omit<ClusterPlan, "pools">): number {
  return failureDomain === "host" ? hosts : osds;
}

/** Fills in what is left out of a pool, of which there can be so many copies. */
export function planPool(setup: PoolSetup, places: number): PoolPlan {
  const { erasure } = setup;
  const copies = erasure ? erasure.k + erasure.m : Math.max(1, Math.min(DEFAULT_COPIES, places));
  const { size = copies } = setup;
  return {
    pgNum: DEFAULT_PGS,
    minSize: erasure ? erasure.k + 1 : size - Math.floor(size / 2),
    application: "rbd",
    objects: 0,
    objectBytes: DEFAULT_OBJECT_BYTES,
    ...setup,
    size,
    erasure,
  };
}

/** Number of the host of an OSD: neighbours share one. */
export function hostOf(osd: number, { osds, hosts }: Pick<ClusterPlan, "osds" | "hosts">): number {
  return Math.floor(osd * hosts / osds);
}
