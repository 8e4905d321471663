/** Options of another module: `hello` is the partner, and gets back what it had. */

import type { Scalar } from "@ganglion/sdk";
import { expectEqual, type Tested } from "./check.ts";

const PARTNER = "hello";
/** Values of its options in their types; none is a default. */
const VALUES: Readonly<Record<string, Scalar>> = { place: "the self-test", emphatic: false };

/** Written and read in the types that the other module declares; what is not set has no default here. */
export async function checkOtherOptions(module: Tested): Promise<void> {
  for (const [name, value] of Object.entries(VALUES)) {
    const before = await module.getModuleOptionEx(PARTNER, name);
    try {
      await module.setModuleOptionEx(PARTNER, name, value);
      expectEqual(`${name} of ${PARTNER}`, await module.getModuleOptionEx(PARTNER, name), value);
    } finally {
      await module.setModuleOptionEx(PARTNER, name, before ?? null);
    }
    expectEqual(`${name} of ${PARTNER} afterwards`, await module.getModuleOptionEx(PARTNER, name), before);
  }
}

/** Modules and options that are not there; and its own, as others see it. */
export async function checkUnknownOptions(module: Tested): Promise<void> {
  expectEqual("an option of nobody", await module.getModuleOptionEx("idontexist", "bar"), undefined);
  expectEqual("no option", await module.getModuleOptionEx(PARTNER, "idontexist"), undefined);
  const self = module.getModuleName();
  await module.setModuleOptionEx(self, "rwoption1", 1234);
  expectEqual("rwoption1, as others see it", await module.getModuleOptionEx(self, "rwoption1"), "1234");
}
