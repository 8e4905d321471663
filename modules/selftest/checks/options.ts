/** Options of this module: written, read back in their types, defaults, values that are refused. */

import { expectEqual, expectRejection, type Tested } from "./check.ts";

/** What is written reads back in its type, for all managers and for this one. */
export async function checkWrites(module: Tested): Promise<void> {
  await module.setModuleOption("testkey", "testvalue");
  expectEqual("testkey", module.getModuleOption("testkey"), "testvalue");
  await module.setLocalizedModuleOption("testkey", "foo");
  expectEqual("testkey of this manager", module.getLocalizedModuleOption("testkey"), "foo");
  expectEqual("testkey of all", module.getModuleOption("testkey"), "testvalue");
  // An option without a type is text.
  await module.setModuleOption("rwoption1", "8080");
  expectEqual("rwoption1", module.getModuleOption("rwoption1"), "8080");
  await module.setModuleOption("rwoption2", 10);
  expectEqual("rwoption2", module.getModuleOption("rwoption2"), 10);
  await module.setModuleOption("rwoption3", 1.5);
  expectEqual("rwoption3", module.getModuleOption("rwoption3"), 1.5);
  await module.setModuleOption("rwoption4", "foo");
  expectEqual("rwoption4", module.getModuleOption("rwoption4"), "foo");
  await module.setModuleOption("rwoption5", false);
  expectEqual("rwoption5", module.getModuleOption("rwoption5"), false);
}

/** What nobody has set: the declared default, or nothing. */
export function checkDefaults(module: Tested): Promise<void> {
  expectEqual("rwoption6", module.getLocalizedModuleOption("rwoption6"), true);
  expectEqual("roption1", module.getModuleOption("roption1"), undefined);
  expectEqual("roption1, or else", module.getModuleOption("roption1") ?? "foobar", "foobar");
  expectEqual("roption2, or else", module.getModuleOption("roption2") ?? "foobar", "xyz");
  return Promise.resolve();
}

/** The monitors refuse what the declaration does not allow, and what was there stays. */
export async function checkRefusals(module: Tested): Promise<void> {
  await module.setModuleOption("rwoption7", 1);
  await expectRejection("43 for rwoption7", () => module.setModuleOption("rwoption7", 43));
  expectEqual("rwoption7", module.getModuleOption("rwoption7"), 1);
  await module.setModuleOption("rwoption7", null);
  expectEqual("rwoption7 when it is unset", module.getModuleOption("rwoption7"), undefined);
}
