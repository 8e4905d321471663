/** What a module's file must export, and what its classes declare. */

import { assertEquals, assertThrows } from "@std/assert";
import { MgrModule, MgrStandbyModule } from "@ganglion/sdk";
import { readDescription, readExports } from "./module_class.ts";

class Plain extends MgrModule {}

class Full extends MgrModule {
  static override readonly MODULE_OPTIONS = { a: { type: "int" } } as const;
  static override readonly COMMANDS = { box: { desc: "d", perm: "r" } } as const;
  static override readonly NOTIFY_TYPES = ["osd_map"] as const;
  static override canRun(): [boolean, string] {
    return [false, "no"];
  }
}

class Heir extends Full {}

class Standby extends MgrStandbyModule {
  override serve(): void {}
}

Deno.test("readExports() wants classes of the SDK", () => {
  assertEquals(readExports({ default: Plain }), { active: Plain, standby: undefined });
  assertEquals(readExports({ default: Plain, Standby, other: 1 }).standby, Standby);
  for (const wrong of [undefined, null, {}, () => {}, class {}, "Plain"]) {
    assertThrows(() => readExports({ default: wrong }), Error, "must export a class that extends MgrModule");
  }
  assertThrows(() => readExports({ default: Plain, Standby: class {} }), Error, "extends MgrStandbyModule");
});

Deno.test("readDescription() of a class that declares nothing", () => {
  assertEquals(readDescription({ active: Plain, standby: undefined }), {
    options: {},
    commands: {},
    notifyTypes: [],
    exports: [],
    hasStandby: false,
    hasCanRun: false,
  });
});

Deno.test("readDescription() sees what is declared, inherited canRun() too", () => {
  for (const active of [Full, Heir]) {
    assertEquals(readDescription({ active, standby: Standby }), {
      options: Full.MODULE_OPTIONS,
      commands: Full.COMMANDS,
      notifyTypes: Full.NOTIFY_TYPES,
      exports: [],
      hasStandby: true,
      hasCanRun: true,
    });
  }
});
