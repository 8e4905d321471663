/** MgrMap: rules. */

import { assertEquals, assertThrows } from "@std/assert";
import { decodeAll, DecodeError } from "../encoding/mod.ts";
import { alwaysOnModules, BLANK_MGR_MAP, dumpMgrMap, MgrMap, wantedModules } from "./mgr_map.ts";

const MAP: MgrMap = {
  ...BLANK_MGR_MAP,
  epoch: 1,
  alwaysOnModules: new Map([[14, ["a"]], [16, ["b"]]]),
  activeMgrFeatures: 0x3f01cfbdfffdffffn,
  clients: [[]],
  clientsNames: ["volumes"],
};

Deno.test("alwaysOnModules(): own release, else the newest older one, else none", () => {
  assertEquals(alwaysOnModules(MAP, 16), ["b"]);
  assertEquals(alwaysOnModules(MAP, 17), ["b"]);
  assertEquals(alwaysOnModules(MAP, 15), []);
});

Deno.test("wantedModules(): enabled and always on, but not what is forbidden", () => {
  const map = {
    ...MAP,
    modules: ["c"],
    alwaysOnModules: new Map([[16, ["a", "b"]]]),
    forceDisabledModules: ["a"],
  };
  assertEquals([...wantedModules(map, 16)], ["c", "b"]);
});

Deno.test("dumpMgrMap(): clients by name, features exact", () => {
  const dump = dumpMgrMap(MAP);
  assertEquals(dump.active_clients, [{ name: "volumes", addrvec: [] }]);
  assertEquals(dump.active_mgr_features, 4540138314316775423n);
  assertEquals(dump.always_on_modules, { nautilus: ["a"], pacific: ["b"] });
});

Deno.test("MgrMap: the form for peers before Nautilus is refused", () => {
  assertThrows(() => decodeAll(Uint8Array.fromHex("050100000000"), MgrMap.decode), DecodeError, "version 5");
});
