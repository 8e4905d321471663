/** Options that can be set: Ceph's own, and those of modules as the active manager announced them. Upstream: ConfigMonitor, MgrMonitor::find_module_option */

import { findOption, optionNames, OPTIONS } from "../../../mgr/config/options.ts";
import { canUpdateAtRuntime, optionRow } from "../../../mgr/config/option_table.ts";
import type { MgrMap } from "../../../mgr/types/mgr_map.ts";
import { type ModuleOption, OptionFlag, OptionLevel, OptionType } from "../../../mgr/types/module_info.ts";

/** One option as `config help` shows it. */
export interface OptionInfo {
  readonly name: string;
  /** "uint", "str", .. ; "debug" is a str with a form of its own. */
  readonly type: string;
  readonly level: string;
  readonly default: string;
  readonly min: string;
  readonly max: string;
  readonly values: readonly string[];
  readonly desc: string;
  readonly longDesc: string;
  readonly tags: readonly string[];
  readonly seeAlso: readonly string[];
  readonly runtime: boolean;
  /** The monitors do not store it. */
  readonly special: boolean;
}

/** The option of that name, or undefined. */
export function optionInfo(map: MgrMap, name: string): OptionInfo | undefined {
  return name.startsWith("mgr/") ? moduleOption(map, name) : cephOption(name);
}

/** Names of all options: Ceph's in the order of their names, then those of modules. */
export function allOptionNames(map: MgrMap): string[] {
  const ofModules = map.availableModules.flatMap(({ name, moduleOptions }) =>
    [...moduleOptions.keys()].map((option) => `mgr/${name}/${option}`)
  );
  return [...optionNames(), ...ofModules];
}

function cephOption(name: string): OptionInfo | undefined {
  const spec = findOption(name);
  const row = optionRow(name);
  if (spec === undefined || row === undefined) return undefined;
  const own = OPTIONS as Readonly<Record<string, { readonly doc: string } | undefined>>;
  return {
    name,
    type: spec.type,
    level: row[2]?.level ?? "advanced",
    default: spec.default,
    min: spec.min === undefined ? "" : String(spec.min),
    max: spec.max === undefined ? "" : String(spec.max),
    values: spec.values ?? [],
    // Texts of our own, for the options that the manager uses.
    desc: own[name]?.doc ?? "",
    longDesc: "",
    tags: row[2]?.tags ?? [],
    seeAlso: row[2]?.seeAlso ?? [],
    runtime: canUpdateAtRuntime(row),
    special: spec.noMonUpdate ?? false,
  };
}

/** `mgr/MODULE/OPTION`, or with the id of a manager between the two. */
function moduleOption(map: MgrMap, name: string): OptionInfo | undefined {
  const [, moduleName, ...rest] = name.split("/");
  const module = map.availableModules.find((m) => m.name === moduleName);
  const option = module?.moduleOptions.get((rest.length > 1 ? rest.slice(1) : rest).join("/"));
  return option && fromModule(`mgr/${moduleName}/${option.name}`, option);
}

function fromModule(name: string, option: ModuleOption): OptionInfo {
  return {
    name,
    type: keyOf(OptionType, option.type),
    level: keyOf(OptionLevel, option.level),
    default: option.defaultValue,
    min: option.min,
    max: option.max,
    values: option.enumAllowed,
    desc: option.desc,
    longDesc: option.longDesc,
    tags: option.tags,
    seeAlso: option.seeAlso,
    runtime: (option.flags & OptionFlag.runtime) !== 0,
    special: false,
  };
}

const keyOf = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(table).find(([, n]) => n === value)?.[0] ?? "unknown";
