/** What an OSD of the swarm tells about itself: identity, metadata, options. Sizes are those of a real one. */

import { encodeAll } from "../../mgr/encoding/mod.ts";
import { optionRows } from "../../mgr/config/option_table.ts";
import { ConfigDefaults, ConfigLevel, DaemonConfig } from "../../mgr/types/daemon_config.ts";
import type { EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import { AddrType } from "../../mgr/types/entity_addr.ts";

const OSDS_PER_HOST = 20;

/** As tests/fakes/big_osd_map.ts has it in the first map. */
export function osdUuid(osd: number): string {
  return `00000000-0000-4000-8000-${osd.toString(16).padStart(12, "0")}`;
}

/** One of the addresses of an OSD that nobody dials. */
export function osdAddrs(osd: number, port: number): EntityAddrVec {
  const host = Math.floor(osd / OSDS_PER_HOST);
  const ip = `10.0.${host >> 8}.${host & 0xff}`;
  return [{ type: AddrType.msgr2, nonce: 1000 + osd, ip, port: 6800 + (osd % OSDS_PER_HOST) * 8 + port }];
}

/** The metadata that it boots with: 49 pairs, as of an OSD on a BlueStore with a separate DB. */
export function osdMetadata(osd: number): Map<string, string> {
  const host = Math.floor(osd / OSDS_PER_HOST);
  const device = `sd${String.fromCharCode(97 + osd % OSDS_PER_HOST)}`;
  const addr = JSON.stringify(osdAddrs(osd, 0));
  return new Map(Object.entries({
    arch: "x86_64",
    back_addr: addr,
    back_iface: "bond0",
    bluefs: "1",
    bluefs_dedicated_db: "1",
    bluefs_dedicated_wal: "0",
    bluefs_db_access_mode: "blk",
    bluefs_db_block_size: "4096",
    bluefs_db_dev_node: "/dev/dm-3",
    bluefs_db_driver: "KernelDevice",
    bluefs_db_partition_path: `/dev/dm-${osd % OSDS_PER_HOST}`,
    bluefs_db_rotational: "0",
    bluefs_db_size: "62277025792",
    bluefs_db_support_discard: "1",
    bluefs_db_type: "ssd",
    bluefs_single_shared_device: "0",
    bluestore_bdev_access_mode: "blk",
    bluestore_bdev_block_size: "4096",
    bluestore_bdev_dev_node: `/dev/${device}`,
    bluestore_bdev_driver: "KernelDevice",
    bluestore_bdev_partition_path: `/dev/${device}`,
    bluestore_bdev_rotational: "1",
    bluestore_bdev_size: "4000782942208",
    bluestore_bdev_support_discard: "0",
    bluestore_bdev_type: "hdd",
    ceph_release: "pacific",
    ceph_version: "ceph version 16.2.15 (618f440892089921c3e944a991122ddc44e60516) pacific (stable)",
    ceph_version_short: "16.2.15",
    cpu: "Intel(R) Xeon(R) Silver 4214 CPU @ 2.20GHz",
    default_device_class: "hdd",
    device_ids: `${device}=ATA_HGST_HUS726T4TAL_${osd.toString(36).padStart(8, "V")}`,
    device_paths: `${device}=/dev/disk/by-path/pci-0000:3b:00.0-sas-phy${osd % OSDS_PER_HOST}-lun-0`,
    devices: device,
    distro: "debian",
    distro_description: "Debian GNU/Linux 12 (bookworm)",
    distro_version: "12",
    front_addr: addr,
    front_iface: "bond0",
    hb_back_addr: addr,
    hb_front_addr: addr,
    hostname: `host${host}`,
    journal_rotational: "0",
    kernel_description: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.99-1",
    kernel_version: "6.1.0-23-amd64",
    mem_swap_kb: "0",
    mem_total_kb: "263851232",
    network_numa_unknown_ifaces: "bond0",
    objectstore_numa_nodes: "0",
    osd_data: `/var/lib/ceph/osd/ceph-${osd}`,
    osd_objectstore: "bluestore",
    os: "Linux",
    rotational: "1",
  }));
}

/** The options of an OSD that are not at their defaults: config_bl of MMgrOpen. */
export function osdConfig(osd: number): Uint8Array {
  const file = (value: string): Map<number, string> => new Map([[ConfigLevel.file, value]]);
  const values = new Map([
    ["keyring", new Map([[ConfigLevel.default, "$osd_data/keyring"]])],
    ["mon_host", file("[v2:10.0.0.1:3300,v1:10.0.0.1:6789]")],
    ["osd_data", file(`/var/lib/ceph/osd/ceph-${osd}`)],
    ["public_network", file("10.0.0.0/16")],
  ]);
  return encodeAll(DaemonConfig.encode, { values, ignoredMonConfig: new Map() });
}

/** The compiled defaults of all options: config_defaults_bl of MMgrOpen, the same bytes from every OSD, 66 kB. */
export function compiledDefaults(): Uint8Array {
  return encodeAll(ConfigDefaults.encode, new Map([...optionRows()].map(([name, [, text]]) => [name, text])));
}
