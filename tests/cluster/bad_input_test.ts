/** What keeps the manager from starting is one clear line and an exit code; what does not is one line and it goes on. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { runTool } from "./cluster_files.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

const MAIN = fileURLToPath(import.meta.resolve("../../mgr/main.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));
/** Nothing that is refused takes longer. */
const END_MS = 20_000;

/** Runs the manager to its end. */
async function runManager(conf: string, args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", CONFIG, MAIN, "-c", conf, ...args],
    stdin: "null",
    signal: AbortSignal.timeout(END_MS),
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr).trim() };
}

/** Arguments, and the line that they lead to. */
type Case = readonly [args: readonly string[], line: RegExp];

async function cases(cluster: RealCluster): Promise<Case[]> {
  const d = cluster.directory;
  const keyring = await cluster.makeMgrKey("x");
  await Deno.writeTextFile(`${d}/bad.conf`, "[global]\nfsid = 1\nnonsense\n");
  await runTool("ceph-authtool", "--create-keyring", `${d}/wrong`, "--gen-key", "-n", "mgr.x");
  await Deno.writeTextFile(`${d}/broken`, "[mgr.x]\n key = AQDpTARrHSoVORAAHttQ2\n");
  await cluster.command("mon", { prefix: "auth get-or-create", entity: "mgr.nocaps" });
  const { out } = await cluster.command("mon", { prefix: "auth get", entity: "mgr.nocaps" });
  await Deno.writeTextFile(`${d}/nocaps`, out);
  const me = ["-i", "x", "-k", keyring];
  return [
    [["-i", "x", "-k", `${d}/nowhere`], /no keyring for mgr.x: none of .*nowhere exists. Name one with -k/],
    [["-i", "y", "-k", keyring], /keyring .* has no key of mgr.y/],
    [["-i", "x", "-k", `${d}/broken`], /Cannot read a key: .*broken:2/],
    [["-i", "x", "-k", d], /Cannot read keyring .*: Is a directory/],
    [["-i", "x", "-k", `${d}/wrong`], /Cannot log in as mgr.x: the monitors refuse its key \(-13\)/],
    [["-i", "nocaps", "-k", `${d}/nocaps`], /refuse its key \(-13\).*caps for mon/],
    [[...me, "-c", `${d}/bad.conf`], /Cannot read ceph.conf: .*bad.conf:3: 'nonsense' is neither/],
    [[...me, "-c", `${d}/nowhere.conf`], /Cannot read ceph.conf: there is no .*nowhere.conf/],
    [
      [...me, "--fsid=11111111-1111-4111-8111-111111111111"],
      /Cannot join the cluster: the monitors belong to /,
    ],
    [
      [...me, "--auth-cluster-required=none"],
      /the monitors take methods \(cephx\) in modes \(secure, crc\) only/,
    ],
    [[...me, "--ms-mon-cluster-mode=tls"], /ms_mon_cluster_mode 'tls' names none of crc, secure/],
    [[...me, "-m", "v1:127.0.0.1:6789"], /none of the monitors that are known has a msgr2/],
    [[...me, "-m", "[v2:127.0.0.1"], /Cannot use mon_host .*: '\[' without '\]'/],
    [
      [...me, "--public-addr=-", "--public-network=10.9.9.0/24"],
      /unable to find any IP address in networks '10.9.9.0\/24'/,
    ],
    [[...me, "--public-addr=10.9.9.9"], /Cannot listen on 10.9.9.9: Cannot assign requested address/],
    [
      [...me, "--ms-bind-ipv4=false"],
      /Cannot choose an address: ms_bind_ipv4 and ms_bind_ipv6 are both false/,
    ],
    [[...me, "--ms-bind-port-min=3300", "--ms-bind-port-max=3299"], /no free port in 3300..3299/],
    [["-i", "x", "--mgr-data=/proc/nowhere"], /Cannot use mgr_data \/proc\/nowhere/],
    [[...me, "--setuser", "nosuchuser"], /Cannot set the user: nosuchuser is unknown/],
    [["-i"], /Option -i requires an argument/],
    [["-n", "osd.1"], /Cannot use name 'osd.1': expected mgr.ID/],
  ];
}

Deno.test({ name: "Mgr says in one line what keeps it from starting", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    for (const [i, [args, line]] of (await cases(cluster)).entries()) {
      const data = args.some((arg) => arg.startsWith("--mgr-data"))
        ? []
        : [`--mgr-data=${cluster.directory}/data${i}`];
      const { code, stderr } = await runManager(cluster.conf, [...data, ...args]);
      assertMatch(stderr, line);
      assertEquals([code, stderr.split("\n").length], [1, 1], stderr);
    }
  });
});

Deno.test(
  { name: "Mgr says that it may not read its keyring", ignore: ignore || Deno.uid() !== 0 },
  async () => {
    const directory = await Deno.makeTempDir({ prefix: "ganglion-input-" });
    try {
      const data = `${directory}/data`;
      await Deno.mkdir(data);
      await Deno.chmod(directory, 0o755);
      await Deno.chmod(data, 0o777);
      await Deno.writeTextFile(`${directory}/keyring`, "[mgr.x]\n", { mode: 0o600 });
      const me = ["-i", "x", "-k", `${directory}/keyring`, `--mgr-data=${data}`, "-m", "127.0.0.1:1"];
      const { code, stderr } = await runManager("", [...me, "--setuser", "nobody", "--setgroup", "nogroup"]);
      assertMatch(stderr, /Cannot read keyring .*keyring: Permission denied/);
      assertEquals([code, stderr.split("\n").length], [1, 1], stderr);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);

Deno.test({ name: "Mgr warns of flags and values that it cannot use, and goes on", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    const manager = await cluster.startGanglion("x", ["--nosuch-flag=3", "--mgr-tick-period=bogus", "extra"]);
    await manager.line(/Cannot use flag --nosuch-flag: there is no such flag or option/);
    await manager.line(/Cannot use option mgr_tick_period .*'bogus'/);
    await manager.line(/Cannot use argument 'extra'/);
    await cluster.waitFor(async () => {
      const { available } = await cluster.commandJson<{ available: boolean }>("mon", { prefix: "mgr dump" });
      return available;
    }, "mgr.x available");
  });
});

Deno.test(
  { name: "Mgr that reaches no monitor says so and goes on trying, until a signal ends it", ignore },
  async () => {
    await RealCluster.run({}, async (cluster) => {
      const manager = await cluster.startGanglion("x", ["-m", "127.0.0.1:1"]);
      const line = await manager.line(/Cannot reach a monitor/);
      assertStringIncludes(line, "for 5 s, still trying: v2:127.0.0.1:1/0: Connection refused");
      assertEquals(await cluster.stop("mgr.x"), { code: 0, signal: null });
    });
  },
);

Deno.test({ name: "Mgr refuses a second start with the same mgr_data", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    const manager = await cluster.startGanglion("x");
    await cluster.waitFor(
      async () => (await cluster.log("mgr.x")).includes("listening on"),
      "mgr.x listening",
    );
    const { code, stderr } = await runManager(cluster.conf, ["-i", "x", "-k", await cluster.makeMgrKey("x")]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `process ${manager.pid} already runs with this mgr_data`);
  });
});
