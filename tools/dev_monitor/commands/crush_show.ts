/** The CRUSH map shown. Upstream: OSDMonitor::preprocess_command, "osd crush .." */

import { dumpOsdTree, type TreeOsdDump } from "../../../mgr/crush/osd_tree.ts";
import { rootsOf } from "../../../mgr/crush/tree.ts";
import { DEFAULT_CHOOSE_ARGS } from "../../../mgr/types/crush_choose_args.ts";
import { dumpCrushMap } from "../../../mgr/types/crush_dump.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { crushTreeText } from "../osd/tree_text.ts";
import { itemId } from "../state/osd_lookup.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";

const mapOf = ({ monitor }: Call): OsdMap => monitor.state.osd.map;

const dump = (call: Call): Answer => showLine(call, dumpCrushMap(mapOf(call).crush));

function ruleDump(call: Call): Answer {
  const { rules } = dumpCrushMap(mapOf(call).crush);
  const name = call.args.optionalString("name") ?? "";
  if (name === "") return showLine(call, rules);
  const rule = rules.find(({ rule_name }) => rule_name === name);
  if (!rule) throw fail("noent", `unknown crush rule '${name}'`);
  return showLine(call, rule);
}

const tunables = (call: Call): Answer => showLine(call, dumpCrushMap(mapOf(call).crush).tunables);

/** Only what CRUSH knows of an OSD. */
function placeOnly({ exists: _, status: _s, reweight: _r, primary_affinity: _p, ...place }: TreeOsdDump) {
  return place;
}

function tree(call: Call): Answer {
  const map = mapOf(call);
  const shadows = call.args.has("shadow");
  const shown = dumpOsdTree(map, "json", shadows ? { roots: rootsOf(map.crush) } : {});
  const nodes = shown.nodes.map((node) => ("status" in node ? placeOnly(node) : node));
  return show(call, { nodes, stray: [] }, crushTreeText(map.crush, { ...shown, stray: [] }));
}

function children(call: Call): Answer {
  const { crush } = mapOf(call);
  const name = call.args.string("node");
  const id = itemId(crush, name);
  if (id === undefined) throw fail("noent", `node '${name}' does not exist`);
  const items = id >= 0 ? [id] : [...crush.buckets[-1 - id]?.items ?? []];
  const names = items.map((item) => crush.itemNames.get(item) ?? `osd.${item}`);
  return show(call, names, names.map((name) => `${name}\n`).join(""));
}

function weightSets(call: Call): Answer {
  const { crush, poolNames } = mapOf(call);
  const names = [...crush.chooseArgs.keys()].map((id) =>
    id === DEFAULT_CHOOSE_ARGS ? "(compat)" : poolNames.get(id) ?? String(id)
  );
  return show(call, names, names.map((name) => `${name}\n`).join(""));
}

const weightSetDump = (call: Call): Answer => show(call, dumpCrushMap(mapOf(call).crush).choose_args);

/** In the order of upstream's table. */
export const CRUSH_SHOW_COMMANDS = rows("osd", [
  [
    "osd crush rule dump name=name,type=CephString,goodchars=[A-Za-z0-9-_.],req=false",
    "r",
    "dump crush rule <name> (default all)",
    ruleDump,
  ],
  ["osd crush dump", "r", "dump crush map", dump],
  ["osd crush show-tunables", "r", "show current crush tunables", tunables],
  [
    "osd crush tree name=shadow,type=CephChoices,strings=--show-shadow,req=false",
    "r",
    "dump crush buckets and items in a tree view",
    tree,
  ],
  [
    "osd crush ls name=node,type=CephString,goodchars=[A-Za-z0-9-_.]",
    "r",
    "list items beneath a node in the CRUSH tree",
    children,
  ],
  ["osd crush weight-set ls", "r", "list crush weight sets", weightSets],
  ["osd crush weight-set dump", "r", "dump crush weight sets", weightSetDump],
]);
