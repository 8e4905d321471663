/** Sessions with real monitors, OSDs and clients over time: modes, tickets, silence, garbage, and what is never logged. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Keyring } from "../../mgr/auth/keyring.ts";
import { makeBanner } from "../../mgr/msgr/banner.ts";
import type { DaemonProcess } from "./daemon_process.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

/** Everything that the daemon can say. */
const LOUD = ["mgr", "ms", "monc", "mgrc", "auth"].map((place) => `--debug-${place}=30`);

interface MgrDump {
  readonly epoch: number;
  readonly active_name: string;
  readonly active_gid: number;
  readonly available: boolean;
  readonly active_addrs: { readonly addrvec: readonly { readonly addr: string }[] };
  readonly standbys: readonly { readonly name: string }[];
}

const dump = (cluster: RealCluster): Promise<MgrDump> =>
  cluster.commandJson<MgrDump>("mon", { prefix: "mgr dump" });

function active(cluster: RealCluster, name: string, other = -1): Promise<MgrDump> {
  return cluster.waitFor(async () => {
    const map = await dump(cluster);
    return map.available && map.active_name === name && map.active_gid !== other ? map : undefined;
  }, `mgr.${name} active and available`);
}

const opened = (cluster: RealCluster, manager: string, daemon: string): Promise<unknown> =>
  cluster.waitFor(
    async () => (await cluster.log(`mgr.${manager}`)).includes(`open of ${daemon} by`),
    `${daemon} in session with mgr.${manager}`,
  );

const port = ({ active_addrs }: MgrDump): number => Number(active_addrs.addrvec[0]!.addr.split(":").at(-1));

/** What strangers send; each connection is to be closed by us. */
const GARBAGE: readonly Uint8Array[] = [
  new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  new TextEncoder().encode("ceph v027\n and what follows in messenger 1"),
  Uint8Array.from([...makeBanner(), ...crypto.getRandomValues(new Uint8Array(500))]),
  crypto.getRandomValues(new Uint8Array(50_000)),
];

/** Sends and reads until the other side closes. */
async function sendGarbage(port: number, bytes: Uint8Array): Promise<void> {
  using tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  await tcp.write(bytes).catch(() => {});
  const buffer = new Uint8Array(4096);
  while (await tcp.read(buffer).catch(() => null) !== null);
}

/** Every way in which a key might be written. */
function spellings(base64: string): string[] {
  const { secret } = Keyring.parse(`[k]\nkey = ${base64}\n`, "k").get("k")!;
  return [base64, secret.toHex(), secret.toBase64(), [...secret].join(","), [...secret].join(", ")];
}

Deno.test({
  name: "Sessions in crc mode and in secure mode, garbage on the port, and no key in any log",
  ignore,
}, async () => {
  const conf = [
    "[mon]",
    "ms mon cluster mode = crc",
    "[osd.0]",
    "ms mon cluster mode = crc",
    "[osd.1]",
    "ms mon cluster mode = secure",
  ];
  await RealCluster.run({ osds: 2, conf }, async (cluster) => {
    const manager = await cluster.startGanglion("x", LOUD);
    const map = await active(cluster, "x");
    for (const osd of ["osd.0", "osd.1"]) await opened(cluster, "x", osd);
    for (const mode of ["crc", "secure"]) {
      const { stdout } = await cluster.ceph("--ms-mon-client-mode", mode, "tell", "mgr", "version");
      assertStringIncludes(stdout, "16.2.15");
    }
    await using client = await cluster.connect();
    const ask = () => client.command("mgr", { prefix: "service dump" });
    assertEquals((await ask()).code, 0);
    for (const bytes of GARBAGE) await sendGarbage(port(map), bytes);
    assertEquals((await ask()).code, 0);
    const text = (await cluster.log("mgr.x")) + manager.lines.join("\n");
    assert(text.length > 2000, "the log is not loud");
    for (const entity of ["mgr.x", "client.admin", "osd.0", "mon."]) {
      const { out } = await cluster.command("mon", { prefix: "auth get-key", entity });
      for (const spelling of spellings(out.trim())) assert(!text.includes(spelling), `the key of ${entity}`);
    }
    await refusesCrc(cluster, map);
  });
});

/** Where ceph.conf wants secure mode only, an OSD that offers crc alone is not let in; the other one is. */
async function refusesCrc(cluster: RealCluster, before: MgrDump): Promise<void> {
  await cluster.startGanglion("y", [...LOUD, "--ms-mon-service-mode=secure"]);
  await cluster.waitFor(async () => (await dump(cluster)).standbys.length === 1, "mgr.y standing by");
  await cluster.stop("mgr.x");
  await active(cluster, "y", before.active_gid);
  await opened(cluster, "y", "osd.1");
  await cluster.waitFor(
    async () => (await cluster.log("mgr.y")).includes("its method or connection mode is not allowed"),
    "osd.0 refused",
  );
  assert(!(await cluster.log("mgr.y")).includes("open of osd.0 by"));
}

