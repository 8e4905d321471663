/** The session with the monitors: hunting, logins, keepalives, renewal, commands, and what ends it. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { type FakeMonitor, FakeMonitors, FSID } from "../../tests/fakes/fake_monitors.ts";
import { CephxClient, MGR_SERVICES } from "../auth/cephx_client.ts";
import { CryptoKey, KeyType } from "../auth/crypto_key.ts";
import { randomBytes } from "../auth/seal.ts";
import { MAuth } from "../messages/auth.ts";
import { MMonCommand } from "../messages/mon_command.ts";
import { MMonMap } from "../messages/mon_map.ts";
import { MMonSubscribe } from "../messages/mon_subscribe.ts";
import { ConMode } from "../msgr/authenticator.ts";
import { EntityType } from "../types/entity_name.ts";
import { REFUSALS_BEFORE_THE_END } from "./login_refusals.ts";
import { MonClient, type MonClientOptions } from "./mon_client.ts";
import { FIRST_REPORT_MS } from "./silence_report.ts";

const HOUR = 3_600_000;

/** A manager that hunts among monitors of its own. */
class World {
  readonly clock = new FakeClock();
  readonly monitors: FakeMonitors;
  readonly auth: CephxClient;
  readonly mon: MonClient;
  readonly gids: bigint[] = [];
  readonly downs: string[] = [];
  readonly troubles: string[] = [];
  readonly hopeless: string[] = [];
  onMessage: () => void = () => {};

  constructor(count = 1, over: Partial<MonClientOptions> = {}, key?: CryptoKey) {
    this.monitors = new FakeMonitors(this.clock, count);
    this.auth = new CephxClient({
      entity: { type: EntityType.mgr, id: "x" },
      key: key ?? this.monitors.key,
      services: MGR_SERVICES,
      now: () => this.clock.now(),
    });
    this.mon = new MonClient({
      clock: this.clock,
      messenger: this.monitors.messenger,
      auth: this.auth,
      monitors: this.monitors.candidates(),
      modes: () => [ConMode.crc],
      hostname: "h",
      fsid: FSID,
      random: () => 0,
      ...over,
    }, {
      sessionUp: (gid) => void this.gids.push(gid),
      sessionDown: (reason) => void this.downs.push(reason),
      monMap: () => {},
      message: () => this.onMessage(),
      trouble: (text) => void this.troubles.push(text),
      hopeless: (reason) => void this.hopeless.push(reason.message),
    });
  }

  get first() {
    return this.monitors.all[0]!;
  }

  /** Lets bytes flow until it is true. */
  async until(what: () => boolean): Promise<void> {
    for (let i = 0; i < 100 && !what(); i++) await settle();
    assert(what(), `never: ${what}`);
  }

  async connect(): Promise<this> {
    this.mon.start();
    await this.until(() => this.mon.monMap !== undefined);
    return this;
  }
}

Deno.test("MonClient hunts in rounds until a monitor is there, and keeps its identity over the loss", async () => {
  const w = new World(5);
  for (const monitor of w.monitors.all) monitor.state = "down";
  w.mon.start();
  await w.clock.advance(0);
  const dialled = (): number[] => w.monitors.all.map((m) => m.dialled);
  assertEquals(dialled().reduce((a, b) => a + b), 3);
  await w.clock.advance(200);
  assertEquals(dialled(), [1, 1, 1, 1, 1]);
  await w.clock.advance(399);
  assertEquals(dialled().reduce((a, b) => a + b), 5);
  await w.clock.advance(1);
  assertEquals(dialled().reduce((a, b) => a + b), 8);
  w.monitors.all[4]!.state = "up";
  await w.clock.advance(5000);
  await w.until(() => w.gids.length === 1);
  await w.clock.advance(20_000);
  for (const monitor of w.monitors.all) monitor.state = "up";
  w.monitors.all[4]!.drop();
  await w.until(() => w.gids.length === 2);
  assertEquals(w.gids[1], w.gids[0]);
  assertEquals(w.monitors.all.map((m) => m.sessions.length).reduce((a, b) => a + b), 1);
  w.mon.close("done");
});

