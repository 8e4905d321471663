/** When beacons go out, and what is in them. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { MMgrBeacon } from "../messages/mgr_beacon.ts";
import { unpack } from "../messages/message.ts";
import { AddrType } from "../types/entity_addr.ts";
import { ZERO_UUID } from "../types/uuid.ts";
import { type BeaconContent, Beaconer } from "./beaconer.ts";

const ADDR = { type: AddrType.msgr2, nonce: 5, ip: "127.0.0.1", port: 6800 };
const COMMAND = {
  cmdstring: "hello",
  helpstring: "",
  module: "mgr",
  reqPerms: "r",
  availability: "cli,rest",
  flags: 8n,
};
const option = (name: string) => ({ name, canRun: true, errorString: "", moduleOptions: new Map() });
const content: BeaconContent = {
  serverAddrs: [ADDR],
  gid: 7n,
  name: "x",
  fsid: ZERO_UUID,
  commandDescs: [COMMAND],
  metadata: new Map([["hostname", "h"]]),
  services: new Map([["hello", "http://h/"]]),
  modules: [option("zoo"), option("alpha")],
  clientsAddrs: [[ADDR]],
  clientsNames: ["rados"],
};

function setUp(): { clock: FakeClock; beaconer: Beaconer; sent: MMgrBeacon[]; period: { ms: number } } {
  const clock = new FakeClock();
  const sent: MMgrBeacon[] = [];
  const period = { ms: 2000 };
  const send = (raw: Parameters<typeof unpack>[1]): boolean => sent.push(unpack(MMgrBeacon, raw)) > 0;
  const beaconer = new Beaconer("x", 7n, clock, () => period.ms, () => content, send);
  return { clock, beaconer, sent, period };
}
const map = (activeGid: bigint, available = false) => ({ epoch: 3, activeGid, activeName: "y", available });

Deno.test("Beaconer is silent before the first MgrMap, then beats every period", async () => {
  const { clock, beaconer, sent } = setUp();
  await clock.advance(10_000);
  assertEquals(sent.length, 0);
  beaconer.mgrMap(map(5n, true));
  assertEquals(sent.length, 1);
  await clock.advance(10_000);
  assertEquals(sent.length, 6);
  clock.jumpWall(-86_400_000);
  await clock.advance(2000);
  clock.jumpWall(2 * 86_400_000);
  await clock.advance(2000);
  assertEquals(sent.length, 8);
  beaconer.stop();
  await clock.advance(10_000);
  assertEquals(sent.length, 8);
});

Deno.test("Beaconer follows mgr_tick_period while it runs", async () => {
  const { clock, beaconer, sent, period } = setUp();
  beaconer.mgrMap(map(5n, true));
  period.ms = 500;
  await clock.advance(2000);
  const before = sent.length;
  await clock.advance(2000);
  assertEquals(sent.length - before, 4);
  beaconer.stop();
});

Deno.test("Beaconer as a standby tells who it is and what modules it has, and nothing of where it serves", () => {
  const { beaconer, sent } = setUp();
  beaconer.mgrMap(map(5n, true));
  const [beacon] = sent;
  assertEquals(beacon?.available, false);
  assertEquals([beacon?.gid, beacon?.name, beacon?.moduleNames], [7n, "x", ["alpha", "zoo"]]);
  assertEquals(beacon?.metadata, content.metadata);
  assertEquals([beacon?.serverAddrs, beacon?.commandDescs, beacon?.clientsAddrs], [[], [], []]);
  assertEquals([beacon?.services.size, beacon?.clientsNames], [0, []]);
  beaconer.stop();
});

Deno.test("Beaconer tells the commands until the MgrMap shows it available, then no more", async () => {
  const { clock, beaconer, sent } = setUp();
  beaconer.mgrMap(map(0n));
  assertEquals(sent.map((b) => [b.available, b.commandDescs.length]), [[false, 0], [true, 1]]);
  await clock.advance(2000);
  beaconer.mgrMap(map(7n));
  beaconer.mgrMap(map(7n, true));
  await clock.advance(2000);
  assertEquals(sent.slice(2).map((b) => [b.available, b.commandDescs.length]), [[true, 1], [true, 1], [
    true,
    0,
  ]]);
  assertEquals(sent.at(-1)?.serverAddrs, [ADDR]);
  assertEquals(sent.at(-1)?.clientsNames, ["rados"]);
  beaconer.stop();
});

Deno.test("Beaconer.announceAnew() keeps the addresses while it is paused, so that no peer reconnects", async () => {
  const { clock, beaconer, sent } = setUp();
  beaconer.mgrMap(map(7n, true));
  beaconer.announceAnew();
  await clock.advance(2000);
  assertEquals(sent.length, 2);
  for (const beacon of sent) {
    assertEquals([beacon.available, beacon.serverAddrs.length, beacon.commandDescs.length], [false, 1, 0]);
    assertEquals([beacon.services.size, beacon.clientsNames.length], [1, 1]);
  }
  assertEquals(beaconer.announcing, true);
  beaconer.mgrMap(map(7n, false));
  assertEquals([sent[2]!.available, sent[2]!.commandDescs.length], [true, 1]);
  beaconer.stop();
});

Deno.test("Beaconer sends nothing after stop(), whatever MgrMap comes: who handed over does not stand by", () => {
  const { beaconer, sent } = setUp();
  beaconer.mgrMap(map(7n, true));
  const before = sent.length;
  beaconer.stop();
  beaconer.mgrMap(map(5n, true));
  beaconer.beat();
  assertEquals(sent.length, before);
});
