/** Device classes and tunables. Upstream: OSDMonitor::prepare_command_osd_crush_set_device_class and others */

import { takesOfRule } from "../../../mgr/crush/tree.ts";
import { type CrushTunables, LEGACY_TUNABLES, OPTIMAL_TUNABLES } from "../../../mgr/types/crush_map.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { setClass, settle } from "../osd/crush_edit.ts";
import { parseOsdIds } from "../osd/osd_id.ts";
import type { OsdDraft } from "../state/osd_draft.ts";
import { deviceClass } from "../state/osd_lookup.ts";
import { existingOsds } from "../state/osd_lookup.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";

const IDS = "name=ids,type=CephString,n=N";
const CLASS = "name=class,type=CephString,goodchars=[A-Za-z0-9-_]";

const idsOf = (call: Call, draft: OsdDraft): readonly number[] =>
  parseOsdIds(call.args.strings("ids"), () => existingOsds(draft.map));

const classOf = (draft: OsdDraft, osd: number): string | undefined => {
  const id = draft.crush.itemClasses.get(osd);
  return id === undefined ? undefined : draft.crush.classNames.get(id);
};

function set(call: Call): Answer {
  const name = call.args.string("class");
  const draft = draftOf(call);
  const words: string[] = [];
  const changed: number[] = [];
  for (const osd of idsOf(call, draft)) {
    const now = classOf(draft, osd);
    if (!draft.map.exists(osd)) words.push(`osd.${osd} does not exist. `);
    else if (now === name) {
      words.push(
        `osd.${osd} already set to class ${name}. set-device-class item id ${osd} name 'osd.${osd}' device_class '${name}': no change. `,
      );
    } else if (now !== undefined) {
      throw fail(
        "busy",
        `osd.${osd} has already bound to class '${now}', can not reset class to '${name}'; use 'ceph osd crush rm-device-class <id>' to remove old class first`,
      );
    } else changed.push(osd);
  }
  if (changed.length > 0) draft.crush = setClass(draft.crush, changed, name);
  return answerOf(draft, `${words.join("")}set osd(s) ${changed.join(",")} to class '${name}'`);
}

function remove(call: Call): Answer {
  const draft = draftOf(call);
  const words: string[] = [];
  const changed: number[] = [];
  for (const osd of idsOf(call, draft)) {
    if (!draft.map.exists(osd)) words.push(`osd.${osd} does not exist. `);
    else if (classOf(draft, osd) === undefined) {
      words.push(`osd.${osd} belongs to no class, `);
    } else changed.push(osd);
  }
  if (changed.length > 0) draft.crush = setClass(draft.crush, changed, undefined);
  return answerOf(draft, `${words.join("")}done removing class of osd(s): ${changed.join(",")}`);
}

function create(call: Call): Answer {
  const name = call.args.string("class");
  const draft = draftOf(call);
  if ([...draft.crush.classNames.values()].includes(name)) return { err: `class '${name}' already exists` };
  draft.crush = setClass(draft.crush, [], name);
  const id = [...draft.crush.classNames].find(([, known]) => known === name)![0];
  return answerOf(draft, `created class ${name} with id ${id} to crush map`);
}

function removeClass(call: Call): Answer {
  const name = call.args.string("class");
  const draft = draftOf(call);
  const id = [...draft.crush.classNames].find(([, known]) => known === name)?.[0];
  if (id === undefined) return {};
  requireUnused(draft, id, name);
  const members = [...draft.crush.itemClasses].filter(([, c]) => c === id).map(([item]) => item);
  const crush = setClass(draft.crush, members, undefined);
  const classNames = new Map(crush.classNames);
  classNames.delete(id);
  draft.crush = settle({ ...crush, classNames });
  return answerOf(draft, `removed class ${name} with id ${id} from crush map`);
}

/** Devices may have the class, which they lose then; rules and profiles may not. Upstream: CrushWrapper::class_is_in_use */
function requireUnused({ crush, map }: OsdDraft, id: number, name: string): void {
  const shadows = new Set([...crush.classBuckets.values()].map((byClass) => byClass.get(id)));
  const rules = [...crush.ruleNames].filter(([rule]) =>
    takesOfRule(crush, rule).some((root) => shadows.has(root))
  );
  if (rules.length > 0) {
    const names = rules.map(([, rule]) => `'${rule}'`).join(",");
    throw fail("busy", `class '${name}' still referenced by crush_rule(s): ${names}`);
  }
  const profiles = [...map.erasureCodeProfiles].filter(([, p]) => p.get("crush-device-class") === name);
  if (profiles.length > 0) {
    const names = profiles.map(([profile]) => profile).join(",");
    throw fail("busy", `class '${name}' is still referenced by erasure-code-profile(s): ${names}`);
  }
}

