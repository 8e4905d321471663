/** A real Ceph cluster on loopback for tests: monitors, OSDs, and a manager of either kind, all children of ours. */

import { fileURLToPath } from "node:url";
import workspace from "../../deno.json" with { type: "json" };
import { type ClusterOptions, makeFiles, planCluster, runTool } from "./cluster_files.ts";
import { DaemonProcess, type Exit } from "./daemon_process.ts";
import { processesWith, readDirectory, readText } from "./proc_files.ts";
import { type CommandAnswer, type CommandTarget, type CommandWords, RadosClient } from "./rados_client.ts";

export type { ClusterOptions } from "./cluster_files.ts";
export type { CommandTarget, CommandWords } from "./rados_client.ts";
export { DaemonProcess } from "./daemon_process.ts";

/** What the `ceph` CLI said. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = fileURLToPath(import.meta.resolve("../../mgr/main.ts"));
const ROOT = fileURLToPath(import.meta.resolve("../../"));
/** Those of the task that operators start: what is measured is what runs. */
const V8_FLAGS = workspace.tasks.mgr.split(" ").filter((word) => word.startsWith("--v8-flags="));
const POLL_MS = 50;
const LOG_TAIL = 40;
const MGR_CAPS = ["mon", "allow profile mgr", "osd", "allow *", "mds", "allow *"];
const MDS_CAPS = ["mon", "allow profile mds", "osd", "allow *", "mds", "allow *", "mgr", "allow profile mds"];

/** Whether the daemons and tools of Ceph are installed here. */
export async function hasCeph(): Promise<boolean> {
  try {
    await runTool("ceph-mon", "--version");
    await runTool("ceph", "--version");
    return true;
  } catch {
    return false;
  }
}

/** A running cluster. Dispose of it (`await using`): that ends all its processes and removes its directory. */
export class RealCluster implements AsyncDisposable {
  readonly directory: string;
  readonly conf: string;
  readonly fsid: string;
  readonly #daemons = new Map<string, DaemonProcess>();
  #client: RadosClient | undefined;
  #failed = false;

  private constructor(directory: string, fsid: string) {
    this.directory = directory;
    this.conf = `${directory}/ceph.conf`;
    this.fsid = fsid;
  }

  /** Boots a cluster, runs `body` and ends everything. When `body` fails, the tails of all logs go to stderr. */
  static async run(options: ClusterOptions, body: (cluster: RealCluster) => Promise<void>): Promise<void> {
    const cluster = await RealCluster.start(options);
    try {
      await body(cluster);
    } catch (error) {
      cluster.fail();
      // The first error tells more than what it leads to.
      await cluster[Symbol.asyncDispose]().catch(() => {});
      throw error;
    }
    await cluster[Symbol.asyncDispose]();
  }

