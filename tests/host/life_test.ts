/** Modules as they should be: enabled and disabled live, options and keys, standing by, taking over. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeClock } from "../fakes/fake_clock.ts";
import { limitOptions } from "../../mgr/host/limit_options.ts";
import { TestHost } from "./test_host.ts";

const EINVAL = -22;
const EOPNOTSUPP = -95;
const ETIMEDOUT = -110;

const utf8 = new TextEncoder();

Deno.test("Enabling and disabling a module leaves the processes of others alone", async () => {
  await using host = await TestHost.start(["remembers", "misbehaves"], { asleep: true });
  host.host.begin(1);
  host.host.setEnabled(new Set(["remembers"]));
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
  const { pid } = host.status("remembers");
  assertEquals(await host.command("echo", { text: "a" }), {
    retval: EOPNOTSUPP,
    stdout: "",
    stderr:
      "Module 'misbehaves' is not enabled/loaded (required by command 'echo'): use `ceph mgr module enable misbehaves` to enable it",
  });
  host.host.setEnabled(new Set(["remembers", "misbehaves"]));
  assertEquals((await host.command("echo", { text: "a" })).stdout, "a");
  host.host.setEnabled(new Set(["remembers"]));
  await host.state("misbehaves", "stopped");
  assertEquals(host.status("remembers").pid, pid);
});

Deno.test("A command of a module that was enabled a moment ago waits for the map, and for the module", async () => {
  await using host = await TestHost.start(["remembers"], { asleep: true });
  host.host.begin(1);
  host.link.refresh = () => {
    host.host.setEnabled(new Set(["remembers"]));
    return Promise.resolve();
  };
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
});

Deno.test("A command waits ten seconds for a module that is not up, no longer", async () => {
  const clock = new FakeClock();
  await using host = await TestHost.start(["remembers"], { clock, asleep: true });
  host.host.setEnabled(new Set(["remembers"]));
  await host.state("remembers", "ready");
  const waiting = host.command("recall", { key: "a" });
  await clock.advance(10_000);
  assertEquals(await waiting, {
    retval: ETIMEDOUT,
    stdout: "",
    stderr: "Module 'remembers' did not initialize in time (required by command 'recall')",
  });
});

Deno.test("All modules found are announced, enabled or not, with their options and commands", async () => {
  await using host = await TestHost.start(["remembers"], { asleep: true });
  const [info] = host.host.infos();
  assertEquals([info!.name, info!.canRun, info!.errorString], ["remembers", true, ""]);
  assertEquals([...info!.moduleOptions.keys()], [
    ...Object.keys(limitOptions).sort(),
    "log_level",
    "log_to_cluster",
    "log_to_cluster_level",
    "log_to_file",
    "place",
    "size",
  ]);
  assertEquals(host.host.commands().map(({ module, command }) => `${module}: ${command.cmdstring}`), [
    "remembers: remember name=key,type=CephString name=value,type=CephString,req=false",
    "remembers: recall name=key,type=CephString",
    "remembers: measure",
    "remembers: resize name=size,type=CephInt,range=1|100",
    "remembers: heard",
    "remembers: data",
  ]);
  assertEquals(host.status("remembers").state, "stopped");
});

Deno.test("Options are read at once, typed, localized before general, and follow what the monitors say", async () => {
  await using host = await TestHost.start(["remembers"]);
  assertEquals((await host.command("measure")).stdout, "4096 here");
  host.link.options.set("mgr/remembers/size", "4K").set("mgr/remembers/place", "there");
  host.host.configChanged();
  assertEquals((await host.command("measure")).stdout, "4096 there");
  host.link.options.set("mgr/remembers/x/place", "exactly here").set("mgr/remembers/size", "1Mi");
  host.host.configChanged();
  assertEquals((await host.command("measure")).stdout, "1048576 exactly here");
  assertEquals((await host.command("heard")).stdout, "config config");
  host.link.options.set("mgr/other/place", "elsewhere");
  host.host.configChanged();
  assertEquals((await host.command("heard")).stdout, "config config");
});

Deno.test("A write is seen at once, and a refused one is an error with the monitors' words", async () => {
  await using host = await TestHost.start(["remembers"]);
  assertEquals((await host.command("resize", { size: 7 })).stdout, "7");
  assertEquals(host.link.options.get("mgr/remembers/size"), "7");
  assertEquals((await host.command("remember", { key: "a", value: "b" })).stdout, "b");
  assertEquals(host.link.store.get("mgr/remembers/a"), utf8.encode("b"));
  assertEquals((await host.command("remember", { key: "a" })).stdout, "nothing");
  host.link.refusal = "error: entry size limited to 65536 bytes";
  const refused = await host.command("remember", { key: "a", value: "c" });
  assertEquals(refused.retval, EINVAL);
  assertStringIncludes(refused.stderr, "error: entry size limited to 65536 bytes");
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
});

Deno.test("Keys that somebody else writes are seen, and survive a restart", async () => {
  await using host = await TestHost.start(["remembers"]);
  const long = "x".repeat(5000);
  host.link.store.set("mgr/remembers/a", utf8.encode(long)).set("mgr/remembered/a", utf8.encode("not ours"));
  host.host.storeChanged(["mgr/remembers/a", "mgr/remembered/a"]);
  assertEquals((await host.command("recall", { key: "a" })).stdout, long);
  Deno.kill(host.status("remembers").pid!, "SIGKILL");
  await host.until(() => host.status("remembers").deaths === 1, "a death");
  assertEquals((await host.command("recall", { key: "a" })).stdout, long);
});

Deno.test("A signal to the whole group, as by Ctrl-C, is left to the manager", async () => {
  await using host = await TestHost.start(["remembers"]);
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
  const { pid } = host.status("remembers");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.kill(pid!, signal);
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
  assertEquals([host.status("remembers").pid, host.status("remembers").deaths], [pid, 0]);
});

Deno.test("Arguments that do not fit do not reach the module", async () => {
  await using host = await TestHost.start(["remembers"]);
  assertEquals((await host.command("resize", { size: 101 })).retval, EINVAL);
  assertEquals((await host.command("recall")).retval, EINVAL);
  assertEquals((await host.command("recall", { key: "a", target: "mon-mgr" })).retval, 0);
});

Deno.test("A module hears of what it asked for, and of nothing else", async () => {
  await using host = await TestHost.start(["remembers"]);
  await host.state("remembers", "serving");
  host.host.notify("osd_map", 7);
  host.host.notify("fs_map", 8);
  assertEquals((await host.command("heard")).stdout, "osd_map:7");
  host.link.data.set("health", { json: "{}" });
  assertEquals((await host.command("data")).stdout, '{"json":"{}"}');
});

Deno.test("A standby class runs while the manager stands by; others wait, loaded and not constructed", async () => {
  await using host = await TestHost.start(["stands_by", "remembers", "throws_in_constructor"], {
    asleep: true,
  });
  host.host.setEnabled(new Set(["stands_by", "remembers", "throws_in_constructor"]));
  await host.state("stands_by", "serving");
  await host.state("remembers", "ready");
  await host.state("throws_in_constructor", "ready");
  host.host.begin(1);
  assertEquals((await host.command("stands by")).stdout, "active in here");
  await host.state("throws_in_constructor", "failed");
  host.host.end("somebody else is active");
  await host.state("stands_by", "serving");
  await host.state("remembers", "ready");
  await host.state("throws_in_constructor", "ready");
  assertEquals(host.health(), {});
});

Deno.test("A standby class that failed says nothing of the active one", async () => {
  await using host = await TestHost.start(["fails_standing_by"], { asleep: true });
  host.host.setEnabled(new Set(["fails_standing_by"]));
  await host.state("fails_standing_by", "failed");
  host.host.begin(1);
  assertEquals((await host.command("after failing")).stdout, "well");
  assertEquals(host.health(), {});
});

Deno.test("A tenure that ends and begins gives modules a new process", async () => {
  await using host = await TestHost.start(["remembers"]);
  await host.state("remembers", "serving");
  const { pid } = host.status("remembers");
  host.host.end("the map names another");
  host.host.begin(2);
  await host.until(() => ![undefined, pid].includes(host.status("remembers").pid), "another process");
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
});

Deno.test("stop() leaves no process and no file", async () => {
  const host = await TestHost.start(["remembers", "misbehaves"]);
  await host.state("remembers", "serving");
  const { pid } = host.status("remembers");
  await host[Symbol.asyncDispose]();
  assertEquals(await Deno.stat(`/proc/${pid}`).catch(() => "gone"), "gone");
});
