/** What a process may call depends on what it is for. */

import { assertEquals, assertRejects } from "@std/assert";
import { type Permit, permitted } from "./call_permits.ts";
import type { HostSide } from "./contract.ts";

const called: string[] = [];
const note = (name: string) => (): Promise<never> => {
  called.push(name);
  return Promise.resolve() as Promise<never>;
};
const CALLS: HostSide = {
  log: note("log"),
  failed: note("failed"),
  served: note("served"),
  get: note("get"),
  osdMap: note("osdMap"),
  statHead: note("statHead"),
  statPage: note("statPage"),
  read: note("read"),
  perfColumns: note("perfColumns"),
  setOption: note("setOption"),
  setOptionOf: note("setOptionOf"),
  setStore: note("setStore"),
  setHealthChecks: note("setHealthChecks"),
  setUri: note("setUri"),
  setProgress: note("setProgress"),
  clearProgress: note("clearProgress"),
  addPerfQuery: note("addPerfQuery"),
  removePerfQuery: note("removePerfQuery"),
  perfQueryCounters: note("perfQueryCounters"),
  clusterLog: note("clusterLog"),
  cancel: note("cancel"),
  remote: note("remote"),
  sendCommand: note("sendCommand"),
  openPool: note("openPool"),
  operate: note("operate"),
  listObjects: note("listObjects"),
  notifyObject: note("notifyObject"),
  watch: note("watch"),
  unwatch: note("unwatch"),
  isAuthorized: note("isAuthorized"),
  setDeviceWearLevel: note("setDeviceWearLevel"),
};

Deno.test("permitted() lets a process that only loads log, one that stands by read, and an active one do all", async () => {
  const permit: Permit = { role: undefined };
  const calls = permitted(CALLS, permit, () => {});
  await calls.log("info", "here");
  await assertRejects(() => calls.get("health", null), Error, "Cannot call get: the module does not serve");
  await assertRejects(() => calls.setUri(""), Error, "the module does not serve");
  permit.role = "standby";
  await calls.get("health", null);
  await assertRejects(() => calls.setStore("a", null), Error, "Cannot call setStore: this manager stands by");
  permit.role = "active";
  await calls.setStore("a", null);
  assertEquals(called, ["log", "get", "setStore"]);
});
