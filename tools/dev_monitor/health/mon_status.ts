/** The state of the quorum, which is one monitor. Upstream: Monitor::get_mon_status, _quorum_status */

import { entityTypeName } from "../../../mgr/types/entity_name.ts";
import { dumpMonMap, monFeatureNames } from "../../../mgr/types/mon_map.ts";
import { SUPPORTED_FEATURES } from "../../../mgr/msgr/features.ts";
import type { CephJson } from "../format/ceph_json.ts";
import type { MonitorContext } from "../server/context.ts";

/** Release that a peer with these features belongs to. Upstream: ceph_release_from_features: the bits of later ones are not in use */
const RELEASE = "luminous";

const SELF = "a";

/** Seconds since the monitor started. */
export function quorumAge({ clock, startedAt }: MonitorContext): number {
  return Math.floor((clock.now() - startedAt) / 1000);
}

const monMapJson = ({ state }: MonitorContext): CephJson => dumpMonMap(state.mon.map);

/** `ceph tell mon.a mon_status`, and the digest of managers. */
export function monStatus(monitor: MonitorContext): CephJson {
  const { state } = monitor;
  const required = monFeatureNames(state.mon.map.persistentFeatures);
  return {
    name: SELF,
    rank: 0,
    state: "leader",
    election_epoch: state.mon.electionEpoch,
    quorum: [0],
    quorum_age: quorumAge(monitor),
    features: {
      required_con: "2449958747317026820",
      required_mon: required,
      quorum_con: String(SUPPORTED_FEATURES),
      quorum_mon: required,
    },
    outside_quorum: [],
    extra_probe_peers: [],
    sync_provider: [],
    monmap: monMapJson(monitor),
    feature_map: featureMap(monitor),
    stretch_mode: false,
  };
}

/** `ceph quorum_status` */
export function quorumStatus(monitor: MonitorContext): CephJson {
  const { state } = monitor;
  return {
    election_epoch: state.mon.electionEpoch,
    quorum: [0],
    quorum_names: [SELF],
    quorum_leader_name: SELF,
    quorum_age: quorumAge(monitor),
    features: {
      quorum_con: String(SUPPORTED_FEATURES),
      quorum_mon: monFeatureNames(state.mon.map.persistentFeatures),
    },
    monmap: monMapJson(monitor),
  };
}

/** Number of peers by kind and features. Upstream: FeatureMap::dump */
export function featureMap({ sessions }: MonitorContext): CephJson {
  const counts = new Map<number, Map<bigint, number>>([[1, new Map([[SUPPORTED_FEATURES, 1]])]]);
  for (const { name, peer } of sessions) {
    const byFeatures = counts.get(name.type) ?? new Map<bigint, number>();
    counts.set(name.type, byFeatures.set(peer.features, (byFeatures.get(peer.features) ?? 0) + 1));
  }
  const groups = [...counts].sort(([a], [b]) => a - b).map(([type, byFeatures]): [string, CephJson] => [
    entityTypeName(type),
    [...byFeatures].map(([features, num]) => ({
      features: `0x${features.toString(16)}`,
      release: RELEASE,
      num,
    })),
  ]);
  return new Map(groups);
}
