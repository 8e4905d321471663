/** Snapshots of pools. Upstream: OSDMonitor::prepare_command_impl, "osd pool mksnap" */

import { hasPoolFlag, PoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows } from "./command.ts";
import { findPool } from "./osd_pool.ts";
import { answerOf, draftOf } from "./osd_state.ts";

function make(call: Call): Answer {
  const draft = draftOf(call);
  const [poolName, name] = [call.args.string("pool"), call.args.string("snap")];
  const { id, pool } = findPool(draft, poolName);
  if (hasPoolFlag(pool.flags, "selfmanaged_snaps")) {
    throw fail("inval", `pool ${poolName} is in unmanaged snaps mode`);
  }
  if ([...pool.snaps.values()].some((snap) => snap.name === name)) {
    return { err: `pool ${poolName} snap ${name} already exists` };
  }
  const snapid = pool.snapSeq + 1n;
  const stamp = utimeOfMs(call.monitor.clock.wall());
  draft.setPool(id, {
    ...pool,
    flags: pool.flags | (1n << PoolFlag.pool_snaps),
    snapSeq: snapid,
    snapEpoch: draft.epoch,
    snaps: new Map(pool.snaps).set(snapid, { snapid, stamp, name }),
    lastChange: draft.epoch,
  });
  return answerOf(draft, `created pool ${poolName} snap ${name}`);
}

function remove(call: Call): Answer {
  const draft = draftOf(call);
  const [poolName, name] = [call.args.string("pool"), call.args.string("snap")];
  const { id, pool } = findPool(draft, poolName);
  const found = [...pool.snaps.values()].find((snap) => snap.name === name);
  if (!found) return { err: `pool ${poolName} snap ${name} does not exist` };
  const snaps = new Map(pool.snaps);
  snaps.delete(found.snapid);
  draft.setPool(id, {
    ...pool,
    snaps,
    snapSeq: pool.snapSeq + 1n,
    snapEpoch: draft.epoch,
    lastChange: draft.epoch,
  });
  return answerOf(draft, `removed pool ${poolName} snap ${name}`);
}

const ARGS = "name=pool,type=CephPoolname name=snap,type=CephString";

/** In the order of upstream's table. */
export const POOL_SNAP_COMMANDS = rows("osd", [
  [`osd pool mksnap ${ARGS}`, "rw", "make snapshot <snap> in <pool>", make],
  [`osd pool rmsnap ${ARGS}`, "rw", "remove snapshot <snap> from <pool>", remove],
]);
