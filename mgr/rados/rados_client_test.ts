/** The client as its owner sees it: maps in, pools out, and an end. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { downOsd, osdAddr, POOL, smallOsdMap, upOsd, withPool } from "../../tests/fakes/small_osd_map.ts";
import { authenticator } from "../../tests/fakes/trusting_auth.ts";
import type { DialOptions } from "../msgr/messenger.ts";
import { type EntityAddr, sameAddr } from "../types/entity_addr.ts";
import { RadosClient } from "./rados_client.ts";
import { RadosError } from "./rados_error.ts";

const OURS: EntityAddr = { type: 3, nonce: 77, ip: "127.0.0.1", port: 0 };

function bench() {
  const clock = new FakeClock();
  const dialled: DialOptions[] = [];
  const fenced: string[] = [];
  let newest = 0;
  let ticket = true;
  const client = new RadosClient({
    clock,
    messenger: {
      connect: (options) => {
        dialled.push(options);
        return new Promise(() => {});
      },
    },
    auth: { authorizer: () => (ticket ? authenticator : undefined) },
    modes: () => [2, 1],
    newestEpoch: () => Promise.resolve(newest),
    refusal: () => undefined,
    opTimeoutMs: () => 0,
    blocklisted: (reason) => void fenced.push(reason),
  });
  return {
    clock,
    client,
    dialled,
    fenced,
    setNewest: (epoch: number) => void (newest = epoch),
    setTicket: (has: boolean) => void (ticket = has),
  };
}

Deno.test("nothing is dialled before start(); then with our ip and the modes that were asked for", async () => {
  const { client, dialled } = bench();
  client.identify(OURS);
  client.osdMap(smallOsdMap());
  const pool = await client.openPool("p");
  pool.stat("a").catch(() => {});
  assertEquals(dialled.length, 0);
  client.start();
  assertEquals(dialled.map(({ addr, peerType, ip }) => [sameAddr(addr, osdAddr(0)), peerType, ip]), [
    [true, 4, "127.0.0.1"],
  ]);
});

Deno.test("openPool() finds pools by name and number, also those younger than our map", async () => {
  const { client, setNewest } = bench();
  const map = smallOsdMap();
  setNewest(map.epoch);
  const early = client.openPool("p");
  await settle();
  client.osdMap(map);
  const pool = await early;
  assertEquals([pool.poolId, pool.poolName, (await client.openPool(POOL)).poolName], [POOL, "p", "p"]);
  await assertRejects(
    () => client.openPool("nowhere"),
    RadosError,
    "Cannot open pool 'nowhere': there is no such pool",
  );
  setNewest(map.epoch + 1);
  const young = client.openPool("young");
  await settle();
  client.osdMap(withPool(map, 9, "young"));
  assertEquals((await young).poolId, 9);
});

Deno.test("osdMap() ends sessions with OSDs that are down or elsewhere, and ignores what is old", async () => {
  const { client, dialled } = bench();
  const map = smallOsdMap();
  client.osdMap(map);
  client.start();
  (await client.openPool("p")).stat("a").catch(() => {});
  assertEquals(client.sessions.peers().length, 1);
  const elsewhere = { ...osdAddr(0), port: 7000 };
  const moved = upOsd(downOsd(map, 0), 0, elsewhere);
  client.osdMap(moved);
  assertEquals(dialled.map(({ addr }) => addr.port), [6800, 7000]);
  client.osdMap(map);
  assertEquals(client.map!.epoch, moved.epoch);
  client.osdMap(downOsd(moved, 0));
  assertEquals(client.sessions.peers().filter(({ peer }) => peer.num === 0n), []);
});

Deno.test("an address of ours on the blocklist ends everything", async () => {
  const { client, fenced } = bench();
  const map = smallOsdMap();
  client.identify(OURS);
  client.osdMap(map);
  client.start();
  const pool = await client.openPool("p");
  const open = pool.stat("a");
  open.catch(() => {});
  const entry = { addr: OURS, expires: { sec: 2_000_000_000, nsec: 0 } };
  client.osdMap(nextEpoch(map, { newBlocklist: [entry] }));
  for (const call of [() => open, () => pool.stat("a"), () => client.openPool("p")]) {
    await assertRejects(call, RadosError, "this manager is blocklisted (127.0.0.1:0/77)");
  }
  assertEquals(fenced.length, 1);
});

Deno.test("close() fails what is open and what is to come", async () => {
  const { client, setNewest } = bench();
  const map = smallOsdMap();
  client.osdMap(map);
  const pool = await client.openPool("p");
  const open = pool.stat("a");
  open.catch(() => {});
  setNewest(map.epoch + 5);
  const waiting = client.newestMap();
  waiting.catch(() => {});
  await settle();
  client.close("the tenure is over");
  for (
    const call of [
      () => open,
      () => waiting,
      () => client.openPool("p"),
      () => pool.watch("a", { notified: () => {} }),
    ]
  ) {
    await assertRejects(call, Error, "the tenure is over");
  }
});

Deno.test("without a ticket the OSD is dialled later", async () => {
  const { client, clock, dialled, setTicket } = bench();
  setTicket(false);
  client.osdMap(smallOsdMap());
  client.start();
  (await client.openPool("p")).stat("a").catch(() => {});
  await clock.advance(50);
  assertEquals(dialled.length, 0);
  setTicket(true);
  await clock.advance(100);
  assertEquals(dialled.length, 1);
});

Deno.test("primaryOf() a PG; nobody for one without OSDs or without a pool", () => {
  const { client } = bench();
  const map = smallOsdMap();
  assertEquals(client.primaryOf({ pool: POOL, seed: 0 }), undefined);
  client.osdMap(map);
  assertEquals(client.primaryOf({ pool: POOL, seed: 0 }), 0);
  assertEquals(client.primaryOf({ pool: 9, seed: 0 }), undefined);
  client.osdMap([0, 1, 2, 3].reduce(downOsd, map));
  assertEquals(client.primaryOf({ pool: POOL, seed: 0 }), undefined);
});
