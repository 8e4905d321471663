/** Who is the active manager, from beacon to beacon. */

import { assert, assertEquals } from "@std/assert";
import type { MMgrBeacon } from "../../../mgr/messages/mgr_beacon.ts";
import { AddrType } from "../../../mgr/types/entity_addr.ts";
import { commit, type Committed, load } from "./committed.ts";
import { takeBeacon, tickManagers } from "./mgr_monitor.ts";
import { mkfs } from "./mkfs.ts";

/** mon_mgr_beacon_grace */
const BEACON_GRACE_MS = 30_000;

const NOW = Date.UTC(2026, 0, 1);

function fresh(): Committed {
  const rows = mkfs({
    fsid: "00000000-0000-0000-0000-000000000001",
    entities: new Map(),
    modules: [],
    failureDomain: 1,
    nowMs: NOW,
  });
  const parts = new Map<string, Map<string, Uint8Array>>();
  for (const { part, key, value } of rows) {
    parts.set(part, (parts.get(part) ?? new Map()).set(key, value!));
  }
  return load(parts);
}

function beacon(name: string, gid: bigint, over: Partial<MMgrBeacon> = {}): MMgrBeacon {
  return {
    serverAddrs: [],
    gid,
    available: false,
    name,
    fsid: "00000000-0000-0000-0000-000000000001",
    moduleNames: [],
    commandDescs: [],
    metadata: new Map([["hostname", "h"]]),
    services: new Map(),
    modules: [],
    mgrFeatures: 0n,
    clientsAddrs: [],
    clientsNames: [],
    ...over,
  };
}

const ADDR = { type: AddrType.msgr2, nonce: 7, ip: "127.0.0.1", port: 6800 };

/** The state after each beacon in turn. */
function after(state: Committed, ...beacons: MMgrBeacon[]): Committed {
  return beacons.reduce((s, b) => {
    const { change } = takeBeacon(s, b, NOW).draft;
    return change ? commit(s, change).next : s;
  }, state);
}

const available = beacon("x", 10n, { available: true, serverAddrs: [ADDR] });

Deno.test("takeBeacon() activates the first manager, then takes what it says of itself", () => {
  const first = after(fresh(), beacon("x", 10n));
  assertEquals([first.mgr.map.epoch, first.mgr.map.activeGid, first.mgr.map.available], [2, 10n, false]);
  assertEquals(first.mgr.metadata.get("x")?.get("hostname"), "h");
  const second = after(first, available);
  assertEquals([second.mgr.map.epoch, second.mgr.map.available], [3, true]);
  assertEquals(second.mgr.map.activeAddrs, [ADDR]);
  assertEquals(takeBeacon(second, available, NOW).draft.change, undefined);
});

Deno.test("takeBeacon() answers the null map to a manager that believes to be active", () => {
  const state = after(fresh(), beacon("x", 10n), available);
  assert(takeBeacon(state, beacon("y", 11n, { available: true }), NOW).nullMap);
});

Deno.test("takeBeacon() takes the same name under another gid for a restart, and fences the old one off", () => {
  const state = after(fresh(), beacon("x", 10n), available, beacon("x", 12n));
  const { map } = state.mgr;
  assertEquals([map.activeGid, map.available, map.lastFailureOsdEpoch], [12n, false, 2]);
  assertEquals(state.osd.map.epoch, 2);
  assertEquals(state.osd.map.blocklist.map(({ addr }) => addr), [{ ...ADDR, type: AddrType.any }]);
});

Deno.test("takeBeacon() keeps standbys; modules alone count when name or can_run differ", () => {
  const module = { name: "m", canRun: true, errorString: "", moduleOptions: new Map() };
  const state = after(fresh(), beacon("x", 10n), beacon("y", 11n, { modules: [module] }));
  assertEquals([...state.mgr.map.standbys.values()].map(({ name }) => name), ["y"]);
  const other = { ...module, errorString: "something" };
  assertEquals(takeBeacon(state, beacon("y", 11n, { modules: [other] }), NOW).draft.change, undefined);
  const broken = { ...module, canRun: false };
  assert(takeBeacon(state, beacon("y", 11n, { modules: [broken] }), NOW).draft.change);
});

Deno.test("tickManagers() replaces a silent manager by the standby with the lowest gid", () => {
  const state = after(fresh(), beacon("x", 10n), available, beacon("z", 14n), beacon("y", 13n));
  const later = BEACON_GRACE_MS + 1;
  const alive = new Map([[10n, 1], [13n, 1], [14n, 1]]);
  assertEquals(tickManagers(state, alive, later, NOW).change, undefined);
  const draft = tickManagers(state, new Map([[10n, 0], [13n, 1], [14n, 1]]), later, NOW);
  assertEquals([draft.map.activeName, [...draft.map.standbys.keys()]], ["y", [14n]]);
  assertEquals(draft.lines, ["Manager daemon x is unresponsive, replacing it with standby daemon y"]);
});
