/** Options as beacons tell them, and the texts that are set. */

import { assertEquals } from "@std/assert";
import { OptionFlag, OptionLevel, OptionType } from "../types/module_info.ts";
import { limitOptions } from "./limit_options.ts";
import { moduleOptions, optionReader, optionTexts } from "./module_options.ts";

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
    ...Object.keys(limitOptions).sort(),
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

Deno.test("moduleOptions(): a module decides about none of its limits", () => {
  const { default: value } = limitOptions.limit_heap;
  const options = moduleOptions({ limit_heap: { type: "size", default: 1e12 } });
  assertEquals(options.get("limit_heap")!.defaultValue, String(value));
  const link = { config: () => new Map() };
  const read = optionReader("box", { mgrId: "x", link }, () => ({ limit_heap: { default: 1e12 } }));
  assertEquals(read("limit_heap"), undefined);
});

Deno.test("optionReader() takes what is set here alone, then for all, then the default", () => {
  const config = new Map([["mgr/box/a", "all"], ["mgr/box/x/b", "here"], ["mgr/box/b", "all"], [
    "mgr/box/c",
    "",
  ]]);
  const declared = { c: { type: "uint", default: 0 }, d: {} } as const;
  const read = optionReader("box", { mgrId: "x", link: { config: () => config } }, () => declared);
  assertEquals(["a", "b", "c", "d", "e"].map(read), ["all", "here", "0", undefined, undefined]);
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