Deno.test("MonClient waits for a batch of silent monitors, then tries the next one", async () => {
  const w = new World(4);
  for (const monitor of w.monitors.all) monitor.state = "deaf";
  w.mon.start();
  await w.clock.advance(2999);
  assertEquals(w.monitors.all.filter((m) => m.dialled > 0).length, 3);
  await w.clock.advance(1);
  assertEquals(w.monitors.all.filter((m) => m.dialled > 0).length, 4);
  w.mon.close("done");
});

Deno.test("MonClient does not storm a monitor that ends each session at once", async () => {
  const w = new World(1);
  w.onMessage = () => {
    throw new Error("Cannot decode");
  };
  w.mon.start();
  let seen = 0;
  for (let i = 0; i < 60; i++) {
    await w.clock.advance(1000);
    if (w.first.sessions.length > 0) {
      seen++;
      w.first.send(MMonMap, { monMap: w.monitors.monMap(1) });
      w.first.drop();
    }
  }
  assert(w.first.dialled >= 5 && w.first.dialled < 30, `${w.first.dialled} times`);
  assert(seen > 0);
  w.mon.close("done");
});

Deno.test("MonClient comes back at once when a session that lasted is lost", async () => {
  const w = await new World(1).connect();
  await w.clock.advance(11_000);
  w.first.drop();
  await w.until(() => w.gids.length === 2);
  w.mon.close("done");
});

Deno.test("MonClient tells which monitors it cannot reach and why, ever less often", async () => {
  const w = new World(2);
  for (const monitor of w.monitors.all) monitor.state = "down";
  w.mon.start();
  await w.clock.advance(FIRST_REPORT_MS - 1);
  assertEquals(w.troubles, []);
  await w.clock.advance(1);
  assertEquals(w.troubles, [
    "Cannot reach a monitor for 5 s, still trying: v2:127.0.0.1:3300/0: Connection refused; v2:127.0.0.1:3301/0: Connection refused",
  ]);
  await w.clock.advance(60_000);
  assertEquals(w.troubles.length, 3);
  assertEquals(w.hopeless, []);
  w.mon.close("done");
});

Deno.test("MonClient with a wrong key gives up after a few tries, and says how to mend it", async () => {
  const w = new World(1, {}, CryptoKey.generate(KeyType.aes, randomBytes, { sec: 1, nsec: 0 }));
  w.mon.start();
  await w.clock.advance(10_000);
  assert(w.first.dialled >= REFUSALS_BEFORE_THE_END);
  assertEquals(w.hopeless.length, 1);
  assertMatch(
    w.hopeless[0]!,
    /^Cannot log in as mgr.x: the monitors refuse its key \(-13\).*ceph auth get mgr.x/,
  );
  w.mon.close("done");
});

Deno.test("MonClient with modes that no monitor takes names those that they take", async () => {
  const w = new World(1, { modes: () => [ConMode.secure] });
  w.mon.start();
  await w.clock.advance(10_000);
  assertMatch(w.hopeless[0]!, /methods \(cephx\) in modes \(crc\) only \(-95\)/);
  w.mon.close("done");
});

Deno.test("MonClient does not give up on a refusal once it was let in", async () => {
  const w = await new World(1).connect();
  w.auth.forgetIdentity();
  Object.assign(w.monitors, { key: CryptoKey.generate(KeyType.aes, randomBytes, { sec: 1, nsec: 0 }) });
  w.first.drop();
  await w.clock.advance(60_000);
  assertEquals(w.hopeless, []);
  assertMatch(w.troubles[0]!, /peer refused method 2 \(-13\)/);
  w.mon.close("done");
});

