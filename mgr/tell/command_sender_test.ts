/** Commands to daemons: where they go, what is answered without asking, and when they are sent again. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { FakeDaemons } from "../../tests/fakes/fake_daemons.ts";
import { FakeMonitors } from "../../tests/fakes/fake_monitors.ts";
import { downOsd, POOL, servedBy, smallOsdMap } from "../../tests/fakes/small_osd_map.ts";
import { authenticator } from "../../tests/fakes/trusting_auth.ts";
import { CephxClient } from "../auth/cephx_client.ts";
import { MCommand, MCommandReply } from "../messages/command.ts";
import { pack, unpack } from "../messages/message.ts";
import { ConMode } from "../msgr/authenticator.ts";
import { RadosClient } from "../rados/rados_client.ts";
import { EMPTY_COMPAT_SET } from "../types/compat_set.ts";
import { EntityType } from "../types/entity_name.ts";
import type { MdsInfo } from "../types/mds_info.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { ZERO_TIME } from "../types/utime.ts";
import { type CommandAnswer, CommandSender } from "./command_sender.ts";
import { MAX_INPUT_BYTES, type TellOptions } from "./daemon_commands.ts";
import type { MdsRoster } from "./mds_spec.ts";

const FSID = "bf099287-6db7-4896-a91c-39be77246951";
const VERSION = `{"prefix":"version"}`;
const LIMIT: TellOptions = { timeoutMs: 1_000 };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** MDS `m` listens at 6900. */
function mds(gid: number): MdsInfo {
  return {
    gid: BigInt(gid),
    name: "m",
    rank: -1,
    incarnation: 1,
    state: -5,
    stateSeq: 1n,
    addrs: [{ type: 2, nonce: 1, ip: "127.0.0.1", port: 6900 }],
    laggySince: ZERO_TIME,
    exportTargets: [],
    mdsFeatures: 0n,
    joinFscid: -1,
    flags: 0n,
    compat: EMPTY_COMPAT_SET,
  };
}

const rosterOf = (...infos: MdsInfo[]): MdsRoster => ({
  legacyClientFscid: -1,
  filesystems: [],
  standbyDaemons: new Map(infos.map((info) => [info.gid, info])),
});

class Bench {
  readonly clock = new FakeClock();
  readonly daemons = new FakeDaemons(this.clock);
  readonly monitors = new FakeMonitors(this.clock, 1);
  readonly asked: unknown[] = [];
  roster = rosterOf(mds(4100));
  map = smallOsdMap();
  refused: string | undefined;
  readonly rados = new RadosClient({
    clock: this.clock,
    messenger: this.daemons.messenger(({ port }) =>
      port === 6900
        ? { type: EntityType.mds, num: [...this.roster.standbyDaemons.keys()][0]! }
        : { type: EntityType.osd, num: BigInt(port - 6800) }
    ),
    auth: { authorizer: () => authenticator },
    modes: () => [ConMode.crc],
    newestEpoch: () => Promise.resolve(this.map.epoch),
    refusal: () => undefined,
    opTimeoutMs: () => 0,
    blocklisted: () => {},
  });
  readonly sender = new CommandSender({
    clock: this.clock,
    rados: this.rados,
    messenger: this.monitors.messenger,
    login: () =>
      new CephxClient({
        entity: { type: EntityType.mgr, id: "x" },
        key: this.monitors.key,
        services: EntityType.auth,
        now: () => 0,
      }).monAuthenticator([ConMode.crc]),
    monMap: () => this.monitors.monMap(1),
    fsid: () => FSID,
    fsMap: () => this.roster,
    askMonitors: (command, { input }) => {
      this.asked.push(command, input);
      return Promise.resolve({ r: -22, rs: "said the monitor", data: bytes("") });
    },
    refusal: () => this.refused,
  });

  constructor() {
    this.rados.osdMap(this.map);
  }

  change(make: (map: OsdMap) => OsdMap): void {
    this.map = make(this.map);
    this.rados.osdMap(this.map);
    this.sender.mapChanged();
  }

  send(target: string, id: string, command = VERSION, options = LIMIT): Promise<CommandAnswer> {
    const answer = this.sender.send(target, id, command, options);
    answer.catch(() => {});
    return answer;
  }

  /** The newest command that a daemon got. */
  get last() {
    const { name, raw } = this.daemons.received.at(-1)!;
    return { name, raw, ...unpack(MCommand, raw) };
  }

  reply(rs: string, r = 0): void {
    this.daemons.send(this.last.name, pack(MCommandReply, { r, rs, data: bytes("out") }, this.last.raw.tid));
  }
}

Deno.test("a command goes to its OSD once, and is answered with errno, text and data of the daemon", async () => {
  const b = new Bench();
  const answer = b.send("osd", "2", VERSION, { ...LIMIT, input: bytes("in") });
  await settle();
  const { name, fsid, cmd, data } = b.last;
  assertEquals([name, fsid, cmd, data], ["osd.2", FSID, [VERSION], bytes("in")]);
  b.reply("some text", -22);
  assertEquals(await answer, { r: -22, rs: "some text", data: bytes("out") });
  const second = b.send("osd", "2");
  await settle();
  assertEquals([b.last.raw.tid, b.daemons.dialled.length], [2n, 1]);
  b.reply("");
  await second;
});

