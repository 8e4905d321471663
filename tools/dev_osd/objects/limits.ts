/** What an OSD refuses before it looks at the object: names and data that are too long, what erasure coded pools cannot do, and snapshots. */

import type { MOSDOp } from "../../../mgr/messages/osd_op.ts";
import { OpCode } from "../../../mgr/rados/op_codes.ts";
import { bytesOfName } from "../../../mgr/types/object_name.ts";
import { NO_SNAP } from "../../../mgr/types/hobject.ts";
import type { OsdOp } from "../../../mgr/types/osd_op.ts";
import { writes } from "./operation.ts";

/** osd_max_object_namespace_len, osd_max_write_size */
const MAX_NAMESPACE = 256;
const MAX_WRITE_BYTES = 90 * 1024 * 1024;
const ENAMETOOLONG = -36;
const EMSGSIZE = -90;
const EOPNOTSUPP = -95;

/** Steps that no pool with erasure coding takes as long as it has no overwrites. */
const NOT_ERASURE: ReadonlySet<number> = new Set([
  OpCode.append,
  OpCode.truncate,
  OpCode.zero,
  OpCode.omapSetVals,
  OpCode.omapSetHeader,
  OpCode.omapClear,
  OpCode.omapRmKeys,
  OpCode.omapRmKeyRange,
]);

/** What decides. */
export interface PoolLimits {
  /** Erasure coding without overwrites. */
  readonly erasure: boolean;
  /** osd_max_object_name_len */
  readonly maxName: number;
  /** The pool has snapshots, so that a write would have to keep what was before. */
  readonly hasSnapshots: boolean;
}

/** What of an operation is looked at. */
export type OpShape = Pick<MOSDOp, "oid" | "locator" | "ops" | "snapid" | "snaps">;

/** The errno of the refusal; 0 when there is none. */
export function refusalOf(op: OpShape, { erasure, maxName, hasSnapshots }: PoolLimits): number {
  const { oid, locator, ops } = op;
  const longName = [oid, locator.key].some((name) => bytesOfName(name).length > maxName);
  if (longName || bytesOfName(locator.nspace).length > MAX_NAMESPACE) return ENAMETOOLONG;
  if (ops.reduce((sum, { data }) => sum + data.length, 0) > MAX_WRITE_BYTES) return EMSGSIZE;
  const snapshots = op.snapid !== NO_SNAP || ((hasSnapshots || op.snaps.length > 0) && writes(ops));
  return snapshots || (erasure && ops.some(isOverwrite)) ? EOPNOTSUPP : 0;
}

/** The offset is the first word of the union. */
function isOverwrite({ op, union }: OsdOp): boolean {
  return NOT_ERASURE.has(op) || (op === OpCode.write && union.subarray(0, 8).some((byte) => byte !== 0));
}
