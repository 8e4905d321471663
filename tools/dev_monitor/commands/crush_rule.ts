/** CRUSH rules and erasure code profiles. Upstream: OSDMonitor::prepare_command_impl, "osd crush rule .." */

import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { type CrushRule, RuleOp, RuleType } from "../../../mgr/types/crush_rule.ts";
import { settle, typeId } from "../osd/crush_edit.ts";
import { completeProfile, profileText } from "../osd/ec_profile.ts";
import { simpleRule } from "../state/initial_osd_map.ts";
import { itemId } from "../state/osd_lookup.ts";
import { sorted } from "../state/part.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";

const GOOD = "goodchars=[A-Za-z0-9-_.]";
const NAME = `name=name,type=CephString,${GOOD}`;

/** The id of a rule's name. */
export function ruleId(crush: CrushMap, name: string): number | undefined {
  for (const [id, known] of crush.ruleNames) if (known === name) return id;
  return undefined;
}

/** The map with one more rule, and that rule's id. */
export function withRule(
  crush: CrushMap,
  name: string,
  make: (id: number) => CrushRule,
): { crush: CrushMap; id: number } {
  const rules = [...crush.rules];
  const free = rules.findIndex((rule) => rule === undefined);
  const id = free < 0 ? rules.length : free;
  rules[id] = make(id);
  return { crush: settle({ ...crush, rules, ruleNames: new Map(crush.ruleNames).set(id, name) }), id };
}

/** What a rule takes and spreads over: the root, or its shadow for one device class. */
function rootAndType(call: Call, crush: CrushMap): { root: number; type: number } {
  const [rootName, typeName] = [call.args.string("root"), call.args.string("type")];
  const root = itemId(crush, rootName);
  if (root === undefined) throw fail("noent", `root item ${rootName} does not exist`);
  const type = typeId(crush, typeName);
  if (type === undefined) throw fail("inval", `unknown type ${typeName}`);
  const className = call.args.optionalString("class") ?? "";
  if (className === "") return { root, type };
  const shadow = itemId(crush, `${rootName}~${className}`);
  if (![...crush.classNames.values()].includes(className)) {
    throw fail("inval", `device class ${className} does not exist`);
  }
  if (shadow === undefined) throw fail("inval", `root ${rootName} has no devices with class ${className}`);
  return { root: shadow, type };
}

/** `words`: whether it says that a rule of the name is there already. */
function createReplicated(call: Call): Answer {
  const name = call.args.string("name");
  const draft = draftOf(call);
  if (ruleId(draft.crush, name) !== undefined) return { err: `rule ${name} already exists` };
  const { root, type } = rootAndType(call, draft.crush);
  const mode = call.args.optionalString("mode") ?? "firstn";
  const make = (id: number): CrushRule =>
    mode === "firstn" ? simpleRule(id, root, type) : indepRule(id, root, type);
  draft.crush = withRule(draft.crush, name, make).crush;
  return answerOf(draft, "");
}

function indepRule(id: number, root: number, type: number): CrushRule {
  const rule = simpleRule(id, root, type);
  const ops: Readonly<Record<number, number>> = {
    [RuleOp.chooseFirstn]: RuleOp.chooseIndep,
    [RuleOp.chooseleafFirstn]: RuleOp.chooseleafIndep,
  };
  return { ...rule, steps: rule.steps.map((step) => ({ ...step, op: ops[step.op] ?? step.op })) };
}

/** Upstream: ErasureCode::create_rule */
export function erasureRule(id: number, root: number, type: number, size: number): CrushRule {
  return {
    ruleset: id,
    type: RuleType.erasure,
    minSize: 3,
    maxSize: size,
    steps: [
      { op: RuleOp.setChooseleafTries, arg1: 5, arg2: 0 },
      { op: RuleOp.setChooseTries, arg1: 100, arg2: 0 },
      { op: RuleOp.take, arg1: root, arg2: 0 },
      { op: type === 0 ? RuleOp.chooseIndep : RuleOp.chooseleafIndep, arg1: 0, arg2: type },
      { op: RuleOp.emit, arg1: 0, arg2: 0 },
    ],
  };
}

