/** What the monitors were told of modules' options: they read a table again only when the module's `canRun` changes. */

import type { ModuleInfo } from "../types/module_info.ts";

/** Upstream: MgrMonitor::check_subs and ConfigMonitor keep the table of a module that has neither another name nor canRun. */
export class OptionTables {
  #told = new Map<string, string>();

  /** These went out with a beacon that makes us available. */
  tell(modules: readonly ModuleInfo[]): void {
    this.#told = new Map(modules.map((module) => [module.name, tableText(module)]));
  }

  /** The modules for a beacon that takes our availability back: those with other options than before cannot run meanwhile. */
  withdraw(modules: readonly ModuleInfo[]): ModuleInfo[] {
    return modules.map((module) => {
      const told = this.#told.get(module.name);
      if (told === undefined || told === tableText(module)) return module;
      return { ...module, canRun: false, errorString: "its options are being announced" };
    });
  }
}

function tableText({ moduleOptions }: ModuleInfo): string {
  return JSON.stringify([...moduleOptions]);
}
