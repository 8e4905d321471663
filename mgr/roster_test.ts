/** The daemon index as the maps and the monitors' answers make it. */

import { assertEquals } from "@std/assert";
import { settle } from "../tests/fakes/fake_clock.ts";
import { Roster } from "./roster.ts";
import { DaemonIndex } from "./state/daemon_state.ts";
import { PendingServiceMap } from "./state/service_map_state.ts";

/** Monitors that answer from a table; every question is kept. */
class FakeMonitors {
  readonly asked: string[] = [];
  readonly answers = new Map<string, unknown>();
  readonly index = new DaemonIndex();
  readonly roster = new Roster(this.index, new PendingServiceMap(), (cmd) => {
    const { format: _, ...question } = cmd;
    const text = JSON.stringify(question);
    this.asked.push(text);
    const answer = this.answers.get(text);
    if (answer === "lost") return Promise.reject(new Error("no session"));
    const data = new TextEncoder().encode(JSON.stringify(answer ?? null));
    return Promise.resolve({ r: answer === undefined ? -2 : 0, rs: "", data });
  });

  constructor() {
    this.answers.set('{"prefix":"osd metadata"}', [{ id: 0, hostname: "h0" }, { id: 1 }]);
    this.answers.set('{"prefix":"mon metadata"}', [{ name: "a", hostname: "h0" }]);
    this.answers.set('{"prefix":"osd metadata","id":2}', { id: 2, hostname: "h2" });
  }

  get known(): string[] {
    return this.index.all().map(({ key }) => `${key.type}.${key.name}`);
  }
}

Deno.test("Roster.load() asks for all lists once and leaves out who has no host", async () => {
  const mons = new FakeMonitors();
  await Promise.all([mons.roster.load(), mons.roster.load()]);
  assertEquals(mons.asked.length, 3);
  assertEquals(mons.known, ["mon.a", "osd.0"]);
});

Deno.test("Roster.osds() asks for who is new or has come up, once at a time, and forgets who is gone", async () => {
  const mons = new FakeMonitors();
  await mons.roster.load();
  mons.asked.length = 0;
  mons.roster.osds(9, [{ id: 2, upFrom: 5 }]);
  mons.roster.osds(9, [{ id: 2, upFrom: 5 }]);
  await settle();
  assertEquals(mons.asked, ['{"prefix":"osd metadata","id":2}']);
  assertEquals(mons.known, ["mon.a", "osd.2"]);
  mons.roster.osds(10, [{ id: 2, upFrom: 10 }]);
  await settle();
  assertEquals(mons.asked.length, 2);
});

Deno.test("Roster.osds() asks again at the next map when there was no answer", async () => {
  const mons = new FakeMonitors();
  await mons.roster.load();
  mons.answers.set('{"prefix":"osd metadata","id":2}', "lost");
  mons.roster.osds(9, [{ id: 2, upFrom: 5 }]);
  await settle();
  mons.answers.set('{"prefix":"osd metadata","id":2}', { id: 2, hostname: "h2" });
  mons.roster.osds(10, [{ id: 2, upFrom: 5 }]);
  await settle();
  assertEquals(mons.known.includes("osd.2"), true);
});

Deno.test("Roster.osds() asks for nobody whom the list that is under way may have", async () => {
  const mons = new FakeMonitors();
  const loaded = mons.roster.load();
  assertEquals(mons.roster.loading !== undefined, true);
  mons.asked.length = 0;
  mons.roster.osds(9, [{ id: 0, upFrom: 5 }, { id: 2, upFrom: 9 }]);
  assertEquals(mons.asked, ['{"prefix":"osd metadata","id":2}']);
  await loaded;
  assertEquals(mons.roster.loading, undefined);
  assertEquals(mons.known, ["mon.a", "osd.0", "osd.2"]);
});

Deno.test("Roster asks nothing before it was told to load", async () => {
  const mons = new FakeMonitors();
  mons.roster.osds(9, [{ id: 2, upFrom: 5 }]);
  await settle();
  assertEquals(mons.asked, []);
});
