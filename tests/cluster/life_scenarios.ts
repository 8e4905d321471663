/** The life of a manager, scenario by scenario: the same list at real monitors and at the development monitor. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { RealCluster } from "./real_cluster.ts";

/** A cluster with one monitor that can be restarted, and managers that come and go. */
export interface LifeCluster extends
  Pick<
    RealCluster,
    | "ceph"
    | "connect"
    | "command"
    | "commandJson"
    | "waitFor"
    | "startGanglion"
    | "startRealMgr"
    | "stop"
    | "kill"
    | "daemon"
    | "log"
  > {
  /** Ends the monitor and starts it again. */
  restartMonitor(): Promise<void>;
}

/** What `mgr dump` says. */
export interface MgrDump {
  readonly epoch: number;
  readonly active_name: string;
  readonly active_gid: number;
  readonly available: boolean;
  readonly active_addrs: {
    readonly addrvec: readonly { readonly type: string; readonly addr: string; readonly nonce: number }[];
  };
  readonly modules: readonly string[];
  readonly standbys: readonly { readonly name: string; readonly gid: number }[];
}

/** Where the module is that the scenarios use. */
export const MODULES = fileURLToPath(import.meta.resolve("../conformance"));
const BOX = [`--mgr-module-path=${MODULES}`];
/** A manager that says good-bye is replaced long before the grace of 30 s. */
const GOODBYE_MS = 10_000;
const EINVAL = -22;
const EOPNOTSUPP = -95;

/** The MgrMap now. */
export const dump = (cluster: Pick<LifeCluster, "commandJson">): Promise<MgrDump> =>
  cluster.commandJson<MgrDump>("mon", { prefix: "mgr dump" });

/** Waits until that manager is active and available, with another identity or address than `before`. */
export function active(
  cluster: Pick<LifeCluster, "commandJson" | "waitFor">,
  name: string,
  before?: MgrDump,
): Promise<MgrDump> {
  return cluster.waitFor(async () => {
    const map = await dump(cluster);
    return map.available && map.active_name === name && isAnother(map, before) ? map : undefined;
  }, `mgr.${name} active and available`);
}

const isAnother = (map: MgrDump, before?: MgrDump): boolean =>
  before === undefined || map.active_gid !== before.active_gid || nonceOf(map) !== nonceOf(before);

const nonceOf = ({ active_addrs }: MgrDump): number => active_addrs.addrvec[0]!.nonce;

/** Waits until that manager stands by. */
export const standby = (
  cluster: Pick<LifeCluster, "commandJson" | "waitFor">,
  name: string,
): Promise<unknown> =>
  cluster.waitFor(
    async () => (await dump(cluster)).standbys.some((s) => s.name === name),
    `mgr.${name} standing by`,
  );

async function run(cluster: LifeCluster, prefix: string, args: Readonly<Record<string, string>> = {}) {
  const { code, err } = await cluster.command("mon", { prefix, ...args });
  assertEquals(code, 0, `${prefix}: ${err}`);
}

const ask = (cluster: LifeCluster, prefix: string, args: Readonly<Record<string, string>> = {}) =>
  cluster.command("mgr", { prefix, ...args });

/** Waits until a command of the module answers with this code. */
const answers = (cluster: LifeCluster, prefix: string, code: number): Promise<unknown> =>
  cluster.waitFor(async () => (await ask(cluster, prefix)).code === code, `${prefix} answers ${code}`);

async function boxOptions(cluster: LifeCluster): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse((await ask(cluster, "box options")).out) as Record<string, unknown>;
}

const checks = async (cluster: LifeCluster): Promise<readonly string[]> =>
  Object.keys((await cluster.commandJson<{ checks: object }>("mon", { prefix: "health" })).checks);

const hasCheck = (cluster: LifeCluster, code: string, wanted: boolean): Promise<unknown> =>
  cluster.waitFor(
    async () => (await checks(cluster)).includes(code) === wanted,
    `${code} ${wanted ? "" : "not "}in the health report`,
  );

