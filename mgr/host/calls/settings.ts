/** Options and keys that modules write. */

import { z } from "zod";
import { commonOptions } from "../common_options.ts";
import type { HostSide } from "../contract.ts";
import { isLimit, limitOptions } from "../limit_options.ts";
import type { ModuleCallsOwner } from "../module_calls.ts";
import { parse } from "../parse.ts";

/** A key, or the name of an option. */
const Name = z.string().min(1).max(1024);
/** Names without a slash: nothing else of the configuration is meant. */
const Word = Name.regex(/^[^/]+$/);
const OptionOf = z.tuple([Word, Word, z.string().nullable()]);
/** Far above what the monitors take by default (mon_config_key_max_entry_size). */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;
const Value = z.instanceof(Uint8Array).refine((v) => v.length <= MAX_VALUE_BYTES, "it is too long");

/** What they need of their module. */
export type SettingsOwner = Pick<
  ModuleCallsOwner,
  "name" | "mgrId" | "link" | "description" | "isOperators" | "quota"
>;

/** The calls that write settings, for one process. */
export function settingCalls(owner: SettingsOwner): Pick<HostSide, "setOption" | "setOptionOf" | "setStore"> {
  const { name, mgrId, link } = owner;
  return {
    setOption: async (option, text, localized) => {
      const checked = parse("option", z.tuple([Name, z.string().nullable(), z.boolean()]), [
        option,
        text,
        localized,
      ]);
      requireDeclared(owner, checked[0]);
      requireFree(owner, name, checked[0]);
      await link.setOption(`mgr/${name}/${checked[2] ? `${mgrId}/` : ""}${checked[0]}`, checked[1]);
    },
    setOptionOf: async (...raw) => {
      const [module, option, text] = parse("option of a module", OptionOf, raw);
      if (module === name) requireDeclared(owner, option);
      requireFree(owner, module, option);
      await link.setOption(`mgr/${module}/${option}`, text);
    },
    setStore: async (key, value) => {
      const own = parse("key", Name, key);
      const full = `mgr/${name}/${own}`;
      if (value === null) return await link.setStore(full, null);
      const bytes = parse("value", Value, value);
      await owner.quota.write(own, bytes, () => link.setStore(full, bytes));
    },
  };
}

function requireDeclared({ name, description }: SettingsOwner, option: string): void {
  if (Object.hasOwn({ ...commonOptions, ...limitOptions, ...description()?.options }, option)) return;
  throw new Error(`Cannot set option '${option}': it is not in MODULE_OPTIONS of module ${name}`);
}

function requireFree(owner: SettingsOwner, module: string, option: string): void {
  if (!isLimit(option) && !owner.isOperators(module, option)) return;
  throw new Error(
    `Cannot set option '${option}': it decides what the module may do, so an operator sets it`,
  );
}
