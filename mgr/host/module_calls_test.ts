/** Whatever a module sends: it is carried out, or refused with words that say why, and nothing else happens. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { FakeLink } from "../../tests/host/fake_link.ts";
import type { HostSide } from "./contract.ts";
import { HeldData } from "./held_data.ts";
import { limitOptions } from "./limit_options.ts";
import { moduleCalls } from "./module_calls.ts";
import { StoreQuota } from "./store_quota.ts";
import { RateLimit } from "../time/rate_limit.ts";
import { PendingCalls } from "./calls/pending_calls.ts";
import { ModuleLog } from "./module_log.ts";
import { ModuleReports } from "./module_reports.ts";

class Fixture {
  readonly link = new FakeLink();
  readonly reports = new ModuleReports(this.link);
  readonly failures: string[] = [];
  readonly side: HostSide = moduleCalls({
    served() {},
    name: "box",
    mgrId: "x",
    link: this.link,
    log: new ModuleLog("box", {
      clock: new FakeClock(),
      option: () => undefined,
      debugLevel: () => 0,
      logFile: () => undefined,
      clusterLog: () => {},
    }),
    description: () => ({
      options: { size: { type: "int" } },
      commands: {},
      notifyTypes: [],
      exports: [],
      hasStandby: false,
      hasCanRun: false,
    }),
    allow: () => {},
    isOperators: (_module, option) => option === "server_port",
    limit: (name) => limitOptions[name].default,
    quota: new StoreQuota("box", this.link, () => 1000),
    failed: (message) => void this.failures.push(message),
    reports: this.reports,
    clusterLogLimit: new RateLimit(new FakeClock(), 10, 1000),
    pending: new PendingCalls(new FakeClock()),
    isAuthorized: () => false,
    tell: {
      notified: () => Promise.resolve(new Uint8Array()),
      watchChanged: () => Promise.resolve(),
    },
    commandAnswered: () => {},
    remote: () => Promise.reject(new Error("there is nobody to call")),
    held: new HeldData(() => undefined),
  });

  /** A call with arguments of any types: a module may send anything. */
  call(name: keyof HostSide, ...args: readonly unknown[]): Promise<unknown> {
    const method = this.side[name] as (...args: readonly unknown[]) => Promise<unknown>;
    return Promise.try(() => method(...args));
  }
}

Deno.test("moduleCalls(): an option of another module is that, whatever the names look like", async () => {
  const { link, side } = new Fixture();
  await side.setOptionOf("hello", "place", "Mars");
  assertEquals([...link.options], [["mgr/hello/place", "Mars"]]);
  for (const [module, name] of [["hello/x", "place"], ["hello", "../place"], ["", "place"]] as const) {
    await assertRejects(() => side.setOptionOf(module, name, "1"), Error, "option of a module");
  }
  await assertRejects(() => side.setOptionOf("box", "place", "1"), Error, "it is not in MODULE_OPTIONS");
  await assertRejects(() => side.setOptionOf("hello", "server_port", "1"), Error, "an operator sets it");
});

Deno.test("moduleCalls(): options go under the module's name, and only those that it declares", async () => {
  const { link, side } = new Fixture();
  await side.setOption("size", "5", false);
  await side.setOption("size", "6", true);
  await side.setOption("log_level", "debug", false);
  assertEquals([...link.options], [
    ["mgr/box/size", "5"],
    ["mgr/box/x/size", "6"],
    ["mgr/box/log_level", "debug"],
  ]);
  await side.setOption("size", null, false);
  assertEquals(link.options.has("mgr/box/size"), false);
  for (const name of ["place", "../hello/place", "toString", "x/size"]) {
    await assertRejects(() => side.setOption(name, "1", false), Error, `Cannot set option '${name}'`);
  }
  link.refusal = "error parsing value: Value '99' exceeds maximum 9";
  await assertRejects(() => side.setOption("size", "99", false), Error, link.refusal);
});

Deno.test("moduleCalls(): keys go under the module's name", async () => {
  const { link, side } = new Fixture();
  await side.setStore("a/b", new Uint8Array([1]));
  assertEquals([...link.store], [["mgr/box/a/b", new Uint8Array([1])]]);
  await side.setStore("a/b", null);
  assertEquals(link.store.size, 0);
});