/** In this order; mgr.x is active before and after each. */
export const LIFE: Readonly<Record<string, (cluster: LifeCluster) => Promise<void>>> = {
  "becomes active and available, and `ceph -s` says so": async (cluster) => {
    await cluster.startGanglion("x", BOX);
    const map = await active(cluster, "x");
    assertEquals(map.active_addrs.addrvec.map(({ type }) => type), ["v2"]);
    assertMatch((await cluster.ceph("-s")).stdout, /mgr: x\(active, since/);
    const metadata = await cluster.commandJson<{ hostname: string }>("mon", {
      prefix: "mgr metadata",
      who: "x",
    });
    assertEquals(metadata.hostname, Deno.hostname());
    assertEquals((await cluster.ceph("mgr", "stat")).code, 0);
  },

  "a module is enabled, disabled and enabled again in the same process": async (cluster) => {
    const { pid } = cluster.daemon("mgr.x");
    await run(cluster, "mgr module enable", { module: "box" });
    await answers(cluster, "box heard", 0);
    await run(cluster, "mgr module disable", { module: "box" });
    await answers(cluster, "box heard", EOPNOTSUPP);
    assert(!(await dump(cluster)).modules.includes("box"));
    await run(cluster, "mgr module enable", { module: "box" });
    await answers(cluster, "box heard", 0);
    assertEquals(cluster.daemon("mgr.x").pid, pid);
  },

  "options reach the module, and what its table forbids is refused": async (cluster) => {
    await run(cluster, "config set", { who: "mgr", name: "mgr/box/place", value: "Mars" });
    await run(cluster, "config set", { who: "mgr.x", name: "mgr/box/count", value: "7" });
    await cluster.waitFor(async () => {
      const { place, count } = await boxOptions(cluster);
      return place === "Mars" && count === 7;
    }, "both options in the module");
    for (const value of ["many", "9001"]) {
      const bad = { prefix: "config set", who: "mgr", name: "mgr/box/count", value };
      assertEquals((await cluster.command("mon", bad)).code, EINVAL);
    }
    const unknown = await cluster.ceph("config", "set", "mgr", "mgr/box/nosuch", "1");
    assertEquals(unknown.code, -EINVAL);
    assertStringIncludes(unknown.stderr, "unrecognized config option 'mgr/box/nosuch'");
    await run(cluster, "config rm", { who: "mgr.x", name: "mgr/box/count" });
    await cluster.waitFor(async () => (await boxOptions(cluster)).count === 3, "the default again");
    assertEquals((await cluster.ceph("config", "get", "mgr.x", "mgr/box/place")).stdout, "Mars\n");
  },

  "what the module stores is in the monitor, and the other way round": async (cluster) => {
    assertEquals((await ask(cluster, "box store set", { key: "a", value: "1" })).code, 0);
    assertEquals((await cluster.ceph("config-key", "get", "mgr/box/a")).stdout, "1");
    await run(cluster, "config-key set", { key: "mgr/box/b", val: "2" });
    await cluster.waitFor(
      async () => (await ask(cluster, "box store")).out === '[["a","1"],["b","2"]]',
      "both keys in the module",
    );
  },

  "health checks of the module are the cluster's, can be muted, and go": async (cluster) => {
    const check = {
      BOX_FULL: { severity: "warning", summary: "the box is full", count: 1, detail: ["why"] },
    };
    assertEquals((await ask(cluster, "box health", { checks: JSON.stringify(check) })).code, 0);
    await hasCheck(cluster, "BOX_FULL", true);
    const { stdout } = await cluster.ceph("health", "detail");
    assertStringIncludes(stdout, "[WRN] BOX_FULL: the box is full\n    why");
    await run(cluster, "health mute", { code: "BOX_FULL" });
    assertStringIncludes((await cluster.ceph("health")).stdout, "(muted: BOX_FULL");
    assertEquals((await ask(cluster, "box health", { checks: "{}" })).code, 0);
    await hasCheck(cluster, "BOX_FULL", false);
  },

  "`mgr fail` without a standby: the same manager takes over from another address": async (cluster) => {
    const before = await dump(cluster);
    const { pid } = cluster.daemon("mgr.x");
    await run(cluster, "mgr fail", { who: "x" });
    const after = await active(cluster, "x", before);
    assertEquals([after.active_gid, cluster.daemon("mgr.x").pid], [before.active_gid, pid]);
    await answers(cluster, "box heard", 0);
  },

  "on the blocklist it gives up, and takes over from another address": async (cluster) => {
    const before = await dump(cluster);
    const { addr, nonce } = before.active_addrs.addrvec[0]!;
    await run(cluster, "osd blocklist", { blocklistop: "add", addr: `${addr}/${nonce}` });
    await active(cluster, "x", before);
    await answers(cluster, "box heard", 0);
    await run(cluster, "osd blocklist", { blocklistop: "rm", addr: `${addr}/${nonce}` });
  },

  "a second Ganglion stands by, takes over with all that was stored, and gives way again": async (
    cluster,
  ) => {
    await cluster.startGanglion("y", BOX);
    await standby(cluster, "y");
    assertEquals((await cluster.ceph("tell", "mgr.x", "version")).code, 0);
    await run(cluster, "mgr fail", { who: "x" });
    await active(cluster, "y");
    await standby(cluster, "x");
    await answers(cluster, "box heard", 0);
    assertEquals((await ask(cluster, "box store")).out, '[["a","1"],["b","2"]]');
    const stopped = performance.now();
    // Twice, as from a terminal or systemd by way of `deno task`: that is one signal.
    cluster.daemon("mgr.y").signal("SIGTERM");
    assertEquals(await cluster.stop("mgr.y"), { code: 0, signal: null });
    await active(cluster, "x");
    assert(performance.now() - stopped < GOODBYE_MS);
  },

  "the real ceph-mgr and Ganglion stand by for each other": async (cluster) => {
    await cluster.startRealMgr("r");
    await standby(cluster, "r");
    await run(cluster, "mgr fail", { who: "x" });
    await active(cluster, "r");
    await standby(cluster, "x");
    await run(cluster, "mgr fail", { who: "r" });
    await active(cluster, "x");
    await cluster.kill("mgr.r");
    await answers(cluster, "box heard", 0);
  },

  "the monitor is restarted: identity and address stay": async (cluster) => {
    const before = await dump(cluster);
    const sessions = async (): Promise<number> =>
      (await cluster.log("mgr.x")).split("session with v2:").length - 1;
    const had = await sessions();
    await cluster.restartMonitor();
    await cluster.waitFor(async () => await sessions() > had, "another session");
    const after = await active(cluster, "x");
    assertEquals([after.active_gid, after.active_addrs], [before.active_gid, before.active_addrs]);
    await answers(cluster, "box heard", 0);
  },

  "killed and started again: the new process takes over at once": async (cluster) => {
    const before = await dump(cluster);
    await cluster.kill("mgr.x");
    await cluster.startGanglion("x", BOX);
    const after = await active(cluster, "x", before);
    assert(after.active_gid !== before.active_gid);
    await answers(cluster, "box heard", 0);
    assertEquals((await ask(cluster, "box store")).out, '[["a","1"],["b","2"]]');
  },

  "it ends on SIGINT; without any manager the cluster says so, until there is one again": async (cluster) => {
    assertEquals(await cluster.stop("mgr.x", "SIGINT"), { code: 0, signal: null });
    // Nobody could take over, so the map still names it.
    await run(cluster, "mgr fail");
    await hasCheck(cluster, "MGR_DOWN", true);
    assertMatch((await cluster.ceph("-s")).stdout, /mgr: no daemons active/);
    await using patient = await cluster.connect();
    const waiting = patient.command("mon", { prefix: "box heard" });
    await cluster.startGanglion("x", BOX);
    await active(cluster, "x");
    assertEquals((await waiting).code, 0);
    await hasCheck(cluster, "MGR_DOWN", false);
  },
};
