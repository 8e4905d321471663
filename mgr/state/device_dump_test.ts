/** What is kept of devices. */

import { assertEquals } from "@std/assert";
import { DaemonIndex } from "./daemon_state.ts";
import { dumpDeviceOf, withWearLevel } from "./device_dump.ts";
import { KvStore } from "./kv_store.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function storeWith(key: string, value: string): KvStore {
  const kv = new KvStore();
  kv.apply({ version: 1n, incremental: false, data: new Map([[key, encode(value)]]) });
  return kv;
}

Deno.test("withWearLevel() adds to what is kept of a device, and takes it away below 0", () => {
  const kv = storeWith("device/D", '{"life_expectancy_max":"2030","other":"x"}');
  const kept = (level: number): unknown =>
    JSON.parse(new TextDecoder().decode(withWearLevel(new DaemonIndex(), kv, "D", level)));
  assertEquals(kept(0.25), { life_expectancy_max: "2030", other: "x", wear_level: "0.25" });
  assertEquals(kept(0.1), { life_expectancy_max: "2030", other: "x", wear_level: "0.1" });
  assertEquals(kept(-1), { life_expectancy_max: "2030", other: "x" });
  assertEquals(withWearLevel(new DaemonIndex(), kv, "E", 1), undefined);
  const worn = storeWith("device/D", '{"wear_level":"0.25"}');
  assertEquals(dumpDeviceOf(new DaemonIndex(), worn, "D"), {
    device: { devid: "D", location: [], daemons: [], wear_level: 0.25 },
  });
});