  /** Boots a cluster (about 3 s). The monitors have a quorum and the OSDs are up when it resolves. */
  static async start(options: ClusterOptions = {}): Promise<RealCluster> {
    const directory = await Deno.makeTempDir({ prefix: "ganglion-cluster-" });
    const plan = planCluster(directory, options);
    const cluster = new RealCluster(directory, plan.fsid);
    try {
      await makeFiles(plan);
      for (const { name } of plan.monitors) cluster.startMon(name);
      cluster.#client = await RadosClient.connect(cluster.conf);
      if (options.mgr) await cluster.startRealMgr("x");
      const ids = Array.from({ length: options.osds ?? 0 }, (_, id) => id);
      for (const id of ids) await cluster.#makeOsd(id);
      for (const id of ids) cluster.startOsd(id);
      await cluster.waitFor(async () => await cluster.#upOsds() === ids.length, `${ids.length} OSDs up`);
      return cluster;
    } catch (error) {
      cluster.fail();
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs the stock CLI: `ceph("osd", "df")`. Never rejects for what Ceph answers. */
  async ceph(...args: readonly string[]): Promise<CliResult> {
    const { code, stdout, stderr } = await new Deno.Command("ceph", {
      args: ["-c", this.conf, "--connect-timeout", "30", ...args],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** The CLI's answer as JSON (`-f json` is added). Rejects when the command fails. */
  async cephJson<T>(...args: readonly string[]): Promise<T> {
    const result = await this.ceph(...args, "-f", "json");
    if (result.code !== 0) throw new Error(`Cannot run ceph ${args.join(" ")}: ${result.stderr}`);
    return JSON.parse(result.stdout) as T;
  }

  /** A command over the persistent librados client; `code` is 0 or a negative errno. */
  command(target: CommandTarget, command: CommandWords, input = "", timeout = 30): Promise<CommandAnswer> {
    if (!this.#client) throw new Error("Cannot send a command: the cluster is stopped");
    return this.#client.command(target, command, input, timeout);
  }

  /** A command whose answer is JSON. Rejects when it fails. */
  async commandJson<T>(target: CommandTarget, command: CommandWords): Promise<T> {
    const { code, out, err } = await this.command(target, { format: "json", ...command });
    if (code !== 0) throw new Error(`Cannot run ${command.prefix}: ${code} ${err}`);
    return JSON.parse(out) as T;
  }

  /** A further librados client of its own; the caller disposes of it. */
  connect(): Promise<RadosClient> {
    return RadosClient.connect(this.conf);
  }

  /** Makes the key of `mgr.ID` and its keyring, when they are not there yet; answers with the keyring's path. */
  makeMgrKey(id: string): Promise<string> {
    return this.#keyring(`mgr.${id}`, MGR_CAPS);
  }

  /** Starts Ganglion as `mgr.ID`; its keyring is made when there is none. `wrapper` is a command that runs commands. */
  async startGanglion(
    id: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    wrapper: readonly string[] = [],
  ): Promise<DaemonProcess> {
    const keyring = await this.makeMgrKey(id);
    const config = [...V8_FLAGS, "--config", `${ROOT}deno.json`];
    const flags = ["-i", id, "-c", this.conf, "-k", keyring, "-f", ...args];
    const [program, ...words] = [...wrapper, Deno.execPath(), "run", "-A", ...config, MAIN, ...flags];
    return this.#start(`mgr.${id}`, program!, words, env);
  }

  /** Starts the real ceph-mgr as `mgr.ID`. */
  async startRealMgr(id: string, args: readonly string[] = []): Promise<DaemonProcess> {
    const keyring = await this.makeMgrKey(id);
    return this.#start(`mgr.${id}`, "ceph-mgr", ["-c", this.conf, "-i", id, "-k", keyring, "-f", ...args]);
  }

  /** Starts a metadata server `mds.ID`; it takes part once there is a file system. */
  async startMds(id: string): Promise<DaemonProcess> {
    await this.#keyring(`mds.${id}`, MDS_CAPS);
    return this.#start(`mds.${id}`, "ceph-mds", ["-c", this.conf, "-i", id, "-f"]);
  }

  /** Starts one of the OSDs that the cluster was made with. */
  startOsd(id: number): DaemonProcess {
    return this.#start(`osd.${id}`, "ceph-osd", ["-c", this.conf, "-i", String(id), "-f"]);
  }

  /** The log file of a daemon so far. */
  async log(name: string): Promise<string> {
    return await readText(`${this.directory}/log/${name}.log`) ?? "";
  }

  /** Ends an OSD; the monitors notice by its peers or after their grace. */
  stopOsd(id: number): Promise<Exit> {
    return this.stop(`osd.${id}`);
  }

  /** Starts a monitor. */
  startMon(name: string): DaemonProcess {
    return this.#start(`mon.${name}`, "ceph-mon", ["-c", this.conf, "-i", name, "-f"]);
  }

  /** Ends a monitor. */
  stopMon(name: string): Promise<Exit> {
    return this.stop(`mon.${name}`);
  }

  /** Ends a daemon by its name (`osd.0`, `mgr.x`) with SIGTERM or another signal. */
  async stop(name: string, signal: Deno.Signal = "SIGTERM"): Promise<Exit> {
    const exit = await this.daemon(name).stop(signal);
    this.#daemons.delete(name);
    return exit;
  }

  /** SIGKILL. */
  kill(name: string): Promise<Exit> {
    return this.stop(name, "SIGKILL");
  }

  /** A running daemon. Throws for a name that was not started. */
  daemon(name: string): DaemonProcess {
    const daemon = this.#daemons.get(name);
    if (!daemon) throw new Error(`Cannot find daemon ${name}: it was not started`);
    return daemon;
  }

  /**
   * Asks until the answer is true (or any value but undefined, false, null), every 50 ms. Rejects after `timeoutMs`,
   * or at once when a daemon ends that nobody ended; `what` is named in the error.
   */
  async waitFor<T>(
    predicate: () => Promise<T> | T,
    what: string,
    timeoutMs = 60_000,
  ): Promise<NonNullable<T>> {
    const deadline = performance.now() + timeoutMs;
    while (true) {
      this.#requireAlive(what);
      const answer = await predicate();
      if (answer !== undefined && answer !== false && answer !== null) return answer;
      if (performance.now() > deadline) {
        throw new Error(`Cannot wait for ${what}: not in ${timeoutMs} ms`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Keeps the logs' tails in the error output when the cluster is disposed of. */
  fail(): void {
    this.#failed = true;
  }

  /** Ends everything. Throws when a daemon had died unasked or a process is left over. */
  async [Symbol.asyncDispose](): Promise<void> {
    const complaints: string[] = [];
    await this.#client?.[Symbol.asyncDispose]();
    this.#client = undefined;
    const order = ["mgr", "osd", "mds", "mon"];
    const rank = ({ name }: DaemonProcess): number => order.indexOf(name.split(".")[0]!);
    for (const daemon of [...this.#daemons.values()].sort((a, b) => rank(a) - rank(b))) {
      if (daemon.diedUnasked) complaints.push(`Cannot go on: ${daemon.describe()}`);
      // Nothing of the cluster is read again: SIGKILL saves the seconds of an orderly end. Managers end by SIGTERM.
      const stopped = daemon.stop(daemon.name.startsWith("mgr.") ? "SIGTERM" : "SIGKILL");
      await stopped.catch((error: Error) => void complaints.push(error.message));
    }
    for (const { pid, command } of await processesWith(this.directory)) {
      complaints.push(`Cannot leave process ${pid} over: ${command}`);
      Deno.kill(pid, "SIGKILL");
    }
    if (this.#failed || complaints.length > 0) await this.#printLogTails();
    await Deno.remove(this.directory, { recursive: true });
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  }

  #start(name: string, command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    if (this.#daemons.has(name)) throw new Error(`Cannot start ${name}: it runs already`);
    const daemon = new DaemonProcess(name, command, args, env);
    this.#daemons.set(name, daemon);
    return daemon;
  }

  /** The keyring of a daemon in its directory, made when there is none. */
  async #keyring(entity: string, caps: readonly string[]): Promise<string> {
    const directory = `${this.directory}/${entity}`;
    const path = `${directory}/keyring`;
    if (await readText(path) !== undefined) return path;
    await Deno.mkdir(directory, { recursive: true });
    const { code, out, err } = await this.command("mon", { prefix: "auth get-or-create", entity, caps });
    if (code !== 0) throw new Error(`Cannot make the key of ${entity}: ${err}`);
    await Deno.writeTextFile(path, out, { mode: 0o600 });
    return path;
  }

  async #makeOsd(id: number): Promise<void> {
    const directory = `${this.directory}/osd.${id}`;
    await Deno.mkdir(directory);
    const uuid = crypto.randomUUID();
    const key = (await runTool("ceph-authtool", "--gen-print-key")).trim();
    const secrets = JSON.stringify({ cephx_secret: key });
    const { code, err } = await this.command("mon", { prefix: "osd new", uuid }, secrets);
    if (code !== 0) throw new Error(`Cannot make osd.${id}: ${err}`);
    await Deno.writeTextFile(`${directory}/keyring`, `[osd.${id}]\n key = ${key}\n`, { mode: 0o600 });
    await runTool("ceph-osd", "-c", this.conf, "-i", String(id), "--mkfs", "--osd-uuid", uuid);
  }

  async #upOsds(): Promise<number> {
    const { num_up_osds } = await this.commandJson<{ num_up_osds: number }>("mon", { prefix: "osd stat" });
    return num_up_osds;
  }

  #requireAlive(what: string): void {
    const dead = [...this.#daemons.values()].find((daemon) => daemon.diedUnasked);
    if (dead) throw new Error(`Cannot wait for ${what}: ${dead.describe()}`);
  }

  async #printLogTails(): Promise<void> {
    const logs = `${this.directory}/log`;
    const encoder = new TextEncoder();
    for (const name of await readDirectory(logs).catch(() => [])) {
      const tail = (await readText(`${logs}/${name}`) ?? "").split("\n").slice(-LOG_TAIL).join("\n");
      Deno.stderr.writeSync(encoder.encode(`--- ${name}\n${tail}\n`));
    }
    for (const daemon of this.#daemons.values()) {
      Deno.stderr.writeSync(encoder.encode(`--- output: ${daemon.describe(LOG_TAIL)}\n`));
    }
  }
}
