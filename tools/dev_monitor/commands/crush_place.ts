/** Where OSDs and buckets are in the CRUSH tree. Upstream: OSDMonitor::prepare_command_impl, "osd crush .." */

import { shortFloat } from "../../../mgr/state/quantity.ts";
import {
  addBucket,
  detachItem,
  holderAt,
  insertItem,
  isAt,
  itemsOf,
  type Location,
  removeItem,
  setItemWeight,
  swapBuckets,
  typeId,
  weightOf,
} from "../osd/crush_edit.ts";
import { subtreeBuckets, subtreeOsds } from "../osd/tree.ts";
import { itemId, parentOf } from "../state/osd_lookup.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";

const FIXED_POINT = 0x10000;
const NAME = "name=name,type=CephString,goodchars=[A-Za-z0-9-_.]";
const ARGS = "name=args,type=CephString,n=N,goodchars=[A-Za-z0-9-_.=]";
const ID_AND_WEIGHT = "name=id,type=CephOsdName name=weight,type=CephFloat,range=0.0";

/** `host=a root=default`, in the order of the types' names. */
export function locationOfWords(words: readonly string[]): Location {
  const pairs = words.map((word): [string, string] => {
    const at = word.indexOf("=");
    if (at < 0) throw fail("inval", `bad location '${word}'`);
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const text = (to: Location): string => `{${[...to].map(([type, name]) => `${type}=${name}`).join(",")}}`;

const raw = (weight: number): number => Math.trunc(weight * FIXED_POINT);

/** The OSD, its name and place, as `crush set`, `add` and `create-or-move` have them. */
function osdArgs(call: Call) {
  const id = call.args.number("id");
  return {
    id,
    name: `osd.${id}`,
    weight: call.args.number("weight"),
    to: locationOfWords(call.args.strings("args")),
  };
}

function requireInMap(call: Call, id: number): void {
  if (!call.monitor.state.osd.map.exists(id)) {
    throw fail("noent", `osd.${id} does not exist. Create it before updating the crush map`);
  }
}

/** `add` puts it there as well, `set` moves it; where it is already both only weigh it. */
function place(call: Call, verb: "set" | "add"): Answer {
  const { id, name, weight, to } = osdArgs(call);
  requireInMap(call, id);
  const draft = draftOf(call);
  const words = `item id ${id} name '${name}' weight ${shortFloat(weight)} at location ${text(to)}`;
  if (verb === "set" && !draft.crush.itemNames.has(id)) {
    throw fail("noent", `unable to set ${words}: does not exist`);
  }
  const holder = holderAt(draft.crush, id, to);
  if (holder === undefined) {
    const bare = verb === "set" ? detachItem(draft.crush, id) : draft.crush;
    draft.crush = insertItem(bare, id, name, raw(weight), to);
    return answerOf(draft, `${verb} ${words} to crush map`);
  }
  const now = itemsOf(holder).find(([item]) => item === id)![1];
  if (now === raw(weight)) return { err: `set ${words}: no change` };
  draft.crush = setItemWeight(draft.crush, id, raw(weight), [holder.id]);
  return answerOf(draft, `set ${words} to crush map`);
}

/** What OSDs ask for when they start: the weight counts only for one that is new. */
function createOrMove(call: Call): Answer {
  const { id, name, weight, to } = osdArgs(call);
  requireInMap(call, id);
  const draft = draftOf(call);
  const words = `item name '${name}' weight ${shortFloat(weight)} at location ${text(to)} to crush map`;
  if (isAt(draft.crush, id, to)) return { err: `create-or-move updated ${words}` };
  const kept = draft.crush.itemNames.has(id) ? weightOf(draft.crush, id) : raw(weight);
  draft.crush = insertItem(detachItem(draft.crush, id), id, name, kept, to);
  return answerOf(draft, `create-or-move updating ${words}`);
}

function addABucket(call: Call): Answer {
  const [name, typeName] = [call.args.string("name"), call.args.string("type")];
  const to = locationOfWords(call.args.strings("args"));
  const draft = draftOf(call);
  if (itemId(draft.crush, name) !== undefined) return { err: `bucket '${name}' already exists` };
  const type = typeId(draft.crush, typeName);
  if (type === undefined) throw fail("inval", `type '${typeName}' does not exist`);
  if (type === 0) throw fail("inval", `type '${typeName}' is for devices, not buckets`);
  draft.crush = addBucket(draft.crush, name, type);
  if (to.size === 0) return answerOf(draft, `added bucket ${name} type ${typeName} to crush map`);
  draft.crush = insertItem(draft.crush, itemId(draft.crush, name)!, name, 0, to);
  return answerOf(draft, `added bucket ${name} type ${typeName} to location ${text(to)}`);
}

/** The item's id; throws when nothing has that name. */
function known(call: Call, name: string): number {
  const id = itemId(call.monitor.state.osd.map.crush, name);
  if (id === undefined) throw fail("noent", `item ${name} does not exist`);
  return id;
}

function move(call: Call): Answer {
  const name = call.args.string("name");
  const to = locationOfWords(call.args.strings("args"));
  const id = known(call, name);
  const draft = draftOf(call);
  const words = `item id ${id} name '${name}' to location ${text(to)} in crush map`;
  if (isAt(draft.crush, id, to)) return { err: `no need to move ${words}` };
  const weight = weightOf(draft.crush, id);
  draft.crush = insertItem(detachItem(draft.crush, id), id, name, weight, to);
  return answerOf(draft, `moved ${words}`);
}

function link(call: Call): Answer {
  const name = call.args.string("name");
  const to = locationOfWords(call.args.strings("args"));
  const id = known(call, name);
  const draft = draftOf(call);
  const words = `item id ${id} name '${name}' to location ${text(to)} in crush map`;
  if (isAt(draft.crush, id, to)) return { err: `no need to link ${words}` };
  draft.crush = insertItem(draft.crush, id, name, weightOf(draft.crush, id), to);
  return answerOf(draft, `linked ${words}`);
}

/** Everywhere, or below one ancestor; `unlink` leaves the bucket itself alone. */
function remove(call: Call, unlink: boolean): Answer {
  const name = call.args.string("name");
  const draft = draftOf(call);
  const id = itemId(draft.crush, name);
  if (id === undefined) return { err: `device '${name}' does not appear in the crush map` };
  const ancestor = call.args.optionalString("ancestor");
  const words = `removed item id ${id} name '${name}' from crush map`;
  if (unlink || ancestor !== undefined) {
    const from = ancestor === undefined ? undefined : itemId(draft.crush, ancestor);
    if (ancestor !== undefined && from === undefined) {
      throw fail("noent", `ancestor item '${ancestor}' does not appear in the crush map`);
    }
    draft.crush = detachItem(draft.crush, id, from);
    return answerOf(draft, words);
  }
  const bucket = id < 0 ? draft.crush.buckets[-1 - id] : undefined;
  if (bucket && bucket.items.length > 0) throw fail("notempty", "(39) Directory not empty");
  draft.crush = removeItem(draft.crush, id);
  return answerOf(draft, words);
}

function swap(call: Call): Answer {
  const [source, dest] = [call.args.string("source"), call.args.string("dest")];
  const draft = draftOf(call);
  const [from, to] = [itemId(draft.crush, source), itemId(draft.crush, dest)];
  if (from === undefined) throw fail("noent", `source item ${source} does not exist`);
  if (to === undefined) throw fail("noent", `dest item ${dest} does not exist`);
  if (parentOf(draft.crush, from) !== undefined && !call.args.flag("yes_i_really_mean_it")) {
    throw fail(
      "perm",
      `source item ${source} is not an orphan bucket; pass --yes-i-really-mean-it to proceed anyway`,
    );
  }
  if (from >= 0 || to >= 0 || from === to) {
    throw fail("inval", "failed to swap bucket contents: (22) Invalid argument");
  }
  draft.crush = swapBuckets(draft.crush, from, to);
  return answerOf(draft, `swapped bucket of ${source} to ${dest}`);
}

function reweight(call: Call): Answer {
  const [name, weight] = [call.args.string("name"), call.args.number("weight")];
  const draft = draftOf(call);
  const id = itemId(draft.crush, name);
  if (id === undefined) throw fail("noent", `device '${name}' does not appear in the crush map`);
  if (id < 0) throw fail("inval", `device '${name}' is not a leaf in the crush map`);
  draft.crush = setItemWeight(draft.crush, id, raw(weight));
  return answerOf(draft, `reweighted item id ${id} name '${name}' to ${shortFloat(weight)} in crush map`);
}

function reweightSubtree(call: Call): Answer {
  const [name, weight] = [call.args.string("name"), call.args.number("weight")];
  const draft = draftOf(call);
  const id = itemId(draft.crush, name);
  if (id === undefined) throw fail("noent", `device '${name}' does not appear in the crush map`);
  if (id >= 0) throw fail("inval", `device '${name}' is not a subtree in the crush map`);
  const buckets = subtreeBuckets(draft.crush, id);
  for (const osd of subtreeOsds(draft.crush, id)) {
    draft.crush = setItemWeight(draft.crush, osd, raw(weight), buckets);
  }
  return answerOf(draft, `reweighted subtree id ${id} name '${name}' to ${shortFloat(weight)} in crush map`);
}

function rename(call: Call): Answer {
  const [from, to] = [call.args.string("srcname"), call.args.string("dstname")];
  const draft = draftOf(call);
  const id = itemId(draft.crush, from);
  const taken = itemId(draft.crush, to);
  if (id === undefined) {
    if (taken !== undefined) return { err: `renamed bucket ${from} into ${to}` };
    throw fail("noent", `srcname '${from}' does not exist`);
  }
  if (taken !== undefined) throw fail("exist", `dstname '${to}' already exists`);
  draft.crush = { ...draft.crush, itemNames: new Map(draft.crush.itemNames).set(id, to) };
  return answerOf(draft, `renamed bucket ${from} into ${to}`);
}

/** In the order of upstream's table. */
export const CRUSH_PLACE_COMMANDS = rows("osd", [
  [
    `osd crush add-bucket ${NAME} name=type,type=CephString ${ARGS},req=false`,
    "rw",
    "add no-parent (probably root) crush bucket <name> of type <type> to location <args>",
    addABucket,
  ],
  [
    "osd crush rename-bucket name=srcname,type=CephString,goodchars=[A-Za-z0-9-_.] name=dstname,type=CephString,goodchars=[A-Za-z0-9-_.]",
    "rw",
    "rename bucket <srcname> to <dstname>",
    rename,
  ],
  [
    `osd crush set ${ID_AND_WEIGHT} ${ARGS}`,
    "rw",
    "update crushmap position and weight for <name> to <weight> with location <args>",
    (call) => place(call, "set"),
  ],
  [
    `osd crush add ${ID_AND_WEIGHT} ${ARGS}`,
    "rw",
    "add or update crushmap position and weight for <name> with <weight> and location <args>",
    (call) => place(call, "add"),
  ],
  [
    `osd crush create-or-move ${ID_AND_WEIGHT} ${ARGS}`,
    "rw",
    "create entry or move existing entry for <name> <weight> at/to location <args>",
    createOrMove,
  ],
  [
    `osd crush move ${NAME} ${ARGS}`,
    "rw",
    "move existing entry for <name> to location <args>",
    move,
  ],
  [
    "osd crush swap-bucket name=source,type=CephString,goodchars=[A-Za-z0-9-_.] name=dest,type=CephString,goodchars=[A-Za-z0-9-_.] name=yes_i_really_mean_it,type=CephBool,req=false",
    "rw",
    "swap existing bucket contents from (orphan) bucket <source> and <target>",
    swap,
  ],
  [
    `osd crush link name=name,type=CephString ${ARGS}`,
    "rw",
    "link existing entry for <name> under location <args>",
    link,
  ],
  [
    `osd crush rm ${NAME} name=ancestor,type=CephString,req=false,goodchars=[A-Za-z0-9-_.]`,
    "rw",
    "remove <name> from crush map (everywhere, or just at <ancestor>)",
    (call) => remove(call, false),
  ],
  [
    `osd crush remove ${NAME} name=ancestor,type=CephString,req=false,goodchars=[A-Za-z0-9-_.]`,
    "rw",
    "remove <name> from crush map (everywhere, or just at <ancestor>)",
    (call) => remove(call, false),
    4,
  ],
  [
    `osd crush unlink ${NAME} name=ancestor,type=CephString,req=false,goodchars=[A-Za-z0-9-_.]`,
    "rw",
    "unlink <name> from crush map (everywhere, or just at <ancestor>)",
    (call) => remove(call, true),
  ],
  [
    "osd crush reweight-all",
    "rw",
    "recalculate the weights for the tree to ensure they sum correctly",
    (call) => {
      const draft = draftOf(call);
      draft.crush = { ...draft.crush };
      return answerOf(draft, "reweighted crush hierarchy");
    },
  ],
  [
    `osd crush reweight ${NAME} name=weight,type=CephFloat,range=0.0`,
    "rw",
    "change <name>'s weight to <weight> in crush map",
    reweight,
  ],
  [
    `osd crush reweight-subtree ${NAME} name=weight,type=CephFloat,range=0.0`,
    "rw",
    "change all leaf items beneath <name> to <weight> in crush map",
    reweightSubtree,
  ],
]);
