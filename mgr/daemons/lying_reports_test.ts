/** Reports that do not fit together: each costs its own session, and nothing of it is seen. */

import { configureSync, resetSync } from "@logtape/logtape";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeManager, GAUGE, ONE, OPEN, REPORT } from "../../tests/fakes/fake_daemon_peer.ts";
import { MMgrOpen } from "../messages/mgr_open.ts";
import { MMgrReport } from "../messages/mgr_report.ts";
import { MAX_PATH_CHARS } from "../state/perf_counters.ts";

/** Warnings, and what is worse, in the daemon's log meanwhile. */
function logged(run: () => void): string[] {
  const lines: string[] = [];
  configureSync({
    reset: true,
    sinks: { here: ({ message }) => void lines.push(message.join("")) },
    loggers: [
      { category: ["ganglion"], sinks: ["here"], lowestLevel: "warning" },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
    ],
  });
  run();
  resetSync();
  return lines;
}

Deno.test("DaemonServer ends the session of a report that lies, with a line and a count, and nothing of it is seen", () => {
  const hostile: readonly Partial<MMgrReport>[] = [
    { packed: new Uint8Array(0) },
    { packed: ONE },
    { declareTypes: [GAUGE] },
    { declareTypes: [GAUGE], packed: ONE, configBl: Uint8Array.of(1, 2, 3) },
    { declareTypes: Array.from({ length: 1_000_000 }, (_, i) => ({ ...GAUGE, path: `x.${i}` })) },
    { declareTypes: [{ ...GAUGE, path: "x".repeat(MAX_PATH_CHARS + 1) }], packed: ONE },
    { daemonName: "0", declareTypes: [GAUGE], packed: ONE },
    {
      declareTypes: [{ ...GAUGE, type: 5 }],
      packed: Uint8Array.fromHex("01010800000000000000000000000000".slice(0, 28)),
    },
    { configBl: Uint8Array.of(1, 2, 3) },
    { taskStatus: new Map([["x", "y".repeat(70_000)]]) },
  ];
  for (const bad of hostile) {
    const m = new FakeManager();
    const [good, peer] = ["0", "1"].map((daemonName) => {
      m.know("osd", daemonName);
      const peer = m.connect(`osd.${daemonName}`);
      peer.says(MMgrOpen, { ...OPEN, daemonName });
      return peer;
    });
    assertEquals(m.server.figures, { sessions: 2, ended_for_faults: 0 });
    const lines = logged(() => peer!.says(MMgrReport, { ...REPORT, daemonName: "1", ...bad }));
    const { counters, config } = m.index.get({ type: "osd", name: "1" })!;
    assertEquals([counters!.schema(), counters!.size, config.values.size], [[], 0, 0]);
    assertEquals(m.server.figures, { sessions: 1, ended_for_faults: 1 });
    assertStringIncludes(lines.join(), "closing the session of osd.1 at");
    assertEquals([good!.closedFor, m.schemaChanges], [undefined, []]);
  }
});
