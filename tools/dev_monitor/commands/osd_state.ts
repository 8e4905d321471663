/** Marking OSDs in, out and down, and their weights. Upstream: OSDMonitor::prepare_command_impl */

import { shortFloat } from "../../../mgr/state/quantity.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { OsdState } from "../../../mgr/types/osd_map_bits.ts";
import { parseOsdIds } from "../osd/osd_id.ts";
import { existingOsds } from "../state/osd_lookup.ts";
import { OsdDraft } from "../state/osd_draft.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows } from "./command.ts";

/** A draft of the next map. */
export function draftOf({ monitor }: Call): OsdDraft {
  return new OsdDraft(monitor.state.osd.map, monitor.clock.wall());
}

/** What a draft comes to. */
export function answerOf(draft: OsdDraft, err: string, out = ""): Answer {
  const { change } = draft;
  return { err, out, ...(change ? { change: { osd: change } } : {}) };
}

/** What one verb does with one OSD: the words, and the change. */
type Mark = (draft: OsdDraft, osd: number) => string;

/** `osd in 1 2`: each OSD has its own words, a blank behind each. */
function mark(call: Call, one: Mark, applies: (map: OsdMap, osd: number) => boolean): Answer {
  const draft = draftOf(call);
  const { map } = draft;
  const ids = parseOsdIds(call.args.strings("ids"), () => existingOsds(map).filter((id) => applies(map, id)));
  const words = ids.map((id) => map.exists(id) ? one(draft, id) : `osd.${id} does not exist. `);
  return answerOf(draft, words.join(""));
}

const IN = 0x10000;

const markIn: Mark = (draft, id) => {
  if (draft.map.isIn(id)) return `osd.${id} is already in. `;
  const { oldWeight } = draft.map.osdXInfo.at(id)!;
  draft.put("newWeight", id, oldWeight > 0 ? oldWeight : IN);
  if (oldWeight > 0) draft.setXInfo(id, { oldWeight: 0 });
  return `marked in osd.${id}. `;
};

const markOut: Mark = (draft, id) => {
  if (!draft.map.isIn(id)) return `osd.${id} is already out. `;
  const weight = draft.map.osdWeight[id]!;
  draft.put("newWeight", id, 0);
  if (weight !== IN) draft.setXInfo(id, { oldWeight: weight });
  return `marked out osd.${id}. `;
};

const markDown: Mark = (draft, id) => {
  if (!draft.map.isUp(id)) return `osd.${id} is already down. `;
  draft.markDown(id);
  return `marked down osd.${id}. `;
};

/** The daemon reads it in the map and ends. */
const stop: Mark = (draft, id) => {
  if (!draft.map.isUp(id)) return `osd.${id} is already down. `;
  draft.flip(id, OsdState.up | OsdState.stop);
  return `stop down osd.${id}. `;
};

const remove: Mark = (draft, id) => {
  if (draft.map.isUp(id)) {
    throw fail("busy", `osd.${id} is still up; must be down before removal. `);
  }
  draft.flip(id, draft.map.osdState[id]!);
  draft.setMetadata(id, undefined);
  return `removed osd.${id}`;
};

/** Throws a CommandError for an OSD that is not there. */
export function requireOsd(map: OsdMap, id: number): void {
  if (!map.exists(id)) throw fail("noent", `osd.${id} does not exist`);
}

function reweight(call: Call): Answer {
  const [id, weight] = [call.args.number("id"), call.args.number("weight")];
  const raw = Math.floor(weight * IN);
  if (raw < 0 || raw > IN) throw fail("inval", "weight must be in the range [0..1]");
  const draft = draftOf(call);
  requireOsd(draft.map, id);
  draft.put("newWeight", id, raw);
  return answerOf(draft, `reweighted osd.${id} to ${shortFloat(weight)} (${raw.toString(16)})`);
}

function reweightN(call: Call): Answer {
  const text = call.args.string("weights");
  let weights: Record<string, number>;
  try {
    weights = JSON.parse(text) as Record<string, number>;
  } catch {
    throw fail("inval", `unable to parse 'weights' value '${text}'`);
  }
  const draft = draftOf(call);
  for (const [id, weight] of Object.entries(weights)) {
    if (!draft.map.exists(Number(id))) throw fail("noent", `unable to find osd.${id}`);
    draft.put("newWeight", Number(id), Math.floor(Number(weight)));
  }
  return answerOf(draft, `reweighted ${Object.keys(weights).length} osds`);
}

