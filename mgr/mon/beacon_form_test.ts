/** Which beacon follows which MgrMap. */

import { assertEquals } from "@std/assert";
import { type ActiveInMap, BeaconPolicy } from "./beacon_form.ts";
import { NULL_MAP_EPOCH } from "./tenure.ts";

const map = (
  activeGid: bigint,
  available = false,
  activeName = activeGid === 7n ? "x" : activeGid ? "y" : "",
): ActiveInMap => (
  { epoch: 3, activeGid, activeName, available }
);

Deno.test("BeaconPolicy.form is undefined before the first MgrMap", () => {
  assertEquals(new BeaconPolicy("x", 7n).form, undefined);
});

Deno.test("BeaconPolicy.mgrMap() sends both forms back to back when nobody is active", () => {
  const policy = new BeaconPolicy("x", 7n);
  assertEquals(policy.mgrMap(map(0n)), ["standby", "available"]);
  assertEquals([policy.form, policy.withCommands], ["available", true]);
  assertEquals(policy.mgrMap(map(7n, true)), []);
  assertEquals([policy.form, policy.withCommands], ["available", false]);
});

Deno.test("BeaconPolicy.mgrMap() takes over at once from its own former incarnation", () => {
  assertEquals(new BeaconPolicy("x", 7n).mgrMap(map(5n, true, "x")), ["standby", "available"]);
});

Deno.test("BeaconPolicy.mgrMap() stands by for another active manager and serves when promoted", () => {
  const policy = new BeaconPolicy("x", 7n);
  assertEquals([policy.mgrMap(map(5n, true)), policy.form], [["standby"], "standby"]);
  assertEquals(policy.mgrMap(map(5n, true)), []);
  assertEquals([policy.mgrMap(map(7n)), policy.form, policy.withCommands], [
    ["available"],
    "available",
    true,
  ]);
});

Deno.test("BeaconPolicy.mgrMap() stands by again after the role is lost", () => {
  const policy = new BeaconPolicy("x", 7n);
  policy.mgrMap(map(7n, true));
  assertEquals([policy.mgrMap(map(5n, false)), policy.form], [["standby"], "standby"]);
});

Deno.test("BeaconPolicy.mgrMap() takes the null map for a demotion", () => {
  const policy = new BeaconPolicy("x", 7n);
  policy.mgrMap(map(0n));
  assertEquals([policy.mgrMap({ ...map(0n), epoch: NULL_MAP_EPOCH }), policy.form], [["standby"], "standby"]);
});

Deno.test("BeaconPolicy.settled says when the monitors have what was announced", () => {
  const policy = new BeaconPolicy("x", 7n);
  policy.mgrMap(map(0n));
  assertEquals(policy.settled, false);
  policy.mgrMap(map(7n, true));
  assertEquals(policy.settled, true);
  policy.announceAnew();
  const settled = [map(7n, true), map(7n, false), map(7n, true)].map((next) => {
    policy.mgrMap(next);
    return policy.settled;
  });
  assertEquals(settled, [false, false, true]);
  policy.announceAnew();
  policy.mgrMap(map(5n, true));
  assertEquals(policy.settled, true, "who stands by announces nothing");
});

Deno.test("BeaconPolicy.announceAnew() pauses until the map shows it, then announces the new commands", () => {
  const policy = new BeaconPolicy("x", 7n);
  policy.mgrMap(map(7n, true));
  assertEquals([policy.announceAnew(), policy.form, policy.withCommands], [["paused"], "paused", false]);
  assertEquals([policy.mgrMap(map(7n, true)), policy.form], [[], "paused"]);
  assertEquals([policy.mgrMap(map(7n, false)), policy.withCommands], [["available"], true]);
  assertEquals([policy.mgrMap(map(7n, true)), policy.form, policy.withCommands], [[], "available", false]);
});

Deno.test("BeaconPolicy.announceAnew() waits until the present announcement has been taken", () => {
  const policy = new BeaconPolicy("x", 7n);
  policy.mgrMap(map(0n));
  assertEquals([policy.announceAnew(), policy.announceAnew(), policy.form], [[], [], "available"]);
  assertEquals(policy.mgrMap(map(7n, false)), ["available"]);
  assertEquals(policy.mgrMap(map(7n, true)), ["paused"]);
  assertEquals(policy.announceAnew(), []);
});

Deno.test("BeaconPolicy.announceAnew() has nothing to take back while another manager is active", () => {
  const policy = new BeaconPolicy("x", 7n);
  policy.mgrMap(map(7n, true));
  policy.announceAnew();
  policy.mgrMap(map(5n, true));
  assertEquals([policy.announceAnew(), policy.form], [[], "standby"]);
  assertEquals([policy.mgrMap(map(7n, false)), policy.mgrMap(map(7n, true))], [["available"], []]);
});