Deno.test("moduleCalls(): get() sends what the module does not have", async () => {
  const { link, side } = new Fixture();
  assertEquals(await side.get("osd_map", null), null);
  link.data.set("osd_map", { epoch: 5 });
  const answer = (await side.get("osd_map", null))!;
  assertEquals(new TextDecoder().decode(answer.json!), '{"epoch":5}');
  assertEquals(await side.get("osd_map", answer.version), { version: answer.version, json: null });
});

Deno.test("moduleCalls(): health checks become those of the monitors", async () => {
  const { link, reports, side } = new Fixture();
  await side.setHealthChecks({
    BOX_FULL: { severity: "error", summary: "full" },
    BOX_OLD: { severity: "warning", summary: "old", detail: ["a", "b"] },
    BOX_NEW: { severity: "warning", summary: "new", detail: ["a"], count: 7 },
  });
  assertEquals([...reports.healthChecks], [
    ["BOX_FULL", { severity: 0, summary: "full", detail: [], count: 1 }],
    ["BOX_OLD", { severity: 1, summary: "old", detail: ["a", "b"], count: 2 }],
    ["BOX_NEW", { severity: 1, summary: "new", detail: ["a"], count: 7 }],
  ]);
  assertEquals(link.changes, ["health"]);
});

Deno.test("moduleCalls(): what has a wrong form is refused by name, and changes nothing", async () => {
  const f = new Fixture();
  const check = { severity: "warning", summary: "s" };
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`C${i}`, check]));
  const cases: readonly (readonly [keyof HostSide, readonly unknown[], string])[] = [
    ["setOption", [5, "1", false], "Cannot take the option: 0: "],
    ["setOption", ["size", 5, false], "Cannot take the option: 1: "],
    ["setOption", ["size", "5"], "Cannot take the option: 2: "],
    ["setStore", ["", null], "Cannot take the key: "],
    ["setStore", ["x".repeat(2000), null], "Cannot take the key: "],
    ["setStore", ["a", "text"], "Cannot take the value: "],
    ["get", [null, null], "Cannot take the name: "],
    ["read", ["getServer", "x"], "Cannot take the arguments: "],
    ["setHealthChecks", [null], "Cannot take the health checks: "],
    ["setHealthChecks", [{ lower: check }], "Cannot take the health checks: lower: must look like MY_CHECK"],
    [
      "setHealthChecks",
      [{ A: { ...check, severity: "fatal" } }],
      "Cannot take the health checks: A.severity: ",
    ],
    [
      "setHealthChecks",
      [{ A: { ...check, summary: "x".repeat(20_000) } }],
      "Cannot take the health checks: A.summary",
    ],
    ["setHealthChecks", [{ A: { ...check, count: -1 } }], "Cannot take the health checks: A.count: "],
    ["setHealthChecks", [many], "Cannot take 101 health checks: limit_health_checks allows 100"],
    ["setUri", [5], "Cannot take the URI: "],
    ["setProgress", ["id", { message: "m" }], "Cannot take the progress event: progress: "],
    ["clusterLog", [5, "info", "m"], "Cannot take the channel: "],
    ["addPerfQuery", ["mon", {}], "Cannot take the kind: "],
    ["removePerfQuery", ["osd", 7], "Cannot find perf query 7"],
    ["perfQueryCounters", ["osd", "7"], "Cannot take the id: "],
  ];
  for (const [name, args, message] of cases) await assertRejects(() => f.call(name, ...args), Error, message);
  assertEquals([f.link.options.size, f.link.store.size, f.link.clusterLogs, f.link.changes], [0, 0, [], []]);
});

Deno.test("moduleCalls(): log(), failed() and clusterLog() make texts of anything", async () => {
  const f = new Fixture();
  await f.call("log", 5, { a: 1 });
  await f.call("failed", null);
  await f.call("clusterLog", "cluster", "constructor", 7);
  assertEquals([f.failures, f.link.clusterLogs], [["null"], ["cluster 1 7"]]);
});

Deno.test("moduleCalls(): clusterLog() drops what is too much for a log that all share", async () => {
  const { link, side } = new Fixture();
  for (let i = 0; i < 100; i++) await side.clusterLog("cluster", "info", `entry ${i}`);
  assertEquals(link.clusterLogs.length, 10);
});

Deno.test("moduleCalls(): setStore() takes no value that the monitors never would", async () => {
  const { link, side } = new Fixture();
  await assertRejects(() => side.setStore("a", new Uint8Array(17 * 1024 * 1024)), Error, "it is too long");
  assertEquals(link.store.size, 0);
});
