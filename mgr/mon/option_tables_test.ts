/** When a module has to be out of order for a moment so that the monitors read its options again. */

import { assertEquals } from "@std/assert";
import type { ModuleInfo, ModuleOption } from "../types/module_info.ts";
import { OptionTables } from "./option_tables.ts";

const option = (name: string): ModuleOption => ({
  name,
  type: 2,
  level: 1,
  flags: 0,
  defaultValue: "",
  min: "",
  max: "",
  enumAllowed: [],
  desc: "",
  longDesc: "",
  tags: [],
  seeAlso: [],
});
const module = (name: string, ...options: readonly string[]): ModuleInfo => ({
  name,
  canRun: true,
  errorString: "",
  moduleOptions: new Map(options.map((name) => [name, option(name)])),
});
const canRun = (modules: readonly ModuleInfo[]) => modules.map(({ name, canRun }) => [name, canRun]);

Deno.test("OptionTables.withdraw() takes back the modules whose options are others than those told", () => {
  const tables = new OptionTables();
  tables.tell([module("alpha", "a"), module("beta", "b")]);
  const now = [module("alpha", "a"), module("beta", "b", "c"), module("gamma", "d")];
  assertEquals(canRun(tables.withdraw(now)), [["alpha", true], ["beta", false], ["gamma", true]]);
  tables.tell(now);
  assertEquals(tables.withdraw(now), now);
});
