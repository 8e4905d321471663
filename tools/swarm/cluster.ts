/** The cluster that a swarm lives in: a real monitor whose first OSDMap has all OSDs and pools. */

import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import { ZERO_TIME } from "../../mgr/types/utime.ts";
import { monitorAddr } from "../../tests/cluster/mon_session.ts";
import { RealCluster } from "../../tests/cluster/real_cluster.ts";
import { bigOsdMap } from "../../tests/fakes/big_osd_map.ts";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { OsdState } from "../../mgr/types/osd_map_bits.ts";
import { BEACON_CONF } from "./beacons.ts";
import type { Common, SwarmPlan } from "./plan.ts";

/** OSDs that send none are not marked down; boots make few epochs. */
const CONF = [
  ...BEACON_CONF,
  "mon osd report timeout = 86400",
  "mon osd prime pg temp = false",
  "mon max pg per osd = 100000",
];

/** A monitor that knows all OSDs, which are down, and their keys. */
export async function startCluster(plan: SwarmPlan): Promise<{ cluster: RealCluster; common: Common }> {
  const osdKey = CryptoKey.generate(KeyType.aes, (n) => crypto.getRandomValues(new Uint8Array(n)), ZERO_TIME)
    .toBase64();
  const cluster = await RealCluster.start({
    conf: CONF,
    osdMap: firstMap(plan),
    keys: keyring(plan, osdKey),
  });
  const text = await Deno.readTextFile(`${cluster.directory}/keyring`);
  const adminKey = Keyring.parse(text, "keyring").get("client.admin")!.toBase64();
  await calmModules(cluster);
  const monitor = await monitorAddr(cluster);
  return { cluster, common: { plan, fsid: cluster.fsid, monitor, adminKey, osdKey } };
}

/**
 * Options of modules that ceph-mgr always runs. devicehealth would make a pool, whose PG nobody in the swarm leads: it
 * would stay unknown. The balancer would move PGs, and the OSDs of the swarm move none.
 */
const CALM = ["devicehealth/enable_monitoring", "balancer/active"];

async function calmModules(cluster: RealCluster): Promise<void> {
  for (const option of CALM) {
    const words = { who: "mgr", name: `mgr/${option}`, value: "false", force: true };
    const { code, err } = await cluster.command("mon", { prefix: "config set", ...words });
    if (code !== 0) throw new Error(`Cannot set ${option}: ${err}`);
  }
}

function firstMap({ osds, pgs }: SwarmPlan): Uint8Array {
  const up = bigOsdMap({ osds, pgs, upmaps: 0 });
  const ids = Array.from({ length: osds }, (_, id) => id);
  return nextEpoch(up, { newState: new Map(ids.map((id) => [id, OsdState.up])) }).bytes;
}

function keyring({ osds }: SwarmPlan, key: string): string {
  const caps = ["mon", "mgr"].map((service) => `\tcaps ${service} = "allow profile osd"\n`).join("");
  const section = (osd: number): string => `[osd.${osd}]\n\tkey = ${key}\n${caps}`;
  return Array.from({ length: osds }, (_, osd) => section(osd)).join("");
}