/** The rule that a profile asks for. Throws a CommandError when it names what is not there. */
export function ruleOfProfile(
  crush: CrushMap,
  profile: ReadonlyMap<string, string>,
): (id: number) => CrushRule {
  const rootName = profile.get("crush-root") ?? "default";
  const className = profile.get("crush-device-class") ?? "";
  const root = itemId(crush, className === "" ? rootName : `${rootName}~${className}`);
  if (root === undefined) throw fail("noent", `root item ${rootName} does not exist`);
  const domain = profile.get("crush-failure-domain") ?? "host";
  const type = typeId(crush, domain);
  if (type === undefined) throw fail("inval", `unknown type ${domain}`);
  const size = Number(profile.get("k") ?? 2) + Number(profile.get("m") ?? 2);
  return (id) => erasureRule(id, root, type, size);
}

function createErasure(call: Call): Answer {
  const name = call.args.string("name");
  const profileName = call.args.optionalString("profile") ?? "default";
  const draft = draftOf(call);
  if (ruleId(draft.crush, name) !== undefined) return { err: `rule ${name} already exists` };
  const profile = draft.map.erasureCodeProfiles.get(profileName);
  if (!profile) throw fail("noent", `unknown erasure code profile '${profileName}'`);
  const { crush, id } = withRule(draft.crush, name, ruleOfProfile(draft.crush, profile));
  draft.crush = crush;
  return answerOf(draft, `created rule ${name} at ${id}`);
}

function remove(call: Call): Answer {
  const name = call.args.string("name");
  const draft = draftOf(call);
  const id = ruleId(draft.crush, name);
  if (id === undefined) return { err: `rule ${name} does not exist` };
  if ([...draft.map.pools.values()].some(({ crushRule }) => crushRule === id)) {
    throw fail("busy", `crush ruleset ${name} ${id} is in use`);
  }
  const rules = draft.crush.rules.map((rule, i) => i === id ? undefined : rule);
  const ruleNames = new Map(draft.crush.ruleNames);
  ruleNames.delete(id);
  draft.crush = { ...draft.crush, rules, ruleNames };
  return answerOf(draft, "");
}

function rename(call: Call): Answer {
  const [from, to] = [call.args.string("srcname"), call.args.string("dstname")];
  const draft = draftOf(call);
  const id = ruleId(draft.crush, from);
  if (id === undefined) {
    if (ruleId(draft.crush, to) !== undefined) return { err: `already renamed to '${to}'` };
    throw fail("noent", `rule '${from}' does not exist`);
  }
  draft.crush = { ...draft.crush, ruleNames: new Map(draft.crush.ruleNames).set(id, to) };
  return answerOf(draft, "");
}

function list(call: Call): Answer {
  const names = [...call.monitor.state.osd.map.crush.ruleNames.values()];
  return show(call, names, names.map((name) => `${name}\n`).join(""));
}

function listByClass(call: Call): Answer {
  const name = call.args.string("class");
  const { crush } = call.monitor.state.osd.map;
  if (![...crush.classNames.values()].includes(name)) {
    throw fail("noent", `failed to get rules by class '${name}'`);
  }
  const found = [...crush.ruleNames].filter(([id]) =>
    crush.rules[id]?.steps.some(({ op, arg1 }) =>
      op === RuleOp.take && (crush.itemNames.get(arg1)?.endsWith(`~${name}`) ?? false)
    )
  ).map(([, rule]) => rule);
  return show(call, found, found.map((rule) => `${rule}\n`).join(""));
}

const profilesOf = (call: Call) => call.monitor.state.osd.map.erasureCodeProfiles;

function getProfile(call: Call): Answer {
  const name = call.args.string("name");
  const profile = profilesOf(call).get(name);
  if (!profile) throw fail("noent", `unknown erasure code profile '${name}'`);
  const text = [...sorted(profile)].map(([key, value]) => `${key}=${value}\n`).join("");
  return showLine(call, sorted(profile), text);
}

