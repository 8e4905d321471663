/** The OSDMap, its tree and its placements shown. Upstream: OSDMonitor::preprocess_command */

import { dumpOsdTree, type TreeView } from "../../../mgr/crush/osd_tree.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { OsdState } from "../../../mgr/types/osd_map_bits.ts";
import { dumpOsdMap } from "../../../mgr/types/osd_map_dump.ts";
import { textTable } from "../format/text_table.ts";
import { osdLine, osdMapText, poolsText } from "../format/osd_map_text.ts";
import { mapOfEpoch } from "../osd/map_of_epoch.ts";
import { osdTreeText } from "../osd/tree_text.ts";
import { existingOsds, itemId } from "../state/osd_lookup.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";

function dump(call: Call): Answer {
  const map = mapOfEpoch(call);
  const answer = showLine(call, dumpOsdMap(map, "json"), osdMapText(map));
  return call.args.has("epoch") ? { ...answer, err: `dumped osdmap epoch ${map.epoch}` } : answer;
}

function info(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const id = call.args.optionalNumber("id");
  const { osds } = dumpOsdMap(map, "json");
  if (id === undefined) {
    return showLine(call, osds, existingOsds(map).map((osd) => osdLine(map, osd)).join(""));
  }
  if (!map.exists(id)) throw fail("inval", `osd.${id} does not exist`);
  return showLine(call, osds.find(({ osd }) => osd === id)!, osdLine(map, id));
}

type Is = (map: OsdMap, osd: number) => boolean;

const isDestroyed: Is = (map, osd) => (map.osdState[osd]! & OsdState.destroyed) !== 0;

/** What each state of `osd tree` asks of an OSD. */
const STATES: Readonly<Record<string, Is>> = {
  up: (map, osd) => map.isUp(osd),
  down: (map, osd) => !map.isUp(osd) && !isDestroyed(map, osd),
  in: (map, osd) => map.isIn(osd),
  out: (map, osd) => !map.isIn(osd),
  destroyed: isDestroyed,
};

/** OSDs must have one of the states; undefined when none is asked for. */
function filterOf(map: OsdMap, states: readonly string[]): TreeView["shows"] {
  if (states.includes("in") && states.includes("out")) {
    throw fail("inval", "cannot specify both 'in' and 'out'");
  }
  if (states.filter((state) => state !== "in" && state !== "out").length > 1) {
    throw fail("inval", "can specify only one of 'up', 'down' and 'destroyed'");
  }
  if (states.length === 0) return undefined;
  return (osd) => map.exists(osd) && states.some((state) => STATES[state]!(map, osd));
}

function tree(call: Call): Answer {
  const map = mapOfEpoch(call);
  const shows = filterOf(map, call.args.strings("states"));
  const bucket = call.args.optionalString("bucket");
  const root = bucket === undefined ? undefined : itemId(map.crush, bucket);
  if (bucket !== undefined && (root === undefined || root >= 0)) {
    throw fail("noent", `bucket '${bucket}' does not exist`);
  }
  const view: TreeView = { ...(shows ? { shows } : {}), ...(root === undefined ? {} : { roots: [root] }) };
  const shown = dumpOsdTree(map, "json", view);
  return showLine(call, shown, osdTreeText(map.crush, shown));
}

function poolList(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  if (call.args.has("detail")) {
    const { pools } = dumpOsdMap(map, "json");
    const detailed = pools.map(({ pool, ...rest }) => ({ pool_id: pool, ...rest }));
    return show(call, detailed, `${poolsText(map)}\n`);
  }
  const names = [...map.pools.keys()].map((id) => map.poolNames.get(id) ?? "");
  return show(call, names, names.map((name) => `${name}\n`).join(""));
}

const NUMA_COLUMNS = [
  { heading: "OSD", cells: "right" },
  { heading: "HOST" },
  { heading: "NETWORK", cells: "right" },
  { heading: "STORAGE", cells: "right" },
  { heading: "AFFINITY", cells: "right" },
  { heading: "CPUS" },
] as const;

/** No OSD that we know has told its nodes. */
function numa(call: Call): Answer {
  const { map, metadata } = call.monitor.state.osd;
  const known = existingOsds(map).filter((osd) => metadata.has(osd));
  const list = known.map((osd) => ({ osd, host: metadata.get(osd)!.get("hostname") ?? "" }));
  const rows = list.map(({ osd, host }) => [String(osd), host, "-", "-", "-", "-"]);
  return show(call, list, textTable(NUMA_COLUMNS, rows));
}

const EPOCH = "name=epoch,type=CephInt,range=0,req=false";
const STATE_ARG = "name=states,type=CephChoices,strings=up|down|in|out|destroyed,n=N,req=false";

/** In the order of upstream's table. */
export const OSD_DUMP_COMMANDS = rows("osd", [
  [`osd dump ${EPOCH}`, "r", "print summary of OSD map", dump],
  [
    "osd info name=id,type=CephOsdName,req=false",
    "r",
    "print osd's {id} information (instead of all osds from map)",
    info,
  ],
  [`osd tree ${EPOCH} ${STATE_ARG}`, "r", "print OSD tree", tree],
  [
    `osd tree-from ${EPOCH} name=bucket,type=CephString ${STATE_ARG}`,
    "r",
    "print OSD tree in bucket",
    tree,
  ],
  ["osd numa-status", "r", "show NUMA status of OSDs", numa],
  [
    "osd pool ls name=detail,type=CephChoices,strings=detail,req=false",
    "r",
    "list pools",
    poolList,
  ],
]);