/** The text is upstream's: manipulators printed as numbers around the weight. */
function affinity(call: Call): Answer {
  const [id, weight] = [call.args.number("id"), call.args.number("weight")];
  const raw = Math.floor(weight * IN);
  if (raw < 0 || raw > IN) throw fail("inval", "weight must be in the range [0..1]");
  const draft = draftOf(call);
  requireOsd(draft.map, id);
  draft.put("newPrimaryAffinity", id, raw);
  return answerOf(draft, `set osd.${id} primary-affinity to ${shortFloat(weight)} (8${raw}2)`);
}

function lost(call: Call): Answer {
  const id = call.args.number("id");
  if (!call.args.flag("yes_i_really_mean_it")) {
    throw fail(
      "perm",
      "are you SURE?  this might mean real, permanent data loss.  pass --yes-i-really-mean-it if you really do.",
    );
  }
  const draft = draftOf(call);
  requireOsd(draft.map, id);
  if (draft.map.isUp(id)) throw fail("busy", `osd.${id} is not down`);
  const { downAt } = draft.map.osdInfo.at(id)!;
  draft.put("newLost", id, downAt);
  return answerOf(draft, `marked osd lost in epoch ${downAt}`);
}

function setMaxOsd(call: Call): Answer {
  const newMax = call.args.number("newmax");
  const draft = draftOf(call);
  const beyond = existingOsds(draft.map).find((id) => id >= newMax);
  if (beyond !== undefined) {
    throw fail(
      "busy",
      `cannot shrink max_osd to ${newMax} because osd.${beyond} (and possibly others) still in use`,
    );
  }
  draft.set({ newMaxOsd: newMax });
  return answerOf(draft, `set new max_osd = ${newMax}`);
}

const IDS = "name=ids,type=CephString,n=N";
const ANY = "or use <any|all> to set all osds";

/** In the order of upstream's table. */
export const OSD_STATE_COMMANDS = rows("osd", [
  ["osd setmaxosd name=newmax,type=CephInt,range=0", "rw", "set new maximum osd value", setMaxOsd],
  [
    `osd down ${IDS} name=definitely_dead,type=CephBool,req=false`,
    "rw",
    `set osd(s) <id> [<id>...] down, or use <any|all> to set all osds down`,
    (call) => mark(call, markDown, (map, id) => map.isUp(id)),
  ],
  [
    `osd stop ${IDS}`,
    "rw",
    "stop the corresponding osd daemons and mark them as down",
    (call) => mark(call, stop, (map, id) => map.isUp(id)),
  ],
  [
    `osd out ${IDS}`,
    "rw",
    `set osd(s) <id> [<id>...] out, ${ANY} out`,
    (call) => mark(call, markOut, (map, id) => map.isIn(id)),
  ],
  [
    `osd in ${IDS}`,
    "rw",
    "set osd(s) <id> [<id>...] in, can use <any|all> to automatically set all previously out osds in",
    (call) => mark(call, markIn, (map, id) => !map.isIn(id)),
  ],
  [
    `osd rm ${IDS}`,
    "rw",
    "remove osd(s) <id> [<id>...], or use <any|all> to remove all osds",
    (call) => mark(call, remove, () => true),
    4,
  ],
  [
    "osd reweight name=id,type=CephOsdName name=weight,type=CephFloat,range=0.0|1.0",
    "rw",
    "reweight osd to 0.0 < <weight> < 1.0",
    reweight,
  ],
  ["osd reweightn name=weights,type=CephString", "rw", "reweight osds with {<id>: <weight>,...}", reweightN],
  [
    "osd primary-affinity name=id,type=CephOsdName name=weight,type=CephFloat,range=0.0|1.0",
    "rw",
    "adjust osd primary-affinity from 0.0 <= <weight> <= 1.0",
    affinity,
  ],
  [
    "osd lost name=id,type=CephOsdName name=yes_i_really_mean_it,type=CephBool,req=false",
    "rw",
    "mark osd as permanently lost. THIS DESTROYS DATA IF NO MORE REPLICAS EXIST, BE CAREFUL",
    lost,
  ],
]);