Deno.test("MonClient refuses another cluster than its fsid", async () => {
  const w = new World(1, { fsid: "11111111-1111-4111-8111-111111111111" });
  w.mon.start();
  await w.until(() => w.hopeless.length > 0);
  assertMatch(
    w.hopeless[0]!,
    /^Cannot join the cluster: the monitors belong to cluster bf099287.*, our fsid is 11111111/,
  );
  assertEquals(w.mon.monMap, undefined);
  w.mon.close("done");
});

Deno.test("MonClient cannot hunt when no monitor has a v2 address", () => {
  const w = new World(1, { monitors: [] });
  w.mon.start();
  assertMatch(w.hopeless[0]!, /none of the monitors that are known has a msgr2/);
});

Deno.test("MonClient sends keepalives, and leaves a monitor that does not answer them", async () => {
  const w = await new World(1).connect();
  await w.clock.advance(300_000);
  assertEquals([w.gids.length, w.mon.connected], [1, true]);
  w.first.frozen = true;
  await w.clock.advance(29_000);
  assertEquals(w.mon.connected, true);
  await w.clock.advance(12_000);
  assertEquals(w.downs, ["the monitor has not answered for 30 s"]);
  w.mon.close("done");
});

Deno.test("MonClient does not care for jumps of the wall clock", async () => {
  const w = await new World(1).connect();
  await w.mon.refreshRotating();
  await w.clock.advance(60_000);
  const asked = w.first.got(MAuth).length;
  for (const jump of [10 * HOUR, -20 * HOUR]) {
    w.clock.jumpWall(jump);
    await w.clock.advance(60_000);
  }
  assertEquals([w.gids.length, w.mon.connected, w.first.got(MAuth).length], [1, true, asked]);
  w.mon.close("done");
});

Deno.test("MonClient renews tickets and rotating secrets in time, again and again", async () => {
  const w = new World(1);
  w.monitors.life = { authMs: 4_000, serviceMs: 3_000 };
  w.monitors.forgetSecrets();
  await w.connect();
  await w.mon.refreshRotating();
  for (let i = 0; i < 60; i++) {
    await w.clock.advance(1_000);
    w.monitors.turn();
    const [, current] = [...w.monitors.secrets(EntityType.mgr)!.secrets.keys()];
    assert(w.auth.rotating.get(current!) !== undefined, `after ${i} s`);
  }
  // Its ticket is still good for coming back.
  w.first.drop();
  await w.until(() => w.gids.length === 2);
  assertEquals(w.gids[1], w.gids[0]);
  w.mon.close("done");
});

Deno.test("MonClient asks again while there are no rotating secrets yet", async () => {
  const w = new World(1);
  w.monitors.hasMgrSecrets = false;
  await w.connect();
  await assertRejects(() => w.mon.refreshRotating(), Error, "-13");
  await w.clock.advance(5000);
  assertEquals(w.auth.rotating.ready, false);
  w.monitors.hasMgrSecrets = true;
  await w.clock.advance(2000);
  assertEquals(w.auth.rotating.ready, true);
  w.mon.close("done");
});

Deno.test("MonClient gives up a request for tickets that is never answered, and asks again", async () => {
  const w = new World(1);
  w.monitors.answersAuth = false;
  await w.connect();
  const answer = assertRejects(() => w.mon.refreshRotating(), Error, "no answer of the monitor in 30 s");
  await w.clock.advance(30_000);
  await answer;
  w.monitors.answersAuth = true;
  await w.clock.advance(2000);
  assertEquals(w.auth.rotating.ready, true);
  w.mon.close("done");
});

Deno.test("MonClient whose old identity is refused comes back as another manager", async () => {
  const w = await new World(1).connect();
  await w.clock.advance(20_000);
  w.monitors.forgetSecrets();
  w.first.drop();
  await w.clock.advance(5_000);
  await w.until(() => w.gids.length === 2);
  assert(w.gids[1] !== w.gids[0]);
  assertEquals([w.hopeless, w.troubles], [[], []]);
  w.mon.close("done");
});

