/** One operation: its steps in order, all of it or nothing. Upstream: PrimaryLogPG::execute_ctx */

import { Decoder } from "../../../mgr/encoding/mod.ts";
import type { MOSDOp } from "../../../mgr/messages/osd_op.ts";
import { OpCode, StepFlag } from "../../../mgr/rados/op_codes.ts";
import type { OsdOp } from "../../../mgr/types/osd_op.ts";
import { ATTRIBUTE_STEPS } from "./attribute_steps.ts";
import { CLASS_STEPS } from "./class_steps.ts";
import { DATA_STEPS } from "./data_steps.ts";
import type { ObjectStore } from "./object_store.ts";
import type { ObjectId } from "./sim_object.ts";
import { Draft, Errno, type Step, StepError } from "./step.ts";
import { WATCH_STEPS, type WatchCall } from "./watch_steps.ts";

const STEPS: ReadonlyMap<number, Step> = new Map([...DATA_STEPS, ...ATTRIBUTE_STEPS, ...CLASS_STEPS]);
const NOTHING = new Uint8Array(0);
/** Bit of an op code that writes. */
const MODE_WRITE = 0x2000;

/** What came of an operation. */
export interface Outcome {
  readonly result: number;
  readonly rvals: readonly number[];
  readonly outputs: readonly Uint8Array[];
  /** Version of the object. */
  readonly version: number;
  /** The operation changed something. */
  readonly wrote: boolean;
}

/** Whether any of the steps writes. */
export function writes(ops: readonly OsdOp[]): boolean {
  return ops.some(({ op }) => (op & MODE_WRITE) !== 0);
}

/** Runs an operation on an object. */
export function runOperation(
  store: ObjectStore,
  pool: number,
  id: ObjectId,
  { ops, mtime }: Pick<MOSDOp, "ops" | "mtime">,
  watch: WatchCall,
): Outcome {
  const before = store.get(pool, id);
  const draft = new Draft(before !== undefined);
  const rvals = ops.map(() => 0);
  const outputs: Uint8Array[] = ops.map(() => NOTHING);
  let result = ops.length === 0 ? Errno.invalid : 0;
  for (const [i, { op, flags, union, data }] of ops.entries()) {
    try {
      const call = { before, draft, union: new Decoder(union), data, flags };
      const done = stepOf(op, watch)(call);
      rvals[i] = done?.rval ?? 0;
      outputs[i] = done?.out ?? NOTHING;
    } catch (e) {
      if (!(e instanceof StepError)) throw e;
      rvals[i] = e.rval;
      if ((flags & StepFlag.failOk) !== 0) continue;
      result = e.rval;
      break;
    }
  }
  const absentRead = result === Errno.noEntry && !writes(ops);
  const version = result < 0 ? before?.version ?? 0 : finish(store, pool, id, draft, mtime);
  return {
    result,
    rvals: absentRead ? ops.map(() => 0) : rvals,
    outputs,
    version,
    wrote: result >= 0 && draft.touched,
  };
}

function stepOf(op: number, watch: WatchCall): Step {
  const step = STEPS.get(op);
  if (step !== undefined) return step;
  const watching = WATCH_STEPS.get(op);
  if (watching !== undefined) return (call) => watching(call, watch);
  throw new StepError(Errno.notSupported);
}

/** The version of the object after it; of one that is gone that of its removal. */
function finish(
  store: ObjectStore,
  pool: number,
  id: ObjectId,
  draft: Draft,
  mtime: MOSDOp["mtime"],
): number {
  if (!draft.touched) return store.get(pool, id)?.version ?? 0;
  const version = store.nextVersion();
  if (!draft.exists) {
    store.remove(pool, id);
    return version;
  }
  const object = store.make(pool, id);
  draft.apply(object);
  object.version = version;
  if (mtime.sec !== 0 || mtime.nsec !== 0) object.mtime = mtime;
  return version;
}

/** Codes that ask for a PG and not for an object. */
export const PG_OPS: ReadonlySet<number> = new Set([OpCode.pgNls]);
