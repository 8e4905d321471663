/** Sessions with daemons: one for each, and how often they are dialled. */

import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { FakeDaemons } from "../../tests/fakes/fake_daemons.ts";
import { MCommandReply } from "../messages/command.ts";
import { pack } from "../messages/message.ts";
import { type EntityNum, formatEntityNum } from "../types/entity_name.ts";
import { DaemonSessions } from "./daemon_sessions.ts";

const OSD: EntityNum = { type: 4, num: 3n };
const ADDR = { type: 2, nonce: 7, ip: "127.0.0.1", port: 6803 };
const MESSAGE = pack(MCommandReply, { r: 0, rs: "", data: new Uint8Array(0) });

function bench() {
  const clock = new FakeClock();
  const daemons = new FakeDaemons(clock);
  const sessions = new DaemonSessions(daemons.dial, clock);
  const told: string[] = [];
  sessions.use({
    opened: (peer) => void told.push(`opened ${formatEntityNum(peer)}`),
    lost: (peer) => void told.push(`lost ${formatEntityNum(peer)}`),
    handlers: new Map([[
      MCommandReply.type,
      (peer) => void told.push(`message of ${formatEntityNum(peer)}`),
    ]]),
  });
  return { clock, daemons, sessions, told };
}

Deno.test("want() dials once; messages go both ways over that session", async () => {
  const { daemons, sessions, told } = bench();
  sessions.want(OSD, ADDR);
  sessions.want(OSD, ADDR);
  assertEquals(sessions.send(OSD, MESSAGE), false);
  await settle();
  assertEquals([daemons.dialled, told], [["osd.3 at 6803"], ["opened osd.3"]]);
  assertEquals(sessions.send(OSD, MESSAGE), true);
  daemons.send("osd.3", MESSAGE);
  await settle();
  assertEquals([daemons.received.length, told.at(-1)], [1, "message of osd.3"]);
});

Deno.test("a daemon that cannot be reached is dialled ever less often, while it is wanted", async () => {
  const { clock, daemons, sessions, told } = bench();
  daemons.down.add("osd.3");
  sessions.use({ opened: () => {}, lost: () => sessions.want(OSD, ADDR), handlers: new Map() });
  sessions.want(OSD, ADDR);
  const tries = async (ms: number): Promise<number> => {
    const before = daemons.dialled.length;
    await clock.advance(ms);
    return daemons.dialled.length - before;
  };
  assertEquals(await tries(1_500), 4);
  assertEquals(await tries(10_000), 3);
  daemons.down.clear();
  await clock.advance(5_000);
  assertEquals(told.at(-1), "opened osd.3");
});

Deno.test("a session that lasted is dialled again soon, one that did not after a longer pause", async () => {
  const { clock, daemons, sessions } = bench();
  sessions.use({ opened: () => {}, lost: () => sessions.want(OSD, ADDR), handlers: new Map() });
  sessions.want(OSD, ADDR);
  await settle();
  const dials: number[] = [];
  for (const lasts of [0, 0, 0, 6_000]) {
    await clock.advance(lasts);
    daemons.drop("osd.3");
    await settle();
    const before = daemons.dialled.length;
    let ms = 0;
    for (; daemons.dialled.length === before; ms += 50) await clock.advance(50);
    dials.push(ms);
    await settle();
  }
  assertEquals(dials, [100, 200, 400, 100]);
});

Deno.test("another address is another daemon: dialled at once", async () => {
  const { daemons, sessions, told } = bench();
  sessions.want(OSD, ADDR);
  await settle();
  sessions.want(OSD, { ...ADDR, port: 6900, nonce: 8 });
  await settle();
  assertEquals(daemons.dialled, ["osd.3 at 6803", "osd.3 at 6900"]);
  assertEquals(told, ["opened osd.3", "lost osd.3", "opened osd.3"]);
});

Deno.test("drop() and close() end sessions in every state; nothing is dialled after close()", async () => {
  const { clock, daemons, sessions, told } = bench();
  sessions.want(OSD, ADDR);
  sessions.drop(OSD, "the OSD is down");
  await settle();
  assertEquals([daemons.has("osd.3"), told], [false, ["lost osd.3"]]);
  sessions.want(OSD, ADDR);
  await settle();
  sessions.close("the end");
  await settle();
  assertEquals([daemons.has("osd.3"), sessions.peers()], [false, []]);
  sessions.want(OSD, ADDR);
  await clock.advance(10_000);
  assertEquals(daemons.dialled.length, 2);
});
