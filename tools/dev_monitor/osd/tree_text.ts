/** The tree of OSDs as `ceph osd tree` and `ceph osd crush tree` print it. Upstream: OSDTreePlainDumper, CrushTreePlainDumper */

import type { OsdTreeDump, TreeBucketDump, TreeOsdDump } from "../../../mgr/crush/osd_tree.ts";
import { bucketOf } from "../../../mgr/crush/tree.ts";
import { DEFAULT_CHOOSE_ARGS } from "../../../mgr/types/crush_choose_args.ts";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { share } from "../../../mgr/types/osd_map_dump.ts";
import { type TableColumn, textTable } from "../format/text_table.ts";

const DIGITS = 5;
const INDENT = "    ";
/** Below it a weight is printed as 0. Upstream: operator<< of weightf_t */
const NOTHING = 0.000001;

type TreeNode = TreeBucketDump | TreeOsdDump;

const PLACE_COLUMNS: readonly TableColumn[] = [
  { heading: "ID", cells: "right" },
  { heading: "CLASS", cells: "right" },
  { heading: "WEIGHT", cells: "right" },
];

const NAME_COLUMN: TableColumn = { heading: "TYPE NAME" };

const STATE_COLUMNS: readonly TableColumn[] = [
  { heading: "STATUS", cells: "right" },
  { heading: "REWEIGHT", cells: "right" },
  { heading: "PRI-AFF", cells: "right" },
];

function weightText(weight: number): string {
  if (weight < -0.01) return "-";
  return weight < NOTHING ? "0" : weight.toFixed(DIGITS);
}

const isOsd = (node: TreeNode): node is TreeOsdDump => node.id >= 0;

/** `weightSets`: names of the sets whose weights are shown as well. */
function placeCells(
  crush: CrushMap,
  node: TreeNode,
  depth: number,
  weightSets: readonly string[] = [],
): string[] {
  const name = isOsd(node) ? node.name : `${node.type} ${node.name}`;
  const weight = isOsd(node) ? node.crush_weight : share(bucketOf(crush, node.id)?.weight ?? 0);
  // Trees of a device class have it in their buckets too.
  const deviceClass = crush.classNames.get(crush.itemClasses.get(node.id) ?? -1) ?? "";
  const others = weightSets.map((set) => {
    const weights = node.pool_weights?.[set];
    return weights === undefined ? "" : weightText(weights[0] ?? 0);
  });
  return [String(node.id), deviceClass, weightText(weight), ...others, INDENT.repeat(depth) + name];
}

function stateCells(node: TreeNode): string[] {
  if (!isOsd(node)) return [];
  if (node.exists === 0) return ["DNE", "0"];
  return [node.status, weightText(node.reweight), weightText(node.primary_affinity)];
}

/** Nodes with their depths; they stand in the order of a walk from the roots. */
function withDepths({ nodes, stray }: OsdTreeDump): [TreeNode, number][] {
  const out: [TreeNode, number][] = [];
  const next = nodes.values();
  const walk = (node: TreeNode | undefined, depth: number): void => {
    if (!node) return;
    out.push([node, depth]);
    if (!isOsd(node)) node.children.forEach(() => walk(next.next().value, depth + 1));
  };
  for (let root = next.next(); !root.done; root = next.next()) walk(root.value, 0);
  return [...out, ...stray.map((node): [TreeNode, number] => [node, 0])];
}

/** `ceph osd tree` */
export function osdTreeText(crush: CrushMap, dump: OsdTreeDump): string {
  const rows = withDepths(dump).map(([node, depth]) => [
    ...placeCells(crush, node, depth),
    ...stateCells(node),
  ]);
  return textTable([...PLACE_COLUMNS, NAME_COLUMN, ...STATE_COLUMNS], rows);
}

/** `ceph osd crush tree` */
export function crushTreeText(crush: CrushMap, dump: OsdTreeDump): string {
  const sets = crush.chooseArgs.has(DEFAULT_CHOOSE_ARGS) ? ["(compat)"] : [];
  const columns = [
    ...PLACE_COLUMNS,
    ...sets.map((heading): TableColumn => ({ heading, cells: "right" })),
    NAME_COLUMN,
  ];
  return textTable(columns, withDepths(dump).map(([node, depth]) => placeCells(crush, node, depth, sets)));
}
