/** Permissions of modules by the stock CLI, on a real cluster with two managers. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const DUMMY = fileURLToPath(import.meta.resolve("../host/dummies/asker"));
const NAME = "asker";
const CONF = [`mgr initial modules = ${NAME}`, "paxos propose interval = 0.1", "mgr tick period = 1"];

interface Listed {
  readonly module: string;
  readonly granted: readonly string[];
  readonly asked: readonly string[];
  readonly refused: readonly string[];
}

/** The cluster, and what one asks of it again and again. */
class Operated {
  constructor(readonly cluster: RealCluster) {}

  async ask(what: string): Promise<number> {
    const { code } = await this.cluster.command("mgr", { prefix: "ask for", what });

    return code;
  }

  /** Waits until what is asked for has that return value. */
  async until(what: string, code: number): Promise<void> {
    await this.cluster.waitFor(async () => await this.ask(what) === code, `${what} is ${code}`);
  }

  async detail(): Promise<string | undefined> {
    const { checks } = await this.cluster.commandJson<
      { checks: Record<string, { detail: { message: string }[] }> }
    >("mon", { prefix: "health", detail: "detail" });
    return checks.MGR_MODULE_PERMISSION?.detail[0]?.message;
  }

  async listed(): Promise<Listed> {
    return (await this.cluster.cephJson<Listed[]>("module", "permissions", "ls", NAME))[0]!;
  }

  /** A line of a shell, as an operator copies it. */
  async shell(line: string): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", line.replace(/^ceph /, `ceph -c ${this.cluster.conf} `)],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }
}

/** The module alone in a directory. */
async function modulePath(cluster: RealCluster): Promise<string> {
  const path = `${cluster.directory}/modules/${NAME}`;
  await Deno.mkdir(path, { recursive: true });
  for (const file of ["mod.ts", "deno.json"]) await Deno.copyFile(`${DUMMY}/${file}`, `${path}/${file}`);
  return `${cluster.directory}/modules`;
}

Deno.test({ name: "An operator grants, revokes and sees permissions of modules", ignore }, async (t) => {
  await RealCluster.run({ conf: CONF }, async (cluster) => {
    const path = [`--mgr-module-path=${await modulePath(cluster)}`];
    await cluster.startGanglion("x", path);
    const it = new Operated(cluster);
    await it.until("get health", -13);
    await t.step("health names the command that grants, and the command does", () => grantByHealth(it));
    await t.step("the answers for people, and what is wrong with bad input", () => words(it));
    await t.step("only who may do everything may grant", () => caps(it));
    await t.step(
      "limits are options, which the monitors check and a change of which restarts it",
      () => limits(it),
    );
    await t.step("a change from outside is seen", () => outside(it));
    await t.step("grants follow a failover", () => failover(it, path));
  });
});

async function grantByHealth(it: Operated): Promise<void> {
  await it.cluster.waitFor(async () => await it.detail() !== undefined, "health tells of it");
  const detail = (await it.detail())!;
  assertStringIncludes(detail, "Module 'asker' was refused what it has no permission for: ceph module ");
  await it.shell(detail.slice(detail.indexOf("ceph module")));
  assertEquals(await it.ask("get health"), 0);
  assertEquals(await it.ask("get mon_map"), -13);
  assertEquals((await it.listed()).granted, ["get health", "health", "uri"]);
  assertEquals((await it.listed()).refused, ["get mon_map"]);
  await it.shell("ceph module permissions grant asker 'get *'");
  await it.cluster.waitFor(async () => await it.detail() === undefined, "health has nothing to tell");
}

async function words(it: Operated): Promise<void> {
  const ceph = (...args: string[]) => it.cluster.ceph("module", "permissions", ...args);
  assertEquals((await ceph("diff", NAME)).stdout.trim(), "- get *");
  const revoked = await ceph("revoke", NAME, "get *", "uri");
  assertEquals(revoked.stdout.trim().split("\n"), [
    "asker has: get health, health",
    "it asks for more: uri",
    "to grant that: ceph module permissions grant asker uri",
  ]);
  assertEquals(await it.ask("uri"), -13);
  const wrong = [
    [["grant", NAME, "get", "health"], "put each permission into quotes"],
    [["grant", NAME, "command mon"], "is missing"],
    [["grant", "nobody"], "there is no module 'nobody' here; there are: "],
    [["revoke", NAME, "admin"], "does not have 'admin'; it has: get health, health"],
  ] as const;
  for (const [args, message] of wrong) {
    const { code, stderr } = await ceph(...args);
    assert(code !== 0);
    assertStringIncludes(stderr, message);
  }
  const help = await it.cluster.ceph("--help", "module", "permissions");
  assertStringIncludes(help.stdout, "module permissions grant <module> ");
  const table = await it.cluster.ceph("module", "ls");
  assertStringIncludes(table.stdout, "NAME");
  assert(/^asker +serving +\d+ +\d+s +\d+M /m.test(table.stdout), table.stdout);
  const status = await it.cluster.cephJson<{ refusals: number; calls: number }>("module", "status", NAME);
  assert(status.refusals >= 3 && status.calls >= 3);
}

async function caps({ cluster }: Operated): Promise<void> {
  const keyring = `${cluster.directory}/low.keyring`;
  const auth = ["auth", "get-or-create", "client.low", "mon", "allow *", "mgr", "allow rw", "-o", keyring];
  assertEquals((await cluster.ceph(...auth)).code, 0);
  const low = ["--name", "client.low", "--keyring", keyring];
  const { code, stderr } = await cluster.ceph(...low, "module", "permissions", "grant", NAME, "admin");
  assertEquals(code, 13);
  assertStringIncludes(stderr, "access denied");
  assertEquals((await cluster.ceph(...low, "module", "ls")).code, 0);
}

async function limits({ cluster }: Operated): Promise<void> {
  const option = `mgr/${NAME}/limit_heap`;
  const help = await cluster.ceph("config", "help", option);
  assertStringIncludes(help.stdout, "Heap of JavaScript");
  const pid = async () => (await cluster.cephJson<{ pid: number }>("module", "status", NAME)).pid;
  const before = await pid();
  assert((await cluster.ceph("config", "set", "mgr", option, "1M")).code !== 0);
  assertEquals((await cluster.ceph("config", "set", "mgr", option, "128M")).code, 0);
  await cluster.waitFor(async () => ![0, before].includes(await pid()), "it has another process");
}

async function outside(it: Operated): Promise<void> {
  const key = "mgr/.permissions/asker";
  const value = '{"granted":["get mon_map"],"decided":[]}';
  assertEquals((await it.cluster.ceph("config-key", "set", key, value)).code, 0);
  await it.until("get mon_map", 0);
  assertEquals(await it.ask("get health"), -13);
}

async function failover(it: Operated, path: readonly string[]): Promise<void> {
  await it.cluster.startGanglion("y", path);
  const standbys =
    async () => (await it.cluster.commandJson<{ active_name: string; standbys: { name: string }[] }>("mon", {
      prefix: "mgr dump",
    }));
  await it.cluster.waitFor(async () => (await standbys()).standbys.length === 1, "y stands by");
  assertEquals((await it.cluster.ceph("mgr", "fail", "x")).code, 0);
  await it.cluster.waitFor(async () => (await standbys()).active_name === "y", "y is active");
  await it.until("get mon_map", 0);
  assertEquals(await it.ask("get health"), -13);
  assertEquals((await it.listed()).granted, ["get mon_map"]);
}
