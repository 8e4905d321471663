/** Weight sets of the CRUSH map. Upstream: OSDMonitor::prepare_command_impl, "osd crush weight-set .." */

import { DEFAULT_CHOOSE_ARGS } from "../../../mgr/types/crush_choose_args.ts";
import { withItemWeights, withoutWeightSet, withWeightSet } from "../osd/choose_args.ts";
import type { OsdDraft } from "../state/osd_draft.ts";
import { itemId } from "../state/osd_lookup.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";

const FIXED_POINT = 0x10000;

function createCompat(call: Call): Answer {
  const draft = draftOf(call);
  if (draft.crush.chooseArgs.has(DEFAULT_CHOOSE_ARGS)) return { err: "compat weight-set already created" };
  draft.crush = withWeightSet(draft.crush, DEFAULT_CHOOSE_ARGS, 1);
  return answerOf(draft, "");
}

function poolOf(call: Call, draft: OsdDraft): { id: number; name: string; size: number } {
  const name = call.args.string("pool");
  const id = draft.map.poolId(name);
  if (id === undefined) throw fail("noent", `pool '${name}' not found`);
  return { id, name, size: draft.map.pools.get(id)!.size };
}

function create(call: Call): Answer {
  const draft = draftOf(call);
  const { id, name, size } = poolOf(call, draft);
  if (draft.crush.chooseArgs.has(id)) return { err: `weight-set for pool '${name}' already created` };
  const positions = call.args.string("mode") === "positional" ? size : 1;
  draft.crush = withWeightSet(draft.crush, id, positions);
  return answerOf(draft, "");
}

function drop(draft: OsdDraft, id: number): Answer {
  if (!draft.crush.chooseArgs.has(id)) return {};
  draft.crush = withoutWeightSet(draft.crush, id);
  return answerOf(draft, "");
}

function reweight(call: Call, draft: OsdDraft, id: number, missing: string): Answer {
  const name = call.args.string("item");
  if (!draft.crush.chooseArgs.has(id)) throw fail("noent", missing);
  const item = itemId(draft.crush, name);
  if (item === undefined) throw fail("noent", `item '${name}' does not exist`);
  const weights = call.args.numbers("weight").map((weight) => Math.trunc(weight * FIXED_POINT));
  draft.crush = withItemWeights(draft.crush, id, item, weights);
  return answerOf(draft, "");
}

function reweightPool(call: Call): Answer {
  const draft = draftOf(call);
  const { id, name } = poolOf(call, draft);
  return reweight(call, draft, id, `no weight-set for pool '${name}'`);
}

function dropPool(call: Call): Answer {
  const draft = draftOf(call);
  return drop(draft, poolOf(call, draft).id);
}

const POOL = "name=pool,type=CephPoolname";
const ITEM = "name=item,type=CephString name=weight,type=CephFloat,range=0.0,n=N";

/** In the order of upstream's table. */
export const WEIGHT_SET_COMMANDS = rows("osd", [
  [
    "osd crush weight-set create-compat",
    "rw",
    "create a default backward-compatible weight-set",
    createCompat,
  ],
  [
    `osd crush weight-set create ${POOL} name=mode,type=CephChoices,strings=flat|positional`,
    "rw",
    "create a weight-set for a given pool",
    create,
  ],
  [`osd crush weight-set rm ${POOL}`, "rw", "remove the weight-set for a given pool", dropPool],
  [
    "osd crush weight-set rm-compat",
    "rw",
    "remove the backward-compatible weight-set",
    (call) => drop(draftOf(call), DEFAULT_CHOOSE_ARGS),
  ],
  [
    `osd crush weight-set reweight ${POOL} ${ITEM}`,
    "rw",
    "set weight for an item (bucket or osd) in a pool's weight-set",
    reweightPool,
  ],
  [
    `osd crush weight-set reweight-compat ${ITEM}`,
    "rw",
    "set weight for an item (bucket or osd) in the backward-compatible weight-set",
    (call) => reweight(call, draftOf(call), DEFAULT_CHOOSE_ARGS, "no backward-compatible weight-set"),
  ],
]);
