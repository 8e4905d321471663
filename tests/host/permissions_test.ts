/** Permissions with real processes: what is refused, in which words, and what a decision of the operator changes. */

import { assertEquals, assertMatch } from "@std/assert";
import { GRANTS_FRONT, writeRecord } from "../../mgr/host/permissions/standing.ts";
import { TestManager } from "@ganglion/sdk/testing";
import Asker, { DEED_NAMES } from "./dummies/asker/mod.ts";
import { type Answer, TestHost } from "./test_host.ts";

const NAME = "asker";

async function start(ungranted = true): Promise<TestHost> {
  const host = await TestHost.start([NAME], { ungranted });
  host.link.data.set("health", { status: "HEALTH_OK" });
  host.link.data.set("mon_map", { epoch: 1 });
  await host.state(NAME, "serving");
  return host;
}

const ask = (host: TestHost, what: string): Promise<Answer> => host.command("ask for", { what });

/** The monitors push what an operator has decided. */
function decide(host: TestHost, granted: readonly string[], decided: readonly string[] = []): void {
  host.link.store.set(GRANTS_FRONT + NAME, writeRecord({ granted, decided }));
  host.host.storeChanged([GRANTS_FRONT + NAME]);
}

const detail = (host: TestHost): readonly string[] =>
  host.host.healthChecks().get("MGR_MODULE_PERMISSION")?.detail ?? [];

Deno.test("A module that nobody has decided about does nothing but its own; health has the command that grants it", async () => {
  await using host = await start();
  assertEquals(detail(host), [
    `Module 'asker' asks for what it has no permission for: ` +
    `ceph module permissions grant asker 'get health' health uri`,
  ]);
  const { retval, stdout, stderr } = await ask(host, "get health");
  assertEquals([retval, stdout], [-13, "get health"]);
  assertEquals(
    stderr,
    "Cannot call get: module asker has no permission 'get health'; " +
      "an operator grants it by: ceph module permissions grant asker 'get health'",
  );
  assertEquals((await ask(host, "uri")).stdout, "uri");
  assertEquals(host.host.services().size, 0);
  assertEquals(host.status(NAME).refusals, 2);
});

Deno.test("A grant holds at once and without another process, and ends what health says", async () => {
  await using host = await start();
  const { pid } = host.status(NAME);
  decide(host, ["get health", "health", "uri"]);
  assertEquals(await ask(host, "get health"), { retval: 0, stdout: '{"status":"HEALTH_OK"}', stderr: "" });
  assertEquals((await ask(host, "health")).retval, 0);
  assertEquals(detail(host), []);
  assertEquals(host.health(), { MINE: "mine" });
  assertEquals(host.status(NAME).pid, pid);
});

Deno.test("What was not asked for is refused all the same, and health names it until the operator has decided", async () => {
  await using host = await start(false);
  assertEquals(detail(host), []);
  assertEquals((await ask(host, "get mon_map")).stdout, "get mon_map");
  assertMatch(detail(host)[0]!, /was refused .*: ceph module permissions grant asker 'get mon_map'$/);
  decide(host, ["get *"]);
  assertEquals((await ask(host, "get mon_map")).stdout, '{"epoch":1}');
  host.host.setEnabled(new Set());
  assertEquals(detail(host), []);
});

Deno.test("What is revoked is taken back: health checks, address, data that the process holds", async () => {
  await using host = await start(false);
  for (const what of ["health", "uri", "get health"]) assertEquals((await ask(host, what)).retval, 0);
  assertEquals(host.host.services().size, 1);
  decide(host, [], ["get health", "health", "uri"]);
  assertEquals(host.health(), {});
  assertEquals(host.host.services().size, 0);
  assertEquals((await ask(host, "get health")).stdout, "get health");
});

Deno.test("What the operator left out is not asked for again, an update that asks for more is", async () => {
  await using host = await start();
  decide(host, ["get health"], ["get health", "health", "uri"]);
  assertEquals(detail(host), []);
  decide(host, ["get health"], ["get health", "health"]);
  assertMatch(detail(host)[0]!, /asks for .*: ceph module permissions grant asker uri$/);
});