Deno.test("what the maps know is answered without asking", async () => {
  const b = new Bench();
  b.change((map) => downOsd(map, 3));
  const texts = async (target: string, id: string) => {
    const { r, rs } = await b.send(target, id);
    return [r, rs];
  };
  assertEquals(await texts("osd", "9"), [-2, "osd dne"]);
  assertEquals(await texts("osd", "3"), [-6, "osd down"]);
  assertEquals(await texts("pg", "7.0"), [-2, "pool dne"]);
  assertEquals(await texts("mds", "nobody"), [-2, ""]);
  assertEquals(await texts("mon", "nobody"), [-2, "mon dne"]);
  assertEquals(await texts("mon", "7"), [-2, "mon rank dne"]);
  assertEquals(b.daemons.dialled, []);
});

Deno.test("a command is sent again when its OSD comes back, and answered when it goes", async () => {
  const b = new Bench();
  const answer = b.send("osd", "1");
  await settle();
  b.daemons.drop("osd.1");
  await settle();
  await b.clock.advance(500);
  assertEquals(b.daemons.received.map(({ raw }) => raw.tid), [1n, 1n]);
  b.change((map) => downOsd(map, 1));
  assertEquals((await answer).rs, "osd down");
});

Deno.test("a command to a PG follows its primary", async () => {
  const b = new Bench();
  const answer = b.send("pg", `${POOL}.0`);
  await settle();
  assertEquals(b.last.name, "osd.0");
  const late = b.last.raw.tid;
  b.change((map) => servedBy(map, [2, 1]));
  await settle();
  assertEquals(b.last.name, "osd.2");
  b.daemons.send("osd.0", pack(MCommandReply, { r: 0, rs: "too late", data: bytes("") }, late));
  await settle();
  b.reply("from the new one");
  assertEquals((await answer).rs, "from the new one");
  b.change((map) => [0, 1, 2, 3].reduce(downOsd, map));
  const waiting = b.send("pg", `${POOL}.0`);
  await b.clock.advance(1_000);
  await assertRejects(
    () => waiting,
    Error,
    "Cannot complete command to pg 1.0: nobody serves its target in 1 s",
  );
});

Deno.test("a command to an MDS ends with it", async () => {
  const b = new Bench();
  const answer = b.send("mds", "m");
  await settle();
  assertEquals(b.last.name, "mds.4100");
  b.roster = rosterOf(mds(4200));
  b.sender.mapChanged();
  assertEquals((await answer).rs, "MDS 4100 went away");
  assertEquals(b.rados.sessions.peers(), []);
  const all = b.send("mds", "*");
  await settle();
  b.reply("hello");
  assertEquals((await all).rs, "hello");
});

Deno.test("commands of the quorum wait for the newest map; one monitor is asked over a login of its own", async () => {
  const b = new Bench();
  const answer = await b.send("mon", "", `{"prefix":"osd out","ids":["1"]}`);
  assertEquals([answer.rs, b.asked[0]], ["said the monitor", { prefix: "osd out", ids: ["1"] }]);
  assertEquals((await b.send("mon", "", "nonsense")).rs, "unparseable JSON nonsense");
  const [monitor] = b.monitors.all;
  const told = b.send("mon", "m3300");
  for (let i = 0; i < 50 && monitor!.got(MCommand).length === 0; i++) await settle();
  assertEquals(monitor!.got(MCommand)[0]!.cmd, [VERSION]);
  monitor!.send(MCommandReply, { r: 0, rs: "", data: bytes("16.2.15") }, 1n);
  assertEquals((await told).data, bytes("16.2.15"));
  for (let i = 0; i < 50 && monitor!.sessions.length > 0; i++) await settle();
  assertEquals(monitor!.sessions.length, 0);
  monitor!.state = "deaf";
  const late = b.send("mon", "0");
  await b.clock.advance(1_000);
  await assertRejects(() => late, Error, "mon.0 has not answered in 1 s");
});

Deno.test("what cannot be sent rejects; time-outs and signals end the wait", async () => {
  const b = new Bench();
  await assertRejects(() => b.send("osd", "x"), RangeError, 'invalid osd_id: "x"');
  await assertRejects(() => b.send("pg", "x"), RangeError, 'invalid pgid: "x"');
  await assertRejects(() => b.send("mgr", "x"), RangeError, "unknown service type: mgr");
  const huge = { ...LIMIT, input: new Uint8Array(MAX_INPUT_BYTES + 1) };
  await assertRejects(() => b.send("osd", "0", VERSION, huge), Error, "its input is longer");
  b.daemons.down.add("osd.0");
  const unreached = b.send("osd", "0");
  const unanswered = b.send("osd", "1");
  await b.clock.advance(1_000);
  await assertRejects(() => unreached, Error, "osd.0 could not be reached in 1 s");
  await assertRejects(() => unanswered, Error, "osd.1 has not answered in 1 s");
  const stop = new AbortController();
  const aborted = b.send("osd", "1", VERSION, { ...LIMIT, signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  b.refused = "another manager may be active";
  await assertRejects(() => b.send("osd", "1"), Error, "another manager may be active");
  b.refused = undefined;
  const open = b.send("osd", "1");
  b.sender.close("the tenure is over");
  await assertRejects(() => open, Error, "the tenure is over");
});
