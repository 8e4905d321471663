/** What daemons say of themselves, and the counters that OSDs report. */

import { encodeAll } from "../../../mgr/encoding/mod.ts";
import { CEPH_VERSION } from "../../../mgr/config/release.ts";
import type { DaemonIndex } from "../../../mgr/state/daemon_state.ts";
import type { PerfCounters } from "../../../mgr/state/perf_counters.ts";
import { formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import { PerfCounterBit, type PerfCounterType } from "../../../mgr/types/perf_counter_type.ts";
import { osdAddrs } from "./osd_map.ts";
import { type ClusterPlan, hostOf } from "./setup.ts";

const RISING = PerfCounterBit.u64 | PerfCounterBit.counter;
const PRESENT = PerfCounterBit.u64;
const AVERAGE = PerfCounterBit.time | PerfCounterBit.longRunAvg;
const NONE = 1;
const BYTES = 0;

/** Path, type, priority, unit, nick and description. Upstream: build_osd_logger in osd/osd_perf_counters.cc */
const ROWS = [
  ["osd.numpg", PRESENT, 5, NONE, "pgs", "Placement groups"],
  ["osd.op", RISING, 10, NONE, "ops", "Client operations"],
  ["osd.op_in_bytes", RISING, 8, BYTES, "wr", "Client operations total write size"],
  ["osd.op_latency", AVERAGE, 9, NONE, "l", "Latency of client operations (including queue time)"],
  ["osd.op_out_bytes", RISING, 8, BYTES, "rd", "Client operations total read size"],
  ["osd.op_r", RISING, 5, NONE, "", "Client read operations"],
  ["osd.op_r_latency", AVERAGE, 5, NONE, "", "Latency of read operation (including queue time)"],
  ["osd.op_r_out_bytes", RISING, 5, BYTES, "", "Client data read"],
  ["osd.op_w", RISING, 5, NONE, "", "Client write operations"],
  ["osd.op_w_in_bytes", RISING, 5, NONE, "", "Client data written"],
  ["osd.op_w_latency", AVERAGE, 5, NONE, "", "Latency of write operation (including queue time)"],
  ["osd.op_wip", PRESENT, 5, NONE, "", "Replication operations currently being processed (primary)"],
  ["osd.recovery_bytes", RISING, 8, NONE, "rbt", "recovery bytes"],
  ["osd.recovery_ops", RISING, 8, NONE, "rop", "Started recovery operations"],
  ["osd.stat_bytes", PRESENT, 5, BYTES, "size", "OSD size"],
  ["osd.stat_bytes_used", PRESENT, 5, BYTES, "used", "Used space"],
] as const;

/** The counters that every OSD of a test cluster has: some of a real one's, in the order of their paths. */
export const OSD_COUNTERS: readonly PerfCounterType[] = ROWS.map((
  [path, type, priority, unit, nick, description],
) => ({ path, type, priority, unit, nick, description }));

/** A counter's value; of an average its sum (nanoseconds) and count. */
export type CounterValue = number | readonly [sum: number, count: number];

/** The `packed` of a report: the values in the order of the counters; what is not there is 0. */
export function packValues(values: ReadonlyMap<string, CounterValue>): Uint8Array {
  return encodeAll((e) =>
    e.versioned(1, 1, (e) => {
      for (const { path, type } of OSD_COUNTERS) {
        const value = values.get(path) ?? 0;
        const [sum, count] = typeof value === "number" ? [value, 0] : value;
        e.u64n(sum);
        if ((type & PerfCounterBit.longRunAvg) !== 0) e.u64n(count).u64n(count);
      }
    }), undefined);
}

/** Puts all daemons of a new cluster on record, OSDs with their counters. */
export function registerDaemons(
  index: DaemonIndex,
  counters: PerfCounters,
  plan: ClusterPlan,
  managers: readonly string[],
): void {
  for (const name of plan.monitors) index.load("mon", { name, ...common(`mon-${name}`) });
  for (const name of managers) index.load("mgr", { name, ...common(`mgr-${name}`) });
  for (let osd = 0; osd < plan.osds; osd++) {
    const state = index.load("osd", { id: osd, ...osdMetadata(osd, plan) })!;
    state.counters = counters.open();
    state.counters.declare(OSD_COUNTERS, []);
  }
}

function common(hostname: string): Record<string, string> {
  return {
    arch: "x86_64",
    ceph_release: "pacific",
    ceph_version: CEPH_VERSION,
    ceph_version_short: "16.2.15",
    cpu: "Test CPU",
    distro: "debian",
    distro_description: "Debian GNU/Linux 12 (bookworm)",
    distro_version: "12",
    hostname,
    kernel_description: "#1 SMP",
    kernel_version: "6.1.0",
    mem_swap_kb: "0",
    mem_total_kb: "16777216",
    os: "Linux",
  };
}

/** An OSD's metadata, the names of a real one. */
function osdMetadata(osd: number, plan: ClusterPlan): Record<string, string> {
  const addrs = (messenger: number): string => formatAddrVec(osdAddrs(osd, plan, messenger));
  return {
    ...common(`host${hostOf(osd, plan)}`),
    front_addr: addrs(0),
    back_addr: addrs(1),
    hb_back_addr: addrs(2),
    hb_front_addr: addrs(3),
    default_device_class: "hdd",
    device_ids: `sd${osd}=TEST_DISK_${osd}`,
    device_paths: "",
    devices: `sd${osd}`,
    osd_data: `/var/lib/ceph/osd/ceph-${osd}`,
    osd_objectstore: "bluestore",
    rotational: "1",
  };
}
