/** Options as beacons tell them, and the texts that are set. */

import { assertEquals } from "@std/assert";
import { OptionFlag, OptionLevel, OptionType } from "../types/module_info.ts";
import { moduleOptions, optionTexts } from "./module_options.ts";

Deno.test("moduleOptions() tells what is declared, and what every module has", () => {
  const options = moduleOptions({
    size: {
      type: "size",
      default: 4096,
      min: 1,
      max: 9000,
      level: "basic",
      runtime: true,
      desc: "d",
      longDesc: "l",
      tags: ["z", "a"],
      seeAlso: ["y", "b"],
    },
    how: { enumAllowed: ["b", "a"] },
    on: { type: "bool", default: false },
  });
  assertEquals([...options.keys()], [
    "how",
    "log_level",
    "log_to_cluster",
    "log_to_cluster_level",
    "log_to_file",
    "on",
    "size",
  ]);
  assertEquals(options.get("size"), {
    name: "size",
    type: OptionType.size,
    level: OptionLevel.basic,
    flags: OptionFlag.runtime,
    defaultValue: "4096",
    min: "1",
    max: "9000",
    enumAllowed: [],
    desc: "d",
    longDesc: "l",
    tags: ["a", "z"],
    seeAlso: ["b", "y"],
  });
  assertEquals(options.get("on")!.defaultValue, "false");
  assertEquals([options.get("how")!.type, options.get("how")!.enumAllowed], [OptionType.str, ["a", "b"]]);
});

Deno.test("moduleOptions(): a module may have another default for an option that all have", () => {
  const options = moduleOptions({ log_to_cluster: { type: "bool", default: true } });
  assertEquals(options.get("log_to_cluster")!.defaultValue, "true");
});

Deno.test("optionTexts() takes the module's own options, and an empty text for one that is not set", () => {
  const config = new Map([
    ["mgr/box/a", "1"],
    ["mgr/box/x/a", "2"],
    ["mgr/box/b", ""],
    ["mgr/box2/a", "3"],
    ["mgr/bo", "4"],
    ["debug_mgr", "5"],
  ]);
  assertEquals(optionTexts(config, "box"), [["a", "1"], ["x/a", "2"]]);
});
