/** What modules do in the cluster while a tenure lasts: when a login is made, and what ends with the tenure. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeClock, settle } from "../tests/fakes/fake_clock.ts";
import { FakeMonitors } from "../tests/fakes/fake_monitors.ts";
import { downOsd, smallOsdMap } from "../tests/fakes/small_osd_map.ts";
import type { RequestOptions } from "./mon/requests.ts";
import { NotActiveError } from "./mon/tenure.ts";
import { ConMode } from "./msgr/authenticator.ts";
import { TenureClients } from "./tenure_clients.ts";
import { EntityType } from "./types/entity_name.ts";
import { BLANK_MGR_MAP } from "./types/mgr_map.ts";
import type { OsdMap } from "./types/osd_map.ts";

const TEN_SECONDS = { timeoutMs: 10_000 };

class Bench {
  readonly clock = new FakeClock();
  readonly monitors = new FakeMonitors(this.clock, 1);
  readonly over = new AbortController();
  readonly asked: { readonly cmd: unknown; readonly options: RequestOptions }[] = [];
  beacons = 0;
  newest = 0;
  refusal: string | undefined;
  readonly state: { osdMap: OsdMap; fsMap: undefined; mgrMap: typeof BLANK_MGR_MAP } = {
    osdMap: smallOsdMap(),
    fsMap: undefined,
    mgrMap: { ...BLANK_MGR_MAP, activeGid: 4100n },
  };
  readonly clients = new TenureClients({
    clock: this.clock,
    entity: { type: EntityType.mgr, id: "x" },
    key: this.monitors.key,
    hostname: "h",
    modes: () => [ConMode.crc],
    opTimeoutMs: () => 0,
    addressed: () => void this.beacons++,
    messenger: this.monitors.messenger,
    mon: {
      monMap: this.monitors.monMap(1),
      command: (cmd, options) => {
        this.asked.push({ cmd, options });
        return Promise.resolve({ r: -2, rs: "said the quorum", data: new Uint8Array() });
      },
      getVersion: () => Promise.resolve({ version: this.newest, oldest: 1 }),
    },
    state: this.state,
    tenure: {
      check: (what) => {
        if (this.refusal !== undefined) throw new NotActiveError(`Cannot ${what}: ${this.refusal}`);
      },
      refusal: undefined,
      signal: this.over.signal,
      fenced: () => {},
    },
    tellSelf: ({ prefix }) => ({ r: 0, rs: String(prefix), data: new Uint8Array() }),
  });

  async until(what: () => boolean): Promise<void> {
    for (let i = 0; i < 100 && !what(); i++) await settle();
    assert(what(), `never: ${what}`);
  }
}

Deno.test("TenureClients logs in for who wants objects, not for commands of the quorum, and shows its address", async () => {
  const b = new Bench();
  const { rs } = await b.clients.sendCommand("mon", "", { prefix: "osd tree" }, TEN_SECONDS);
  assertEquals([rs, b.monitors.all[0]!.dialled, b.clients.addresses.addrs], ["said the quorum", 0, []]);
  assertEquals(b.asked[0]!.options.write, true);
  const pool = await b.clients.rados.openPool("p");
  assertEquals(pool.poolName, "p");
  await b.until(() => b.beacons === 1);
  assertEquals([b.clients.addresses.names.length, b.clients.rados === b.clients.rados], [1, true]);
  b.clients.close("the test is over");
});

Deno.test("TenureClients.sendCommand() to the quorum answers when the newest OSDMap is here, or after a while", async () => {
  const b = new Bench();
  const { epoch } = b.state.osdMap;
  b.newest = epoch + 1;
  let answers = 0;
  const send = (): Promise<unknown> =>
    b.clients.sendCommand("mon", "", { prefix: "osd out" }, TEN_SECONDS).then(() => answers++);
  const first = send();
  await settle();
  assertEquals(answers, 0);
  b.state.osdMap = downOsd(b.state.osdMap, 1);
  b.clients.osdMap(b.state.osdMap);
  await first;
  b.newest = epoch + 2;
  const second = send();
  await settle();
  await b.clock.advance(10_000);
  await second;
  assertEquals(answers, 2);
});

Deno.test("TenureClients.sendCommand() reaches this manager, and says of others that they do not serve", async () => {
  const b = new Bench();
  b.state.mgrMap = {
    ...b.state.mgrMap,
    standbys: new Map([[5n, {
      gid: 5n,
      name: "y",
      availableModules: [],
      oldAvailableModules: [],
      mgrFeatures: 0n,
    }]]),
  };
  const send = (id: string) => b.clients.sendCommand("mgr", id, { prefix: "version" }, TEN_SECONDS);
  for (const id of ["", "x", "4100"]) assertEquals((await send(id)).rs, "version");
  assertEquals((await send("y")).r, -6);
  assertEquals((await send("z")).r, -2);
});

Deno.test("TenureClients does nothing that the tenure refuses, and nothing after its end", async () => {
  const b = new Bench();
  b.refusal = "another one may be active";
  const send = (): Promise<unknown> => b.clients.sendCommand("osd", "0", { prefix: "x" }, TEN_SECONDS);
  await assertRejects(send, NotActiveError, "Cannot send 'x' to osd.0: another one may be active");
  b.refusal = undefined;
  b.monitors.all[0]!.state = "deaf";
  const toDaemon = assertRejects(send, Error, "the role is lost");
  const toMonitor = assertRejects(
    () => b.clients.sendCommand("mon", "m3300", { prefix: "x" }, TEN_SECONDS),
    NotActiveError,
    "over",
  );
  await settle();
  b.over.abort(new NotActiveError("over"));
  b.clients.close("the role is lost");
  await Promise.all([toDaemon, toMonitor]);
  assertThrows(() => b.clients.rados, Error, "Cannot reach the cluster: the role is lost");
  assertEquals(b.clients.addresses.addrs, []);
});
