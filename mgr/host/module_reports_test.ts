/** What a module says to the cluster lives as long as its process. */

import { assertEquals, assertThrows } from "@std/assert";
import { FakeLink } from "../../tests/host/fake_link.ts";
import { MAX_PROGRESS_EVENTS, ModuleReports } from "./module_reports.ts";

const EVENT = { message: "moving", progress: 0.5, addToCephS: true };
const CHECK = { severity: 1, summary: "full", detail: [], count: 1 };

Deno.test("ModuleReports tell the link what has changed", () => {
  const link = new FakeLink();
  const reports = new ModuleReports(link);
  reports.healthChecks = new Map([["BOX_FULL", CHECK]]);
  reports.uri = "http://x/";
  reports.setProgress("1", EVENT);
  reports.setProgress("1", undefined);
  reports.clearProgress();
  assertEquals(link.changes, ["health", "services", "health", "health", "health"]);
});

Deno.test("ModuleReports.forget() withdraws everything, and says so once", () => {
  const link = new FakeLink();
  const reports = new ModuleReports(link);
  reports.forget();
  assertEquals(link.changes, []);
  reports.healthChecks = new Map([["BOX_FULL", CHECK]]);
  reports.uri = "http://x/";
  reports.setProgress("1", EVENT);
  link.changes.length = 0;
  reports.forget();
  assertEquals([reports.healthChecks.size, reports.uri, reports.progress.size], [0, "", 0]);
  assertEquals(link.changes, ["health", "services"]);
});

Deno.test("ModuleReports.setProgress() has an end, but events that are there can change", () => {
  const reports = new ModuleReports(new FakeLink());
  for (let i = 0; i < MAX_PROGRESS_EVENTS; i++) reports.setProgress(`${i}`, EVENT);
  assertThrows(() => reports.setProgress("more", EVENT), Error, `${MAX_PROGRESS_EVENTS} are there already`);
  reports.setProgress("0", { ...EVENT, progress: 1 });
  assertEquals(reports.progress.get("0")?.progress, 1);
});

Deno.test("ModuleReports know the queries of their module, and remove them with it", () => {
  const link = new FakeLink();
  const reports = new ModuleReports(link);
  const query = { keyDescriptor: [], counters: [] };
  const id = link.addPerfQuery("osd", query, undefined);
  reports.queryAdded("osd", id);
  assertEquals([reports.hasQuery("osd", id), reports.hasQuery("mds", id)], [true, false]);
  const removed: unknown[] = [];
  link.removePerfQuery = (...query) => void removed.push(query);
  reports.forget();
  assertEquals([removed, reports.hasQuery("osd", id)], [[["osd", id]], false]);
});
