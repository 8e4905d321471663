/** Whose turn it is when thousands of daemons report: commands go first, reports wait in order. */

import { assertEquals } from "@std/assert";
import { settle } from "../../tests/fakes/fake_clock.ts";
import { FakeManager, OPEN, REPORT } from "../../tests/fakes/fake_daemon_peer.ts";
import { MMgrCommand, MMgrCommandReply } from "../messages/command.ts";
import { MMgrOpen } from "../messages/mgr_open.ts";
import { MMgrReport } from "../messages/mgr_report.ts";
import { TURN_MS, TurnBudget } from "../time/turn_budget.ts";
import { ZERO_UUID } from "../types/uuid.ts";

/** Everything that is looked at takes a whole turn, and turns come when the test says so. */
function slowManager() {
  let time = 0;
  const turns: (() => void)[] = [];
  const clock = { now: () => time += TURN_MS, nextTurn: (call: () => void) => void turns.push(call) };
  const m = new FakeManager(undefined, new TurnBudget(clock));
  m.know("osd", "0");
  const osd = m.connect("osd.0");
  osd.says(MMgrOpen, OPEN);
  return { m, osd, nextTurn: () => turns.shift()?.() };
}

/** A report that says something: that these operations are slow. */
const slow = (n1: number) => ({ ...REPORT, daemonHealthMetrics: [{ type: 0, n1, n2: 1 }] });

const slowOps = (m: FakeManager): number[] =>
  m.index.get({ type: "osd", name: "0" })!.healthMetrics.map(({ n1 }) => n1);

Deno.test("DaemonServer answers a command while reports wait for their turns, and takes these in their order", async () => {
  const { m, osd, nextTurn } = slowManager();
  m.onCommand = () => Promise.resolve({ retval: 0, stdout: "at once", stderr: "" });
  const waiting = [osd.says(MMgrReport, slow(1)), osd.says(MMgrReport, slow(2))];
  const cli = m.connect("client.admin", { allowAll: true });
  cli.says(MMgrCommand, { fsid: ZERO_UUID, cmd: ['{"prefix":"hello"}'], data: new Uint8Array(0) });
  await settle();
  assertEquals([cli.got(MMgrCommandReply).length, slowOps(m)], [1, []]);
  nextTurn();
  await waiting[0];
  assertEquals(slowOps(m), [1]);
  nextTurn();
  await waiting[1];
  assertEquals(slowOps(m), [2]);
});

Deno.test("DaemonServer drops a waiting report whose session, or whose tenure, has ended", async () => {
  for (const end of ["session", "tenure"]) {
    const { m, osd, nextTurn } = slowManager();
    const waiting = osd.says(MMgrReport, slow(1));
    if (end === "session") osd.close("gone");
    else m.server.reset();
    nextTurn();
    await waiting;
    assertEquals(slowOps(m), [], end);
  }
});
