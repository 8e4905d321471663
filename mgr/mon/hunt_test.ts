/** Order and patience of a hunt; subscriptions over sessions. */

import { assertEquals } from "@std/assert";
import { AddrType } from "../types/entity_addr.ts";
import { type Candidate, Hunt } from "./hunt.ts";
import { Subscriptions } from "./subscriptions.ts";

const mon = (port: number, priority = 0, weight = 0): Candidate => ({
  addrs: [{ type: AddrType.msgr2, nonce: 0, ip: "127.0.0.1", port }],
  priority,
  weight,
});
const ports = (found: Candidate[]): number[] => found.map((c) => c.addrs[0]!.port).sort();

Deno.test("Hunt.next() tries every monitor once a round, at most three at once", () => {
  const hunt = new Hunt(() => 0.5);
  hunt.setMonitors([1, 2, 3, 4].map((p) => mon(p)));
  const first = hunt.next();
  const second = hunt.next();
  assertEquals([first.length, second.length], [3, 1]);
  assertEquals(ports([...first, ...second]), [1, 2, 3, 4]);
  assertEquals(hunt.next().length, 3);
});

Deno.test("Hunt.next() keeps to the lowest priority number and draws by weight", () => {
  const hunt = new Hunt(() => 0);
  hunt.setMonitors([mon(1, 1), mon(2), mon(3, 0, 5)]);
  assertEquals(hunt.next().map((c) => c.addrs[0]!.port), [3, 2]);
});

Deno.test("Hunt.intervalMs grows when sessions are lost and shrinks while they stand", () => {
  const hunt = new Hunt(Math.random);
  assertEquals(hunt.intervalMs, 3000);
  for (let i = 0; i < 20; i++) hunt.lost();
  assertEquals(hunt.intervalMs, 30_000);
  for (let i = 0; i < 20; i++) hunt.good();
  assertEquals(hunt.intervalMs, 3000);
});

Deno.test("Subscriptions.take() sends each row once a session, from what is there on", () => {
  const subs = new Subscriptions();
  subs.want("mgrmap");
  subs.want("config");
  subs.want("osdmap", 0n, true);
  assertEquals([...subs.take().keys()], ["config", "mgrmap", "osdmap"]);
  assertEquals(subs.take().size, 0);
  subs.got("mgrmap", 9n);
  subs.got("osdmap", 4n);
  subs.want("osdmap", 5n, true);
  assertEquals(subs.take(), new Map([["osdmap", { start: 5n, onetime: true }]]));
  subs.newSession();
  assertEquals(subs.take().get("mgrmap"), { start: 10n, onetime: false });
});

Deno.test("Subscriptions.got() forgets a one-time row that was served", () => {
  const subs = new Subscriptions();
  subs.want("osdmap", 5n, true);
  subs.got("osdmap", 4n);
  subs.newSession();
  assertEquals(subs.take().size, 1);
  subs.got("osdmap", 5n);
  subs.newSession();
  assertEquals(subs.take().size, 0);
});