function setProfile(call: Call): Answer {
  const name = call.args.string("name");
  const given = new Map(
    call.args.strings("profile").map((word): [string, string] => {
      const at = word.indexOf("=");
      return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
  const profile = completeProfile(given);
  const draft = draftOf(call);
  const known = draft.map.erasureCodeProfiles.get(name);
  if (known && profileText(completeProfile(known)) === profileText(profile)) return {};
  if (known && !call.args.flag("force")) {
    throw fail(
      "perm",
      `will not override erasure code profile ${name} because the existing profile ${
        profileText(completeProfile(known))
      } is different from the proposed profile ${profileText(profile)}`,
    );
  }
  draft.set({ newErasureCodeProfiles: new Map([[name, profile]]) });
  return answerOf(draft, "");
}

function removeProfile(call: Call): Answer {
  const name = call.args.string("name");
  const draft = draftOf(call);
  if (!draft.map.erasureCodeProfiles.has(name)) return { err: `erasure-code-profile ${name} does not exist` };
  const user = [...draft.map.pools].find(([, pool]) => pool.erasureCodeProfile === name);
  if (user) {
    throw fail(
      "busy",
      `${draft.map.poolNames.get(user[0])} pool(s) are using the erasure code profile '${name}'`,
    );
  }
  draft.set({ oldErasureCodeProfiles: [name] });
  return answerOf(draft, "");
}

function listProfiles(call: Call): Answer {
  const names = [...profilesOf(call).keys()].sort();
  return show(call, names, names.map((name) => `${name}\n`).join(""));
}

const ROOT_AND_TYPE = `name=root,type=CephString,${GOOD} name=type,type=CephString,${GOOD}`;

/** In the order of upstream's table. */
export const CRUSH_RULE_COMMANDS = rows("osd", [
  ["osd crush rule list", "r", "list crush rules", list, 4],
  ["osd crush rule ls", "r", "list crush rules", list],
  [
    `osd crush rule ls-by-class name=class,type=CephString,${GOOD}`,
    "r",
    "list all crush rules that reference the same <class>",
    listByClass,
  ],
  [
    `osd crush rule create-simple ${NAME} ${ROOT_AND_TYPE} name=mode,type=CephChoices,strings=firstn|indep,req=false`,
    "rw",
    "create crush rule <name> to start from <root>, replicate across buckets of type <type>, using a choose mode of <firstn|indep> (default firstn; indep best for erasure pools)",
    createReplicated,
  ],
  [
    `osd crush rule create-replicated ${NAME} ${ROOT_AND_TYPE} name=class,type=CephString,${GOOD},req=false`,
    "rw",
    "create crush rule <name> for replicated pool to start from <root>, replicate across buckets of type <type>, use devices of type <class> (ssd or hdd)",
    createReplicated,
  ],
  [
    `osd crush rule create-erasure ${NAME} name=profile,type=CephString,req=false,goodchars=[A-Za-z0-9-_.=]`,
    "rw",
    "create crush rule <name> for erasure coded pool created with <profile> (default default)",
    createErasure,
  ],
  [`osd crush rule rm ${NAME}`, "rw", "remove crush rule <name>", remove],
  [
    `osd crush rule rename name=srcname,type=CephString,${GOOD} name=dstname,type=CephString,${GOOD}`,
    "rw",
    "rename crush rule <srcname> to <dstname>",
    rename,
  ],
  [
    `osd erasure-code-profile set ${NAME} name=profile,type=CephString,n=N,req=false name=force,type=CephBool,req=false`,
    "rw",
    "create erasure code profile <name> with [<key[=value]> ...] pairs. Add a --force at the end to override an existing profile (VERY DANGEROUS)",
    setProfile,
  ],
  [`osd erasure-code-profile get ${NAME}`, "r", "get erasure code profile <name>", getProfile],
  [`osd erasure-code-profile rm ${NAME}`, "rw", "remove erasure code profile <name>", removeProfile],
  ["osd erasure-code-profile ls", "r", "list all erasure code profiles", listProfiles],
]);