Deno.test("A permission of Deno's is another process of that module, and none of another", async () => {
  await using host = await TestHost.start([NAME, "remembers"], {});
  await host.state(NAME, "serving");
  await host.state("remembers", "serving");
  const [own, other] = [host.status(NAME).pid, host.status("remembers").pid];
  assertEquals((await ask(host, "read")).retval, -22);
  decide(host, ["read /etc/hostname"]);
  await host.until(() => host.status(NAME).pid !== own && host.status(NAME).state === "serving", "restarted");
  assertEquals((await ask(host, "read")).retval, 0);
  assertEquals(host.status("remembers").pid, other);
  assertEquals(host.status(NAME).deaths, 0);
});

Deno.test("A record that is none, or that another release wrote, grants nothing", async () => {
  await using host = await start(false);
  for (const text of ["{", "[]", '{"granted":["everything","get health of"]}', '{"granted":"get *"}']) {
    host.link.store.set(GRANTS_FRONT + NAME, new TextEncoder().encode(text));
    host.host.storeChanged([GRANTS_FRONT + NAME]);
    assertEquals((await ask(host, "get health")).retval, -13, text);
  }
});

Deno.test("A name that no permission could have is no way round", async () => {
  await using host = await start();
  decide(host, ["get *"]);
  assertMatch((await ask(host, "odd name")).stderr, /Cannot read the permission 'get a.b.': /);
});

Deno.test("Nothing is granted before the keys have come from the monitors", async () => {
  await using host = await start(false);
  host.link.isStoreReady = false;
  host.host.storeChanged([]);
  assertEquals((await ask(host, "get health")).retval, -13);
  host.link.isStoreReady = true;
  host.host.storeChanged([]);
  assertEquals((await ask(host, "get health")).retval, 0);
});

Deno.test("Other modules, commands, objects and options: each call names what it lacks", async () => {
  await using host = await start();
  host.link.radosPort = {
    openPool: () => Promise.resolve([3, "p"]),
    operate: () => Promise.resolve({ version: 1, results: [null] }),
    list: () => Promise.resolve({ objects: [], cursor: null }),
    notify: () => Promise.resolve({ replies: [], silent: [] }),
    watch: () => Promise.resolve({ close: () => Promise.resolve() }),
  };
  const lacks = async (what: string): Promise<string> => {
    const { retval, stdout } = await ask(host, what);
    return retval === -13 ? stdout : `${retval}`;
  };
  const cases = [
    ["remote", "remote remembers forget"],
    ["command", "command mon osd tree"],
    ["tell", "command osd config set"],
    ["open pool", "rados read p"],
    ["option", "option read remembers size"],
    ["set option", "option write remembers size"],
    ["wear", "device"],
  ] as const;
  for (const [what, permission] of cases) assertEquals(await lacks(what), permission, what);
  // The pool has the name that the OSDMap says.
  decide(host, ["rados read p"]);
  assertEquals(await lacks("open pool"), "0");
  for (const what of ["write object", "watch object"]) assertEquals(await lacks(what), "rados write pool3");
  decide(host, ["rados write p", "rados write pool3"]);
  for (const what of ["open pool", "write object", "watch object"]) assertEquals(await lacks(what), "0");
});

Deno.test("The manager in memory refuses the same calls in the same words", async () => {
  await using host = await start();
  await using manager = await TestManager.start(Asker, { name: NAME, permissions: [] });
  manager.addPool("p");
  decide(host, ["rados read p"]);
  manager.grant("rados read p");
  const words = ({ retval, stdout, stderr }: Answer): Answer => ({ retval, stdout, stderr });
  // Deno's own; a need without a name is no error of the SDK; objects need an OSDMap, which this host does not have.
  const others = new Set(["read", "odd name", "open pool", "write object", "watch object"]);
  for (const what of DEED_NAMES.filter((name) => !others.has(name))) {
    assertEquals(await manager.send("ask for", { what }), words(await ask(host, what)), what);
  }
  decide(host, []);
  manager.revoke("rados read p");
  assertEquals(await manager.send("ask for", { what: "open pool" }), words(await ask(host, "open pool")));
});
