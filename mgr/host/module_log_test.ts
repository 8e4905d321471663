/** Which lines of a module go where, and that there is an end to them. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { configureSync, type LogRecord } from "@logtape/logtape";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { limitOptions } from "./limit_options.ts";
import { ModuleLog } from "./module_log.ts";

const records: LogRecord[] = [];
configureSync({
  reset: true,
  sinks: { test: (record) => void records.push(record) },
  loggers: [
    { category: ["ganglion"], sinks: ["test"], lowestLevel: "trace" },
    { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
  ],
});

class Fixture {
  readonly clock = new FakeClock();
  readonly options = new Map<string, string>();
  readonly clusterLogs: unknown[] = [];
  debugLevel = 2;
  file: string | undefined;
  readonly log = new ModuleLog("box", {
    clock: this.clock,
    option: (name) => this.options.get(name),
    debugLevel: () => this.debugLevel,
    logFile: () => this.file,
    clusterLog: (...entry) => void this.clusterLogs.push(entry),
  });

  /** Writes a line of each level; answers with those that reached the log. */
  levels(): string[] {
    records.length = 0;
    for (const level of ["debug", "info", "warn", "error"]) this.log.write(level, level);
    return records.map(({ properties }) => String(properties.text));
  }
}

Deno.test("ModuleLog.write() goes by debug_mgr", () => {
  const f = new Fixture();
  const shown = [0, 1, 2, 4, 5, 20].map((level) => {
    f.debugLevel = level;
    return f.levels().length;
  });
  assertEquals(shown, [1, 2, 3, 3, 4, 4]);
});

Deno.test("ModuleLog.write() goes by log_level before debug_mgr", () => {
  const f = new Fixture();
  for (
    const [level, count] of [["debug", 4], ["info", 3], ["warning", 2], ["error", 1], [
      "critical",
      0,
    ]] as const
  ) {
    f.options.set("log_level", level);
    assertEquals(f.levels().length, count);
  }
  f.options.set("log_level", "");
  assertEquals(f.levels().length, 3);
});

Deno.test("ModuleLog.write() has the module's name, a logger's name and Ceph's levels", () => {
  const f = new Fixture();
  f.debugLevel = 20;
  f.levels();
  assertEquals(records.map(({ level, properties }) => [level, properties.module]), [
    ["debug", { cephLevel: 20, place: "[box DEBUG root]" }],
    ["info", { cephLevel: 4, place: "[box INFO root]" }],
    ["warning", { cephLevel: 1, place: "[box WARNING root]" }],
    ["error", { cephLevel: 0, place: "[box ERROR root]" }],
  ]);
  f.log.write("info", "x", "lid\nforged");
  assertEquals(records.at(-1)!.properties.module, { cephLevel: 4, place: "[box INFO lid\\nforged]" });
});

Deno.test("ModuleLog.write() takes levels that do not exist for info", () => {
  const f = new Fixture();
  records.length = 0;
  for (const level of ["loud", "constructor", "__proto__", ""]) f.log.write(level, "x");
  assertEquals(records.map(({ level }) => level), ["info", "info", "info", "info"]);
});

Deno.test("ModuleLog.write() goes to the cluster log by its own options", () => {
  const f = new Fixture();
  f.levels();
  assertEquals(f.clusterLogs, []);
  f.options.set("log_to_cluster", "1");
  f.options.set("log_to_cluster_level", "warning");
  f.levels();
  assertEquals(f.clusterLogs, [["box", 3, "warn"], ["box", 4, "error"]]);
  f.debugLevel = 0;
  assertEquals(f.levels(), ["error"]);
  assertEquals(f.clusterLogs.length, 4);
});

Deno.test("ModuleLog.write() goes to a file of the module beside the manager's, and opens it anew", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-" });
  const f = new Fixture();
  f.file = `${directory}/mgr.x.log`;
  f.options.set("log_to_file", "true");
  const path = `${directory}/mgr.x.box.log`;
  f.log.write("warn", "first\nforged");
  assertMatch(
    await Deno.readTextFile(path),
    /^[-\d]{10} [:\d]{8},000 \[box\] \[WARNING\] \[root\] first\\nforged\n$/,
  );
  await Deno.rename(path, `${path}.1`);
  f.log.reopen();
  f.log.write("error", "second");
  assertMatch(await Deno.readTextFile(path), /^\S+ \S+ \[box\] \[ERROR\] \[root\] second\n$/);
  f.log.reopen();
  await Deno.remove(directory, { recursive: true });
  f.log.write("error", "nowhere");
  assertStringIncludes(records.at(-1)!.message.join(""), "Cannot write its log file: ");
});

Deno.test("ModuleLog.write() leaves out what is too much, and says so", async () => {
  const f = new Fixture();
  records.length = 0;
  const line = "x".repeat(1000);
  const calls = Math.ceil(limitOptions.limit_log.default / line.length) + 10;
  for (let i = 0; i < calls; i++) f.log.write("info", line);
  const written = records.length;
  assertEquals(written < calls, true);
  await f.clock.advance(1000);
  f.log.write("info", "again");
  assertEquals(records.slice(written).map(({ properties }) => properties.text), [
    `${calls - written} lines were left out: the module logs too much`,
    "again",
  ]);
});

Deno.test("ModuleLog.write() cuts a line that is too long", () => {
  const f = new Fixture();
  records.length = 0;
  f.log.write("info", "x".repeat(100_000));
  assertEquals(String(records[0]!.properties.text).length, 16 * 1024);
});
