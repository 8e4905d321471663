/** The monitors: there is one. Upstream: mon/MonmapMonitor.cc */

import { encodeAll } from "../../../mgr/encoding/mod.ts";
import { formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import { dumpMonMap, MonMap } from "../../../mgr/types/mon_map.ts";
import { releaseName } from "../../../mgr/types/release_name.ts";
import { formatUtime } from "../../../mgr/types/utime.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { monMetadata } from "../status/mon_metadata.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";
import { countBy } from "./status.ts";

/** The map, when it is that of the wanted epoch. */
function wantedMap({ args, monitor }: Call): MonMap {
  const { map } = monitor.state.mon;
  const epoch = args.optionalNumber("epoch") ?? map.epoch;
  if (epoch !== 0 && epoch !== map.epoch) throw fail("noent", `there is no map for epoch ${epoch}`);
  return map;
}

function dump(call: Call): Answer {
  const map = wantedMap(call);
  const err = `dumped monmap epoch ${map.epoch}`;
  if (call.format !== "plain") {
    return { ...showLine(call, { ...dumpMonMap(map) as Record<string, CephJson>, quorum: [0] }), err };
  }
  return { out: mapText(map), err };
}

/** Upstream: MonMap::print */
function mapText(map: MonMap): string {
  const mons = map.ranks.map((name, rank) =>
    `${rank}: ${formatAddrVec(map.monInfo.get(name)!.publicAddrs)} mon.${name}\n`
  );
  return `epoch ${map.epoch}
fsid ${map.fsid}
last_changed ${formatUtime(map.lastChanged)}
created ${formatUtime(map.created)}
min_mon_release ${map.minMonRelease} (${releaseName(map.minMonRelease)})
election_strategy: ${map.strategy}
${mons.join("")}`;
}

function stat(call: Call): Answer {
  const { map, electionEpoch } = call.monitor.state.mon;
  if (call.format !== "plain") {
    return showLine(call, {
      epoch: map.epoch,
      min_mon_release_name: releaseName(map.minMonRelease),
      num_mons: 1,
      leader: "a",
      quorum: [{ rank: 0, name: "a" }],
    });
  }
  const addrs = formatAddrVec(map.monInfo.get("a")!.publicAddrs);
  return {
    out:
      `e${map.epoch}: 1 mons at {a=${addrs}} removed_ranks: {}, election epoch ${electionEpoch}, leader 0 a, quorum 0 a\n`,
  };
}

function metadata(call: Call): Answer {
  const mine = new Map<string, CephJson>([["name", "a"], ...monMetadata(call.monitor)]);
  const id = call.args.optionalString("id");
  if (id === undefined) return show(call, [mine]);
  if (id !== "a") throw fail("noent", "mon doesn't exist");
  return show(call, mine);
}

const count = (call: Call, property: string): Answer =>
  show(call, countBy([monMetadata(call.monitor)], property));

/** In the order of upstream's table. */
export const MON_COMMANDS = rows("mon", [
  [
    "mon metadata name=id,type=CephString,req=false",
    "r",
    "fetch metadata for mon <id>",
    metadata,
  ],
  [
    "mon count-metadata name=property,type=CephString",
    "r",
    "count mons by metadata field property",
    (call) => count(call, call.args.string("property")),
  ],
  ["mon versions", "r", "check running versions of monitors", (call) => count(call, "ceph_version")],
  [
    "mon dump name=epoch,type=CephInt,range=0,req=false",
    "r",
    "dump formatted monmap (optionally from epoch)",
    dump,
  ],
  ["mon stat", "r", "summarize monitor status", stat],
  [
    "mon getmap name=epoch,type=CephInt,range=0,req=false",
    "r",
    "get monmap",
    (call) => {
      const map = wantedMap(call);
      return { out: encodeAll(MonMap.encode, map).slice(), err: `got monmap epoch ${map.epoch}` };
    },
  ],
]);