Deno.test("MonClient whose ticket expired in an open session logs in anew", async () => {
  const w = new World(1);
  w.monitors.life = { authMs: 200_000, serviceMs: 40_000 };
  w.monitors.forgetSecrets();
  await w.connect();
  w.monitors.answersAuth = false;
  await w.clock.advance(220_000);
  w.monitors.forgetSecrets();
  w.monitors.answersAuth = true;
  await w.clock.advance(60_000);
  assertMatch(w.downs[0]!, /our ticket has expired and is not renewed \(-13\)/);
  assertEquals([w.gids.length, w.mon.connected], [2, true]);
  w.mon.close("done");
});

Deno.test("MonClient takes one login of three that are granted at once", async () => {
  const w = new World(3);
  w.mon.start();
  await w.until(() => w.mon.connected);
  await w.clock.advance(1000);
  assertEquals(w.gids.length, 1);
  assertEquals(w.mon.globalId, w.gids[0]);
  assertEquals(w.monitors.all.map((m) => m.sessions.length).sort(), [0, 0, 1]);
  w.mon.close("done");
});

Deno.test("MonClient subscribes again in each session, from what it has on", async () => {
  const w = new World(1);
  w.mon.subscribe("mgrmap");
  w.mon.subscribe("osdmap", 7n, true);
  await w.connect();
  w.mon.subscribe("fsmap");
  w.mon.got("fsmap", 11n);
  await w.until(() => w.first.got(MMonSubscribe).length === 2);
  await w.clock.advance(11_000);
  w.first.drop();
  await w.until(() => w.first.got(MMonSubscribe).length === 3);
  const [first, second, third] = w.first.got(MMonSubscribe).map(({ what, hostname }) => {
    assertEquals(hostname, "h");
    return Object.fromEntries([...what].map(([name, { start, onetime }]) => [name, [start, onetime]]));
  });
  assertEquals(first, { mgrmap: [0n, false], osdmap: [7n, true] });
  assertEquals(second, { fsmap: [12n, false] });
  assertEquals(third, { fsmap: [12n, false], mgrmap: [0n, false], osdmap: [7n, true] });
  w.mon.close("done");
});

Deno.test("MonClient.command() waits for a session, survives its loss, and ends at its time-out", async () => {
  const w = new World(1);
  await assertRejects(
    () => w.mon.command({ prefix: "x" }, { timeoutMs: 1000 }),
    Error,
    "there was no monitor",
  );
  await w.connect();
  w.mon.releaseWrites();
  const lost = w.mon.command({ prefix: "osd metadata" }, { timeoutMs: 60_000 });
  await w.until(() => w.first.got(MMonCommand).length === 1);
  w.monitors.onCommand = () => -2;
  await w.clock.advance(11_000);
  w.first.drop();
  assertEquals((await lost).r, -2);
  assertEquals(w.first.received.filter((raw) => raw.type === MMonCommand.type).map((raw) => raw.tid), [
    1n,
    1n,
  ]);
  w.monitors.onCommand = () => undefined;
  const late = assertRejects(
    () => w.mon.command({ prefix: "osd metadata" }, { timeoutMs: 5000 }),
    Error,
    "Cannot complete command 'osd metadata': no answer of the monitors in 5 s",
  );
  await w.clock.advance(5000);
  await late;
  w.mon.close("done");
});

Deno.test("MonClient leaves a monitor that is no longer in the map for one that is", async () => {
  const w = new World(2);
  const [first, second] = w.monitors.all as [FakeMonitor, FakeMonitor];
  second.state = "down";
  await w.connect();
  second.state = "up";
  first.send(MMonMap, { monMap: w.monitors.monMap(2, [second]) });
  await w.clock.advance(1000);
  assertEquals(w.downs, ["this monitor is no longer in the map"]);
  assertEquals([first.sessions.length, second.sessions.length, w.gids.length], [0, 1, 2]);
  w.mon.close("done");
});
