/** Methods and modes by peer, as the options say. */

import { assertEquals, assertThrows } from "@std/assert";
import { allowedMethods, connectionModes, policyProblems } from "./auth_policy.ts";
import { parseCephConf } from "./config/ceph_conf.ts";
import { Config } from "./config/config.ts";
import { EntityType } from "./types/entity_name.ts";

const { mon, mgr, osd, mds, client } = EntityType;

function configOf(lines: string): Config {
  const who = { type: "mgr", id: "x", cluster: "ceph", host: "h", pid: 1, home: "" };
  return new Config({ ...who, file: parseCephConf(`[global]\n${lines}\n`, "f") });
}

Deno.test("connectionModes() is secure before crc for everybody by default", () => {
  for (const peer of [mon, mgr, osd, mds, client]) assertEquals(connectionModes(configOf(""), peer), [2, 1]);
});

Deno.test("connectionModes() has a list for monitors and managers, and one for all others", () => {
  const config = configOf(
    "ms mon cluster mode = crc\nms mon service mode = secure\nms cluster mode = crc secure",
  );
  assertEquals([mon, mgr].map((peer) => connectionModes(config, peer)), [[1], [1]]);
  assertEquals([osd, mds, client].map((peer) => connectionModes(config, peer)), [[2], [2], [2]]);
});

Deno.test("connectionModes() follows the monitors' database", () => {
  const config = configOf("");
  config.setMon(new Map([["ms_mon_service_mode", "crc"]]));
  assertEquals(connectionModes(config, osd), [1]);
});

Deno.test("allowedMethods() asks auth_cluster_required of daemons and auth_service_required of clients", () => {
  const config = configOf("auth cluster required = cephx\nauth service required = none, cephx");
  assertEquals([mon, mgr, osd, mds].map((peer) => allowedMethods(config, peer)), [[2], [2], [2], [2]]);
  assertEquals(allowedMethods(config, client), [1, 2]);
  assertEquals(allowedMethods(configOf("auth supported = none"), mon), [1]);
});

Deno.test("policyProblems() names words that are unknown, and refuses a list that leaves nothing", () => {
  assertEquals(policyProblems(configOf("ms mon service mode = secure, tls")), [
    "Cannot use 'tls' of ms_mon_service_mode: it is none of crc, secure (ignored)",
  ]);
  assertThrows(
    () => policyProblems(configOf("auth cluster required = gss")),
    Error,
    "Cannot start: auth_cluster_required 'gss' names none of cephx, none",
  );
});
