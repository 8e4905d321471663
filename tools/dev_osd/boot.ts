/** How a simulated OSD comes up: its place in CRUSH, its identity, what it says of its machine. */

import { getLogger } from "@logtape/logtape";
import { CEPH_RELEASE, CEPH_VERSION, CEPH_VERSION_SHORT } from "../../mgr/config/release.ts";
import { daemonMetadata } from "../../mgr/daemon_metadata.ts";
import type { MonClient } from "../../mgr/mon/mon_client.ts";
import type { CompatSet } from "../../mgr/types/compat_set.ts";
import { type EntityAddrVec, formatAddrVec } from "../../mgr/types/entity_addr.ts";
import type { MOSDBoot } from "../dev_monitor/messages/osd_boot.ts";

const log = getLogger(["ganglion", "dev_osd"]);

const COMMAND_MS = 10_000;
/** A TiB has the weight 1. */
const TIB = 2 ** 40;
/** What a 16.2.15 OSD announces. */
const OSD_FEATURES = 0x3f01cfbdfffdffffn;
const NO_FEATURES = { mask: 1n, names: new Map<bigint, string>() };
const NO_COMPAT: CompatSet = { compat: NO_FEATURES, roCompat: NO_FEATURES, incompat: NO_FEATURES };

/** What an OSD is made as. */
export interface OsdPlan {
  readonly id: number;
  /** Name of the pretended host. */
  readonly host: string;
  readonly uuid: string;
  readonly deviceBytes: number;
}

/** Weight in CRUSH, with the digits that a real OSD sends. */
export function crushWeight({ deviceBytes }: OsdPlan): number {
  return Number((deviceBytes / TIB).toFixed(4));
}

/** The commands that put it into CRUSH, as real OSDs send them at each start. */
function placingCommands(plan: OsdPlan): Record<string, unknown>[] {
  const { id, host } = plan;
  return [
    { prefix: "osd crush set-device-class", class: "hdd", ids: [String(id)] },
    {
      prefix: "osd crush create-or-move",
      id,
      weight: crushWeight(plan),
      args: [`host=${host}`, "root=default"],
    },
  ];
}

/** Puts it into CRUSH. An OSD that cannot be placed boots all the same: an operator may have put it elsewhere. */
export async function placeOsd(mon: MonClient, plan: OsdPlan): Promise<void> {
  for (const command of placingCommands(plan)) {
    try {
      const { r, rs } = await mon.command(command, { timeoutMs: COMMAND_MS });
      if (r < 0) log.debug(`osd.${plan.id}: ${command.prefix}: ${rs}`);
    } catch (e) {
      log.debug(`osd.${plan.id}: ${e instanceof Error ? e.message : e}`);
    }
  }
}

/** What `ceph osd metadata` shows. */
export function osdMetadata({ id, host, deviceBytes }: OsdPlan, addrs: EntityAddrVec): Map<string, string> {
  const text = formatAddrVec(addrs);
  const program = new Map([
    ["ceph_release", CEPH_RELEASE],
    ["ceph_version", CEPH_VERSION],
    ["ceph_version_short", CEPH_VERSION_SHORT],
  ]);
  const own: Record<string, string> = {
    back_addr: text,
    front_addr: text,
    hb_back_addr: text,
    hb_front_addr: text,
    default_device_class: "hdd",
    device_ids: "",
    device_paths: "",
    devices: "",
    hostname: host,
    journal_rotational: "1",
    osd_data: `/var/lib/ceph/osd/ceph-${id}`,
    osd_objectstore: "simulated",
    rotational: "1",
    simulated_bytes: String(deviceBytes),
  };
  return new Map([...daemonMetadata(program), ...Object.entries(own)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The boot itself. */
export function bootMessage(
  plan: OsdPlan,
  fsid: string,
  epoch: number,
  bootEpoch: number,
  addrs: EntityAddrVec,
): MOSDBoot {
  return {
    superblock: {
      clusterFsid: fsid,
      whoami: plan.id,
      currentEpoch: epoch,
      oldestMap: 1,
      newestMap: epoch,
      weight: 0,
      compatFeatures: NO_COMPAT,
      cleanThru: 0,
      mounted: 0,
      osdFsid: plan.uuid,
      purgedSnapsLast: 0,
      lastPurgedSnapsScrub: { sec: 0, nsec: 0 },
    },
    hbBackAddrs: addrs,
    clusterAddrs: addrs,
    bootEpoch,
    hbFrontAddrs: addrs,
    metadata: osdMetadata(plan, addrs),
    osdFeatures: OSD_FEATURES,
  };
}