Deno.test({
  name: "Tickets and rotating keys are renewed; whose identity expired comes back as another manager",
  ignore,
}, async () => {
  const conf = ["auth service ticket ttl = 3", "auth mon ticket ttl = 3"];
  await RealCluster.run({ osds: 1, conf }, async (cluster) => {
    await cluster.startGanglion("x", ["--debug-mgr=20", "--debug-monc=20"]);
    const first = await active(cluster, "x");
    await opened(cluster, "x", "osd.0");
    // All secrets of the beginning are gone by then, and so are all tickets.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await using late = await cluster.connect();
    assertEquals((await late.command("mgr", { prefix: "service dump" })).code, 0);
    await cluster.stopOsd(0);
    const before = (await cluster.log("mgr.x")).split("open of osd.0 by").length;
    cluster.startOsd(0);
    await cluster.waitFor(
      async () => (await cluster.log("mgr.x")).split("open of osd.0 by").length > before,
      "osd.0 in session again",
    );
    await restartMon(cluster, 0);
    assertEquals(await activeGid(cluster), first.active_gid);
    await restartMon(cluster, 11_000);
    // The map still names the old identity until the new one has been heard.
    await cluster.waitFor(async () => await activeGid(cluster) !== first.active_gid, "another identity");
    assertStringIncludes(await cluster.log("mgr.x"), "The monitors refuse our old identity");
  });
});

/** The only monitor is away for so long. Resolves when the manager has a session again. */
async function restartMon(cluster: RealCluster, awayMs: number): Promise<void> {
  const sessions = async (): Promise<number> => (await cluster.log("mgr.x")).split("session with v2:").length;
  const before = await sessions();
  await cluster.kill("mon.a");
  await new Promise((resolve) => setTimeout(resolve, awayMs));
  cluster.startMon("a");
  await cluster.waitFor(async () => await sessions() > before, "a session again");
}

/** Who x is now that it is active. Asked by a new client: real ones do not come back when their own ticket has expired. */
async function activeGid(cluster: RealCluster): Promise<number> {
  await using client = await cluster.connect();
  const gid = Number([...(await cluster.log("mgr.x")).matchAll(/as global_id (\d+)/g)].at(-1)![1]);
  await cluster.waitFor(async () => {
    const { out } = await client.command("mon", { prefix: "mgr dump", format: "json" });
    const map = JSON.parse(out) as MgrDump;
    return map.available && map.active_gid === gid;
  }, "mgr.x active and available");
  return gid;
}

/** The monitor with which the manager has its session. */
async function monitorOf(cluster: RealCluster, manager: string): Promise<DaemonProcess> {
  const address = [...(await cluster.log(manager)).matchAll(/session with v2:(\S+)\/0 as/g)].at(-1)![1]!;
  const { mons } = await cluster.commandJson<
    { mons: { name: string; public_addrs: { addrvec: { addr: string }[] } }[] }
  >(
    "mon",
    { prefix: "mon dump" },
  );
  const { name } = mons.find(({ public_addrs }) =>
    public_addrs.addrvec.some(({ addr }) => addr === address)
  )!;
  return cluster.daemon(`mon.${name}`);
}

Deno.test(
  { name: "Mgr leaves a monitor that no longer answers for another one, and keeps its role", ignore },
  async () => {
    const conf = ["[mgr]", "mon client ping interval = 1", "mon client ping timeout = 3"];
    await RealCluster.run({ mons: 3, conf }, async (cluster) => {
      await cluster.startGanglion("x", ["--debug-monc=5"]);
      const before = await active(cluster, "x");
      const frozen = await monitorOf(cluster, "mgr.x");
      frozen.signal("SIGSTOP");
      try {
        await cluster.waitFor(
          async () => (await cluster.log("mgr.x")).includes("the monitor has not answered for 3 s"),
          "the frozen monitor given up",
        );
        await cluster.waitFor(
          async () => await monitorOf(cluster, "mgr.x") !== frozen,
          "a session with another one",
        );
      } finally {
        frozen.signal("SIGCONT");
      }
      assertEquals((await active(cluster, "x")).active_gid, before.active_gid);
    });
  },
);

Deno.test({ name: "Mgr that slept while another took over stands by when it wakes up", ignore }, async () => {
  await RealCluster.run({ conf: ["[mon]", "mon mgr beacon grace = 5"] }, async (cluster) => {
    const sleeper = await cluster.startGanglion("x");
    await active(cluster, "x");
    await cluster.startGanglion("y");
    await cluster.waitFor(async () => (await dump(cluster)).standbys.length === 1, "mgr.y standing by");
    sleeper.signal("SIGSTOP");
    const successor = await active(cluster, "y");
    sleeper.signal("SIGCONT");
    await cluster.waitFor(
      async () => (await dump(cluster)).standbys.some(({ name }) => name === "x"),
      "mgr.x standing by",
    );
    const after = await dump(cluster);
    assertEquals([after.active_name, after.active_gid], ["y", successor.active_gid]);
    assertStringIncludes(await cluster.log("mgr.x"), "no longer active");
  });
});