function rename(call: Call): Answer {
  const [from, to] = [call.args.string("srcname"), call.args.string("dstname")];
  const draft = draftOf(call);
  const id = [...draft.crush.classNames].find(([, known]) => known === from)?.[0];
  if (id === undefined) throw fail("noent", `class '${from}' does not exist`);
  draft.crush = settle({ ...draft.crush, classNames: new Map(draft.crush.classNames).set(id, to) });
  return answerOf(draft, `rename class '${from}' to '${to}'`);
}

const names = (call: Call): string[] => [...call.monitor.state.osd.map.crush.classNames.values()];

function lsOsd(call: Call): Answer {
  const { osd } = call.monitor.state;
  const name = call.args.string("class");
  const found = existingOsds(osd.map).filter((id) => deviceClass(osd, id) === name);
  return show(call, found, found.map((id) => `${id}\n`).join(""));
}

function get(call: Call): Answer {
  const { osd } = call.monitor.state;
  const ids = parseOsdIds(call.args.strings("ids"), () => existingOsds(osd.map))
    .filter((id) => osd.map.exists(id));
  const json: CephJson = ids.map((id) => ({ osd: id, device_class: deviceClass(osd, id) ?? "" }));
  return show(call, json, ids.map((id) => `${deviceClass(osd, id) ?? ""}\n`).join(""));
}

const HAMMER: CrushTunables = { ...OPTIMAL_TUNABLES, chooseleafStable: 0 };
const FIREFLY: CrushTunables = { ...HAMMER, allowedBucketAlgs: 22 };
const BOBTAIL: CrushTunables = { ...FIREFLY, chooseleafVaryR: 0 };
const PROFILES: ReadonlyMap<string, CrushTunables> = new Map([
  ["legacy", LEGACY_TUNABLES],
  ["argonaut", LEGACY_TUNABLES],
  ["bobtail", BOBTAIL],
  ["firefly", FIREFLY],
  ["hammer", HAMMER],
  ["jewel", OPTIMAL_TUNABLES],
  ["optimal", OPTIMAL_TUNABLES],
  ["default", OPTIMAL_TUNABLES],
]);

function tunables(call: Call): Answer {
  const name = call.args.string("profile");
  const profile = PROFILES.get(name);
  if (!profile) throw fail("inval", `unrecognized profile '${name}'`);
  const draft = draftOf(call);
  const { strawCalcVersion } = draft.crush.tunables;
  draft.crush = { ...draft.crush, tunables: { ...profile, strawCalcVersion } };
  return answerOf(draft, `adjusted tunables profile to ${name}`);
}

function setTunable(call: Call): Answer {
  const value = call.args.number("value");
  const draft = draftOf(call);
  draft.crush = { ...draft.crush, tunables: { ...draft.crush.tunables, strawCalcVersion: value } };
  return answerOf(draft, `adjusted tunable straw_calc_version to ${value}`);
}

/** In the order of upstream's table. */
export const CRUSH_CLASS_COMMANDS = rows("osd", [
  [`osd crush class create ${CLASS}`, "rw", "create crush device class <class>", create],
  [`osd crush class rm ${CLASS}`, "rw", "remove crush device class <class>", removeClass],
  [
    `osd crush set-device-class name=class,type=CephString ${IDS}`,
    "rw",
    "set the <class> of the osd(s) <id> [<id>...],or use <all|any> to set all.",
    set,
  ],
  [
    `osd crush rm-device-class ${IDS}`,
    "rw",
    "remove class of the osd(s) <id> [<id>...],or use <all|any> to remove all.",
    remove,
  ],
  [
    "osd crush class rename name=srcname,type=CephString,goodchars=[A-Za-z0-9-_] name=dstname,type=CephString,goodchars=[A-Za-z0-9-_]",
    "rw",
    "rename crush device class <srcname> to <dstname>",
    rename,
  ],
  [
    "osd crush tunables name=profile,type=CephChoices,strings=legacy|argonaut|bobtail|firefly|hammer|jewel|optimal|default",
    "rw",
    "set crush tunables values to <profile>",
    tunables,
  ],
  [
    "osd crush set-tunable name=tunable,type=CephChoices,strings=straw_calc_version name=value,type=CephInt",
    "rw",
    "set crush tunable <tunable> to <value>",
    setTunable,
  ],
  [
    "osd crush get-tunable name=tunable,type=CephChoices,strings=straw_calc_version",
    "r",
    "get crush tunable <tunable>",
    ({ monitor }) => ({ out: `${monitor.state.osd.map.crush.tunables.strawCalcVersion}\n` }),
  ],
  ["osd crush class ls", "r", "list all crush device classes", (call) => show(call, names(call))],
  [
    `osd crush class ls-osd ${CLASS}`,
    "r",
    "list all osds belonging to the specific <class>",
    lsOsd,
  ],
  [
    `osd crush get-device-class ${IDS}`,
    "r",
    "get classes of specified osd(s) <id> [<id>...]",
    get,
  ],
]);
