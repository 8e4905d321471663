/** The files of a test cluster: ceph.conf, keyrings, monitor map. */

/** What a test asks of its cluster. */
export interface ClusterOptions {
  readonly mons?: 1 | 3;
  readonly osds?: number;
  /** Whether a real ceph-mgr `x` is started. */
  readonly mgr?: boolean;
  /** Further lines of the section [global]. */
  readonly conf?: readonly string[];
  readonly ipv6?: boolean;
  readonly auth?: "cephx" | "none";
  /** Monitors are quicker than by default; "ceph" leaves them as they are. */
  readonly pace?: "quick" | "ceph";
  /** The first OSDMap, encoded, instead of an empty one. */
  readonly osdMap?: Uint8Array;
  /** Further sections of the keyring that the monitors begin with. */
  readonly keys?: string;
}

/** Ceph's defaults are made for slow disks and far machines: 1 s between two commits, 5 s for an election. */
const QUICK_MONITORS = `paxos propose interval = 0.1
mon tick interval = 1
mon election timeout = 1
mon lease = 3`;

/** One monitor: name and its two ports on loopback. */
export interface MonitorPlace {
  readonly name: string;
  readonly v2: number;
  readonly v1: number;
}

/** Everything that the files are made of. */
export interface ClusterPlan {
  readonly directory: string;
  readonly fsid: string;
  readonly ip: string;
  readonly monitors: readonly MonitorPlace[];
  readonly options: ClusterOptions;
}

/** Plans a cluster in `directory` on ports that are free now. */
export function planCluster(directory: string, options: ClusterOptions): ClusterPlan {
  const ip = options.ipv6 ? "::1" : "127.0.0.1";
  const names = ["a", "b", "c"].slice(0, options.mons ?? 1);
  const ports = freePorts(ip, names.length * 2);
  const monitors = names.map((name, i) => ({ name, v2: ports[2 * i]!, v1: ports[2 * i + 1]! }));
  return { directory, fsid: crypto.randomUUID(), ip, monitors, options };
}

/** Below the range from which the system gives ports to outgoing connections, above those of daemons. */
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;

/** Ports that nobody listens on: all are held at once so that they differ. */
function freePorts(hostname: string, count: number): number[] {
  const listeners = Array.from({ length: count }, () => listenAnywhere(hostname));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

function listenAnywhere(hostname: string): Deno.Listener {
  for (;;) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
    try {
      return Deno.listen({ hostname, port });
    } catch (e) {
      if (!(e instanceof Deno.errors.AddrInUse)) throw e;
    }
  }
}

/** `[v2:ip:port,v1:ip:port]` */
export function monitorAddrs({ ip }: ClusterPlan, { v2, v1 }: MonitorPlace): string {
  const host = ip.includes(":") ? `[${ip}]` : ip;
  return `[v2:${host}:${v2},v1:${host}:${v1}]`;
}

/** The text of ceph.conf. */
export function confText(plan: ClusterPlan): string {
  const { directory: d, fsid, ip, monitors, options } = plan;
  const auth = options.auth ?? "cephx";
  return `[global]
fsid = ${fsid}
mon host = ${monitors.map((monitor) => monitorAddrs(plan, monitor)).join(",")}
mon initial members = ${monitors.map(({ name }) => name).join(",")}
auth cluster required = ${auth}
auth service required = ${auth}
auth client required = ${auth}
auth allow insecure global id reclaim = false
keyring = ${d}/keyring
run dir = ${d}/run
log file = ${d}/log/$name.log
ms bind ipv6 = ${options.ipv6 ? "true" : "false"}
ms bind ipv4 = ${options.ipv6 ? "false" : "true"}
public addr = ${ip}
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 1073741824
mon data avail warn = 2
mon data avail crit = 1
${(options.conf ?? []).join("\n")}
[mon]
admin socket = ${d}/run/$name.asok
mon data = ${d}/mon.$id
${options.pace === "ceph" ? "" : QUICK_MONITORS}
[mgr]
admin socket = ${d}/run/$name.asok
mgr data = ${d}/mgr.$id
keyring = ${d}/mgr.$id/keyring
[mds]
admin socket = ${d}/run/$name.asok
mds data = ${d}/mds.$id
keyring = ${d}/mds.$id/keyring
[osd]
admin socket = ${d}/run/$name.asok
osd data = ${d}/osd.$id
keyring = ${d}/osd.$id/keyring
osd max object name len = 256
osd max object namespace len = 64
`;
}

/** Runs a tool to its end; rejects with its output when it fails. */
export async function runTool(command: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (code !== 0) {
    throw new Error(`Cannot run ${command} ${args.join(" ")}: ${decode(stderr) || decode(stdout)}`);
  }
  return decode(stdout);
}

/** Writes ceph.conf, the keyring of mon. and client.admin, the monitor map, and each monitor's store. */
export async function makeFiles(plan: ClusterPlan): Promise<void> {
  const { directory: d, monitors, options } = plan;
  for (const name of ["run", "log", ...monitors.map(({ name }) => `mon.${name}`)]) {
    await Deno.mkdir(`${d}/${name}`);
  }
  const conf = `${d}/ceph.conf`;
  await Deno.writeTextFile(conf, confText(plan));
  await runTool(
    "ceph-authtool",
    "--create-keyring",
    `${d}/keyring`,
    "--gen-key",
    "-n",
    "mon.",
    "--cap",
    "mon",
    "allow *",
  );
  const caps = ["mon", "osd", "mds", "mgr"].flatMap((service) => ["--cap", service, "allow *"]);
  await runTool("ceph-authtool", `${d}/keyring`, "--gen-key", "-n", "client.admin", ...caps);
  await Deno.writeTextFile(`${d}/keyring`, options.keys ?? "", { append: true });
  const members = monitors.flatMap((monitor) => ["--addv", monitor.name, monitorAddrs(plan, monitor)]);
  await runTool("monmaptool", "--create", "--fsid", plan.fsid, ...members, `${d}/monmap`);
  const store = ["--monmap", `${d}/monmap`, "--keyring", `${d}/keyring`];
  if (options.osdMap !== undefined) {
    await Deno.writeFile(`${d}/osdmap`, options.osdMap);
    store.push("--osdmap", `${d}/osdmap`);
  }
  await Promise.all(
    monitors.map(({ name }) => runTool("ceph-mon", "-c", conf, "--mkfs", "-i", name, ...store)),
  );
}
