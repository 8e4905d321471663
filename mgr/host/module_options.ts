/** Options of a module as beacons tell them: the monitors check `ceph config set` by them. */

import { type ModuleOption, OptionFlag, OptionLevel, OptionType } from "../types/module_info.ts";
import type { ClusterLink } from "./cluster_link.ts";
import { commonOptions } from "./common_options.ts";
import { isLimit, limitOptions } from "./limit_options.ts";
import type { OptionDeclaration } from "./contract.ts";

/** All options of a module by name, those that every module has included. */
export function moduleOptions(
  declared: Readonly<Record<string, OptionDeclaration>>,
): ReadonlyMap<string, ModuleOption> {
  // A module may have other defaults for its log, but no other limits.
  const all = Object.entries({ ...commonOptions, ...declared, ...limitOptions }).sort((
    [a],
    [b],
  ) => (a < b ? -1 : 1));
  return new Map(all.map(([name, option]) => [name, moduleOption(name, option)]));
}

function moduleOption(name: string, option: OptionDeclaration): ModuleOption {
  const text = (
    value: string | number | boolean | undefined,
  ): string => (value === undefined ? "" : String(value));
  return {
    name,
    type: OptionType[(option.type ?? "str") as keyof typeof OptionType],
    level: OptionLevel[(option.level ?? "advanced") as keyof typeof OptionLevel],
    flags: option.runtime ? OptionFlag.runtime : 0,
    defaultValue: text(option.default),
    min: text(option.min),
    max: text(option.max),
    enumAllowed: [...option.enumAllowed ?? []].sort(),
    desc: option.desc ?? "",
    longDesc: option.longDesc ?? "",
    tags: [...option.tags ?? []].sort(),
    seeAlso: [...option.seeAlso ?? []].sort(),
  };
}

/** Texts of the options of one module that are set: `mgr/<module>/<name>` without the front. */
export function optionTexts(
  config: ReadonlyMap<string, string>,
  module: string,
): [name: string, text: string][] {
  // An empty text is how the monitors say that an option is not set any more.
  const front = `mgr/${module}/`;
  const own = [...config].filter(([name, text]) => name.startsWith(front) && text !== "");
  return own.map(([name, text]) => [name.slice(front.length), text]);
}

/** Reads the text of one option as it holds: one of this manager alone before one of all, before the default. */
export function optionReader(
  module: string,
  { mgrId, link }: { readonly mgrId: string; readonly link: Pick<ClusterLink, "config"> },
  declared: () => Readonly<Record<string, OptionDeclaration>> | undefined,
): (name: string) => string | undefined {
  // A module does not decide about its limits, by declaring them itself either.
  const defaultOf = (name: string): string | undefined =>
    isLimit(name) ? undefined : declared()?.[name]?.default?.toString();
  return (name) => {
    const texts = [`mgr/${module}/${mgrId}/${name}`, `mgr/${module}/${name}`].map((key) =>
      link.config().get(key)
    );
    return texts.find((text) => text !== undefined && text !== "") ?? defaultOf(name);
  };
}
