/** When a manager may act, and when not. */

import { assertEquals, assertThrows } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { MAX_SILENCE_MS, NotActiveError, NULL_MAP_EPOCH, type RoleInMap, Tenure } from "./tenure.ts";

function setUp(): { clock: FakeClock; tenure: Tenure; log: string[] } {
  const clock = new FakeClock();
  const log: string[] = [];
  const tenure = new Tenure(clock, {
    begin: (serial) => log.push(`begin ${serial}`),
    end: (reason) => log.push(`end: ${reason}`),
    confirmed: () => log.push("confirmed"),
  });
  tenure.sessionUp(7n);
  return { clock, tenure, log };
}
const mapOf = (activeGid: bigint, epoch = 5, lastFailureOsdEpoch = 0): RoleInMap => ({
  epoch,
  activeGid,
  lastFailureOsdEpoch,
});

Deno.test("Tenure begins when the MgrMap names us and the predecessor is fenced", () => {
  const { tenure, log } = setUp();
  tenure.osdMap(10);
  tenure.mgrMap(mapOf(7n, 5, 12));
  assertEquals(tenure.refusal, "this manager waits for OSDMap epoch 12, which fences its predecessor");
  tenure.osdMap(11);
  assertEquals([tenure.active, log], [false, []]);
  tenure.osdMap(12);
  assertEquals([tenure.active, tenure.refusal, log], [true, undefined, ["begin 1", "confirmed"]]);
});

Deno.test("Tenure waits for the latest fence that a MgrMap names", () => {
  const { tenure } = setUp();
  tenure.osdMap(10);
  tenure.mgrMap(mapOf(7n, 5, 12));
  tenure.mgrMap(mapOf(7n, 6, 14));
  tenure.osdMap(12);
  assertEquals(tenure.active, false);
  tenure.osdMap(14);
  assertEquals(tenure.active, true);
});

Deno.test("Tenure confirms the session in which it begins, so that held writes go out", () => {
  const { tenure, log } = setUp();
  tenure.mgrMap(mapOf(7n));
  tenure.mgrMap(mapOf(7n, 6));
  assertEquals(log, ["begin 1", "confirmed"]);
});

Deno.test("Tenure that begins without a session is confirmed by the MgrMap of the next one", () => {
  const { tenure, log } = setUp();
  tenure.mgrMap(mapOf(7n, 5, 12));
  tenure.sessionDown();
  tenure.osdMap(12);
  assertEquals(log, ["begin 1"]);
  tenure.sessionUp(7n);
  tenure.mgrMap(mapOf(7n, 5, 12));
  assertEquals(log, ["begin 1", "confirmed"]);
});

Deno.test("Tenure ends at a MgrMap without us, and a later one is another tenure", () => {
  const { tenure, log } = setUp();
  tenure.mgrMap(mapOf(7n));
  const first = tenure.signal;
  tenure.mgrMap(mapOf(8n, 6));
  assertEquals([tenure.active, first.aborted], [false, true]);
  assertThrows(
    () => tenure.check("send a report"),
    NotActiveError,
    "Cannot send a report: this manager is not the active one",
  );
  tenure.mgrMap(mapOf(7n, 7));
  assertEquals(log, ["begin 1", "confirmed", "end: MgrMap epoch 6 names another manager", "begin 2"]);
});

Deno.test("Tenure ends at the null map at once", () => {
  const { tenure } = setUp();
  tenure.mgrMap(mapOf(7n));
  tenure.mgrMap(mapOf(0n, NULL_MAP_EPOCH));
  assertEquals(tenure.active, false);
});

Deno.test("Tenure never takes gid 0 for its own", () => {
  const tenure = new Tenure(new FakeClock(), { begin: () => {}, end: () => {}, confirmed: () => {} });
  tenure.mgrMap(mapOf(0n));
  assertEquals(tenure.active, false);
});

Deno.test("Tenure forbids changes after 30 s without a session, though the role is not lost", async () => {
  const { clock, tenure } = setUp();
  tenure.mgrMap(mapOf(7n));
  await clock.advance(3 * MAX_SILENCE_MS);
  assertEquals(tenure.refusal, undefined);
  tenure.sessionDown();
  await clock.advance(MAX_SILENCE_MS - 1);
  assertEquals(tenure.refusal, undefined);
  await clock.advance(1);
  assertEquals(tenure.active, true);
  assertThrows(
    () => tenure.check("write an option"),
    NotActiveError,
    "Cannot write an option: no monitor has confirmed",
  );
});

Deno.test("Tenure after a long silence: a new session is not enough, its MgrMap is", async () => {
  const { clock, tenure, log } = setUp();
  tenure.mgrMap(mapOf(7n));
  tenure.sessionDown();
  await clock.advance(MAX_SILENCE_MS);
  tenure.sessionUp(7n);
  assertEquals(tenure.refusal === undefined, false);
  tenure.mgrMap(mapOf(7n));
  assertEquals([tenure.refusal, log], [undefined, ["begin 1", "confirmed", "confirmed"]]);
});

Deno.test("Tenure: sessions that come and go without a MgrMap do not prolong it", async () => {
  const { clock, tenure } = setUp();
  tenure.mgrMap(mapOf(7n));
  for (let i = 0; i < 4; i++) {
    tenure.sessionDown();
    await clock.advance(MAX_SILENCE_MS / 3);
    tenure.sessionUp(7n);
  }
  assertEquals(tenure.refusal === undefined, false);
});

Deno.test("Tenure forbids changes when nothing was heard for 30 s in an open session, as after a sleep", async () => {
  const clock = new FakeClock();
  let heard = 0;
  const tenure = new Tenure(clock, { begin: () => {}, end: () => {}, confirmed: () => {} }, () => heard);
  tenure.sessionUp(7n);
  tenure.mgrMap(mapOf(7n));
  await clock.advance(MAX_SILENCE_MS - 1);
  assertEquals(tenure.refusal, undefined);
  await clock.advance(1);
  assertEquals([tenure.active, tenure.refusal === undefined], [true, false]);
  heard = clock.now();
  assertEquals(tenure.refusal, undefined);
});

Deno.test("Tenure ends when the monitors give another gid", () => {
  const { tenure, log } = setUp();
  tenure.mgrMap(mapOf(7n));
  tenure.sessionUp(9n);
  assertEquals([tenure.active, log.at(-1)], [false, "end: the monitors gave this manager a new identity"]);
});

Deno.test("Tenure does not care for jumps of the wall clock", () => {
  const { clock, tenure } = setUp();
  tenure.mgrMap(mapOf(7n));
  tenure.sessionDown();
  clock.jumpWall(86_400_000);
  assertEquals(tenure.refusal, undefined);
});
