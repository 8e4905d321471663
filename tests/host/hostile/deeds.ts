/** What hostile modules do, by their names. Each tells how far it came, or throws. */

import { type Commands, type MgrModule, type Options, PermissionError } from "@ganglion/sdk";

type Module = MgrModule<Options, Commands>;
type Deed = (module: Module, target: string) => unknown;

const MIB = 2 ** 20;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** How many of them came to anything. */
async function successes(attempts: readonly (() => unknown)[]): Promise<number> {
  const results = await Promise.allSettled(attempts.map((attempt) => Promise.try(attempt)));
  return results.filter(({ status }) => status === "fulfilled").length;
}

const times = (n: number, attempt: (i: number) => unknown): (() => unknown)[] =>
  Array.from({ length: n }, (_, i) => () => attempt(i));

/** What `evades` sends: what its permissions allow, and what looks like it. */
const SENDINGS: readonly (readonly [target: "mon" | "osd" | "mgr", command: Record<string, unknown>])[] = [
  ["mon", { prefix: "osd pool set", pool: "test-1", var: "size", val: "2" }],
  ["mon", { prefix: "osd pool set", pool: "prod", var: "size", val: "2" }],
  ["mon", { prefix: "osd pool set", pool: ["test-1", "prod"], var: "size", val: "2" }],
  ["mon", { prefix: "osd pool set", pool: "test-1", var: ["size", "pg_num"], val: "2" }],
  ["mon", { prefix: "osd pool set", var: "size", val: "2" }],
  ["mon", { prefix: "osd pool set ", pool: "test-1", var: "size" }],
  ["mon", { prefix: " osd pool set", pool: "test-1", var: "size" }],
  ["mon", { prefix: "osd  pool  set", pool: "test-1", var: "size" }],
  ["mon", { prefix: "osd\tpool\tset", pool: "test-1", var: "size" }],
  ["mon", { prefix: "OSD POOL SET", pool: "test-1", var: "size" }],
  ["mon", { prefix: "osd pool", pool: "test-1", var: "size" }],
  ["mon", { prefix: "osd pool delete", pool: "test-1", var: "size" }],
  ["mon", { prefix: "config-key set", key: "mgr/.permissions/evades", val: '{"granted":["admin"]}' }],
  ["mon", { prefix: "config-key put", key: "mgr/neighbour/x", val: "1" }],
  ["mon", { prefix: "config-key set", key: ["mgr/neighbour/x"], val: "1" }],
  ["mon", { prefix: "config-key set", key: "config/mgr/mgr/neighbour/limit_heap", val: "1" }],
  ["mon", { prefix: "config-key set", key: "elsewhere", val: "1" }],
  ["mon", { prefix: "config set", who: "global", name: "mgr/neighbour/x", value: "1" }],
  ["mon", { prefix: "auth get", entity: "client.admin" }],
  ["mon", { prefix: "module permissions grant", module: "evades", permissions: ["admin"] }],
  ["mon", { prefix: "mgr module disable", module: "neighbour" }],
  ["mgr", { prefix: "module permissions grant", module: "evades", permissions: ["admin"] }],
  ["osd", { prefix: "osd pool set", pool: "test-1", var: "size" }],
];

/** By the name of the module. */
export const DEEDS: Readonly<Record<string, Deed>> = {
  neighbour: () => "nothing",
  never_ready: () => "ready",
  ignores_shutdown: () => "waits",
  spins: () => {
    for (;;);
  },
  fills_heap: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1000).fill(kept.length));
  },
  fills_buffers: async () => {
    const kept: Uint8Array[] = [];
    for (;; await pause()) kept.push(new Uint8Array(8 * MIB).fill(1));
  },
  opens_sockets: (_, port) =>
    successes([
      ...times(100, () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) })),
      ...times(100, () => Deno.listen({ hostname: "127.0.0.1", port: 0 })),
    ]),
  floods_log: async (module) => {
    for (let i = 0; i < 40_000; i++) {
      module.log.info(`line ${i}`);
      if (i % 1000 === 0) await pause();
    }
    return "logged";
  },
  floods_calls: (module) => successes(times(20_000, () => module.get("health"))),
  floods_store: async (module) => {
    let stored = 0;
    for (; stored < 100; stored++) await module.setStore(`key ${stored}`, "x".repeat(100_000));
    return stored;
  },
  floods_health: (module) =>
    module.setHealthChecks(
      Object.fromEntries(times(500, () => 0).map((_, i) => [`C${i}`, { severity: "error", summary: "s" }])),
    ),
  writes_garbage: async () => {
    const connection = await Deno.connect({ transport: "unix", path: Deno.args[0]! });
    return await connection.write(new Uint8Array(1000).fill(255));
  },
  forges_identity: (module) =>
    successes([
      () => module.setModuleOption("../neighbour/x" as never, "1" as never),
      () => module.setModuleOption("limit_heap" as never, "32G" as never),
      () => module.setModuleOptionEx("neighbour", "log_level", "debug"),
      () => module.setModuleOptionEx("neighbour", "limit_heap", "64M"),
      () => module.remote("neighbour", "answer"),
      () => module.sendCommand("mon", "", { prefix: "config-key set", key: "mgr/neighbour/x", val: "1" }),
      () => module.clusterLog("cluster", "error", "neighbour says"),
    ]),
  reads_keyring: (_, secret) => Deno.readTextFile(secret),
  reads_environment: () => Object.keys(Deno.env.toObject()).length,
  reads_proc: () => Deno.readTextFile("/proc/self/environ"),
  reads_others: () => Deno.readTextFile(new URL("../neighbour/mod.ts", import.meta.url)),
  imports_network: () => import("https://esm.sh/leak" as string),
  evades: async (module) => {
    const outcomes: string[] = [];
    for (const [target, command] of SENDINGS) {
      outcomes.push(
        await module.sendCommand(target, target === "osd" ? "0" : "", command as { prefix: string }).then(
          () => "sent",
          (e) => (e instanceof PermissionError ? e.missing.join(" and ") : "refused"),
        ),
      );
    }
    return JSON.stringify(outcomes);
  },
};
