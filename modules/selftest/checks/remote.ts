/** Calls of other modules: one that works, and each way in which one cannot. */

import { MethodNotFoundError, ModuleNotFoundError, RemoteError } from "@ganglion/sdk";
import { expectEqual, expectRejection, type Tested } from "./check.ts";

/** Every kind of value that passes. */
const VALUES = [null, true, 1.5, -7, "text", ["list"], { key: { of: "object" } }];

/** The module calls itself; a module that is off, one that nobody has, and what nobody exports. */
export async function checkRemote(module: Tested): Promise<void> {
  const self = module.getModuleName();
  expectEqual("what echo() answers", await module.remote(self, "echo", VALUES), VALUES);
  const refuses = async (what: string, call: () => Promise<unknown>, kind: new (...args: never) => Error) =>
    expectEqual(`the error of ${what}`, (await expectRejection(what, call)).name, kind.name);
  const off = await disabledModule(module);
  await refuses(`a call of ${off}, which is off,`, () => module.remote(off, "selfTest"), ModuleNotFoundError);
  const nobody = () => module.remote("idontexist", "selfTest");
  await refuses("a call of a module that nobody has", nobody, ModuleNotFoundError);
  const nothing = () => module.remote(self, "idontexist");
  await refuses("a call of a method that nobody has", nothing, MethodNotFoundError);
  await refuses("a method that throws", () => module.remote(self, "fail"), RemoteError);
}

/** Any module that is not enabled. */
async function disabledModule(module: Tested): Promise<string> {
  const { available_modules, modules, always_on_modules } = await module.get("mgr_map");
  const running = [...modules, ...Object.values(always_on_modules).flat()];
  const off = available_modules.find(({ name }) => !running.includes(name));
  if (off === undefined) throw new Error("Cannot pass the self-test: it needs a module that is not enabled");
  return off.name;
}
