/** RADOS of one tenure: its login, its address, and when it may act. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../tests/fakes/fake_clock.ts";
import { FakeMonitors, FSID } from "../tests/fakes/fake_monitors.ts";
import { smallOsdMap } from "../tests/fakes/small_osd_map.ts";
import { ConMode } from "./msgr/authenticator.ts";
import { TenureRados } from "./tenure_rados.ts";
import { EntityType } from "./types/entity_name.ts";

async function bench() {
  const clock = new FakeClock();
  const monitors = new FakeMonitors(clock, 1);
  const dialled: string[] = [];
  let beacons = 0;
  const rados = new TenureRados({
    clock,
    entity: { type: EntityType.mgr, id: "x" },
    key: monitors.key,
    monitors: monitors.candidates(),
    fsid: FSID,
    hostname: "h",
    modes: () => [ConMode.crc],
    newestEpoch: () => Promise.resolve(0),
    refusal: () => undefined,
    opTimeoutMs: () => 0,
    addressed: () => void beacons++,
    blocklisted: () => {},
    messenger: {
      connect(options, handler, signal) {
        if (options.peerType === EntityType.mon) return monitors.messenger.connect(options, handler, signal);
        dialled.push(`${options.addr.port} from ${options.ip}`);
        return new Promise(() => {});
      },
    },
  });
  rados.osdMap(smallOsdMap());
  const pool = await rados.client.openPool("p");
  const until = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 100 && !what(); i++) await settle();
    assert(what(), `never: ${what}`);
  };
  return { clock, monitors, rados, pool, dialled, until, beacons: () => beacons };
}

Deno.test("TenureRados acts once the MgrMap has its address, which the login has shown", async () => {
  const { rados, pool, dialled, until, beacons } = await bench();
  assertEquals(rados.clients, { addrs: [], names: [] });
  const reading = pool.stat("a");
  reading.catch(() => {});
  rados.begin();
  await until(() => beacons() === 1);
  const { addrs, names } = rados.clients;
  const [address] = addrs[0]!;
  assertEquals([address!.port, address!.ip, names.length], [0, "127.0.0.1", 1]);
  rados.mgrMap({ clients: [[{ ...address!, nonce: 1 }]] });
  assertEquals(dialled, []);
  // Monitors write the type as they like.
  rados.mgrMap({ clients: [[{ ...address!, type: 2 }]] });
  assertEquals(dialled, ["6800 from 127.0.0.1"]);
  rados.close("the tenure is over");
  await assertRejects(() => reading, Error, "the tenure is over");
});

Deno.test("TenureRados keeps its address when the login's session is lost, and ends with a new identity", async () => {
  const { clock, monitors, rados, pool, until, beacons } = await bench();
  rados.begin();
  await until(() => beacons() === 1);
  const before = rados.clients;
  const [monitor] = monitors.all;
  monitor!.drop();
  await clock.advance(1_000);
  await until(() => monitor!.sessions.length === 1);
  assertEquals([rados.clients, beacons()], [before, 1]);
  monitors.forgetSecrets();
  monitor!.drop();
  await clock.advance(5_000);
  await assertRejects(() => pool.stat("a"), Error, "the monitors gave it a new identity");
});
