/** What a module's file exports, looked at before anything of it is run. */

import { ATTACH, MgrModule } from "@ganglion/sdk";
import type { CommandDeclaration, ModuleDescription, OptionDeclaration } from "../contract.ts";

/** A class of a module: MgrModule or MgrStandbyModule. */
export interface ModuleClass {
  new (): unknown;
  readonly MODULE_OPTIONS?: Readonly<Record<string, OptionDeclaration>>;
  readonly COMMANDS?: Readonly<Record<string, CommandDeclaration>>;
  readonly NOTIFY_TYPES?: readonly string[];
  readonly EXPORTS?: readonly string[];
  readonly canRun?: () => readonly [boolean, string] | Promise<readonly [boolean, string]>;
}

/** The classes of one module. */
export interface ModuleExports {
  readonly active: ModuleClass;
  readonly standby: ModuleClass | undefined;
}

/** Checks the exports. Throws an Error that says what the author should write. */
export function readExports(exports: Readonly<Record<string, unknown>>): ModuleExports {
  const { default: active, Standby: standby } = exports;
  if (!isClass(active)) throw new Error("mod.ts must export a class that extends MgrModule as its default");
  if (standby !== undefined && !isClass(standby)) {
    throw new Error("Standby of mod.ts must be a class that extends MgrStandbyModule");
  }
  return { active, standby };
}

function isClass(value: unknown): value is ModuleClass {
  return typeof value === "function" && typeof value.prototype?.[ATTACH] === "function";
}

/** What the classes declare. */
export function readDescription({ active, standby }: ModuleExports): ModuleDescription {
  return {
    options: active.MODULE_OPTIONS ?? {},
    commands: active.COMMANDS ?? {},
    notifyTypes: active.NOTIFY_TYPES ?? [],
    exports: active.EXPORTS ?? [],
    hasStandby: standby !== undefined,
    hasCanRun: active.canRun !== undefined && active.canRun !== MgrModule.canRun,
  };
}
