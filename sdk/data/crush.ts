/** `get("osd_map_crush")` and `get("osd_map_tree")`. Keys as in `ceph osd crush dump` and `ceph osd tree -f json`. */

/** The CRUSH map; weights are raw: 65536 stands for 1. */
export type CrushMapData = {
  readonly devices: readonly { readonly id: number; readonly name: string; readonly class?: string }[];
  readonly types: readonly { readonly type_id: number; readonly name: string }[];
  readonly buckets: readonly CrushBucketData[];
  readonly rules: readonly CrushRuleData[];
  /** Numbers and the names of profiles. */
  readonly tunables: Readonly<Record<string, number | string>>;
  /** By pool; "-1" is the compat weight set. */
  readonly choose_args: Readonly<Record<string, readonly CrushWeightSet[]>>;
};

/** A host, a rack, .. */
export type CrushBucketData = {
  readonly id: number;
  readonly name?: string;
  readonly type_id: number;
  readonly type_name?: string;
  readonly weight: number;
  readonly alg: string;
  readonly hash: string;
  readonly items: readonly { readonly id: number; readonly weight: number; readonly pos: number }[];
};

/** A rule. */
export type CrushRuleData = {
  readonly rule_id: number;
  readonly rule_name?: string;
  readonly ruleset: number;
  readonly type: number;
  readonly min_size: number;
  readonly max_size: number;
  readonly steps: readonly CrushStepData[];
};

/** What a step has depends on `op`. */
export type CrushStepData = {
  readonly op?: string;
  readonly item?: number;
  readonly item_name?: string;
  readonly num?: number;
  readonly type?: string;
  readonly opcode?: number;
  readonly arg1?: number;
  readonly arg2?: number;
};

/** Other weights of a bucket's items, by position. */
export type CrushWeightSet = {
  readonly bucket_id: number;
  readonly weight_set?: readonly (readonly number[])[];
  readonly ids?: readonly number[];
};

/** The tree, and OSDs that are nowhere in it. */
export type OsdTreeData = {
  readonly nodes: readonly (TreeBucketNode | TreeOsdNode)[];
  readonly stray: readonly TreeOsdNode[];
};

/** A bucket: its id is negative. */
export type TreeBucketNode = {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly type_id: number;
  readonly pool_weights?: Readonly<Record<string, readonly number[]>>;
  readonly children: readonly number[];
};

/** An OSD. */
export type TreeOsdNode = {
  readonly id: number;
  readonly device_class?: string;
  readonly name: string;
  readonly type: string;
  readonly type_id: number;
  readonly crush_weight: number;
  readonly depth: number;
  readonly pool_weights?: Readonly<Record<string, readonly number[]>>;
  readonly exists: number;
  /** "up", "down", "destroyed" */
  readonly status: string;
  readonly reweight: number;
  readonly primary_affinity: number;
};
