/** A development cluster for tests: monitor (and OSDs) in this process, with the stock CLI and librados as its clients. */

import type { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import type { ClusterDirectory, ClusterPlan } from "../../tools/dev_cluster/directory.ts";
import { withCluster } from "../dev/admin.ts";
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import { DaemonProcess, type Exit } from "./daemon_process.ts";
import { readText } from "./proc_files.ts";
import { RadosClient } from "./rados_client.ts";
import type { CliResult, CommandTarget, CommandWords, RealCluster } from "./real_cluster.ts";

/** A running cluster in a directory of its own. */
export interface TestDevCluster extends LikeReal {
  readonly cluster: DevCluster;
  /** Ends the monitor and starts it again. */
  restartMonitor(): Promise<void>;
}

/** What it offers as a real cluster does. */
type LikeReal = Pick<
  RealCluster,
  | "conf"
  | "ceph"
  | "connect"
  | "command"
  | "commandJson"
  | "makeMgrKey"
  | "startGanglion"
  | "startRealMgr"
  | "stop"
  | "kill"
  | "daemon"
  | "log"
  | "waitFor"
>;

/** Starts a cluster, runs `body` and removes everything. */
export async function withDevCluster(
  plan: Partial<ClusterPlan>,
  body: (cluster: TestDevCluster) => Promise<void>,
): Promise<void> {
  await withCluster(plan, async (cluster) => {
    const { directory } = cluster;
    await using clients = new Clients(directory.conf);
    const makeMgrKey = (id: string) => clients.makeMgrKey(id, directory);
    await using daemons = new Daemons(directory.conf, makeMgrKey);
    await body({
      cluster,
      restartMonitor: () => cluster.restartMonitor(),
      conf: directory.conf,
      ceph: (...args) => runCeph(directory.conf, args),
      connect: () => RadosClient.connect(directory.conf),
      startGanglion: (id, args) => daemons.startGanglion(id, args),
      startRealMgr: (id, args) => daemons.startRealMgr(id, args),
      stop: (name, signal) => daemons.stop(name, signal),
      kill: (name) => daemons.stop(name, "SIGKILL"),
      daemon: (name) => daemons.get(name),
      log: async (name) => await readText(`${directory.log}/${name}.log`) ?? "",
      waitFor,
      command: (...args) => clients.command(...args),
      commandJson: <T>(target: CommandTarget, command: CommandWords) =>
        clients.commandJson<T>(target, command),
      makeMgrKey,
    });
  });
}

const MAIN = fileURLToPath(import.meta.resolve("../../mgr/main.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));
const REAL_MGR = ["--mgr-module-path", "/usr/share/ceph/mgr", "--admin-socket", ""];

/** Daemons that end with the test. */
class Daemons implements AsyncDisposable {
  readonly #conf: string;
  readonly #makeKey: (id: string) => Promise<string>;
  readonly #running = new Map<string, DaemonProcess>();

  constructor(conf: string, makeKey: (id: string) => Promise<string>) {
    this.#conf = conf;
    this.#makeKey = makeKey;
  }

  startGanglion(id: string, args: readonly string[] = []): Promise<DaemonProcess> {
    return this.#start(id, Deno.execPath(), ["run", "-A", "--config", CONFIG, MAIN], args);
  }

  /** With the modules of Ceph: ceph.conf names ours. */
  startRealMgr(id: string, args: readonly string[] = []): Promise<DaemonProcess> {
    return this.#start(id, "ceph-mgr", [], [...REAL_MGR, ...args]);
  }

  get(name: string): DaemonProcess {
    const daemon = this.#running.get(name);
    if (!daemon) throw new Error(`Cannot find daemon ${name}: it was not started`);
    return daemon;
  }

  async stop(name: string, signal: Deno.Signal = "SIGTERM"): Promise<Exit> {
    const exit = await this.get(name).stop(signal);
    this.#running.delete(name);
    return exit;
  }

  async #start(id: string, program: string, before: readonly string[], after: readonly string[]) {
    const keyring = await this.#makeKey(id);
    const name = `mgr.${id}`;
    const args = [...before, "-i", id, "-c", this.#conf, "-k", keyring, "-f", ...after];
    const daemon = new DaemonProcess(name, program, args);
    this.#running.set(name, daemon);
    return daemon;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)));
  }
}

const WAIT_MS = 40_000;
const POLL_MS = 50;

async function waitFor<T>(condition: () => Promise<T> | T, what: string): Promise<NonNullable<T>> {
  for (const deadline = performance.now() + WAIT_MS; performance.now() < deadline;) {
    const answer = await condition();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Cannot wait for ${what}: not in ${WAIT_MS} ms`);
}

/** One librados client that is made when it is needed. */
class Clients implements AsyncDisposable {
  readonly #conf: string;
  #client: Promise<RadosClient> | undefined;

  constructor(conf: string) {
    this.#conf = conf;
  }

  async command(target: CommandTarget, command: CommandWords, input = "", timeout = 30) {
    const client = await (this.#client ??= RadosClient.connect(this.#conf));
    return await client.command(target, command, input, timeout);
  }

  async commandJson<T>(target: CommandTarget, command: CommandWords): Promise<T> {
    const { code, out, err } = await this.command(target, { format: "json", ...command });
    if (code !== 0) throw new Error(`Cannot run ${command.prefix}: ${code} ${err}`);
    return JSON.parse(out) as T;
  }

  /** The path of the keyring with the key of `mgr.ID`, made when there is none. */
  async makeMgrKey(id: string, directory: ClusterDirectory): Promise<string> {
    const caps = ["mon", "allow profile mgr", "osd", "allow *", "mds", "allow *"];
    const entity = `mgr.${id}`;
    const path = directory.keyring(entity);
    if (await readText(path) !== undefined) return path;
    const { code, out, err } = await this.command("mon", { prefix: "auth get-or-create", entity, caps });
    if (code !== 0) throw new Error(`Cannot make the key of ${entity}: ${err}`);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, out, { mode: 0o600 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#client)?.[Symbol.asyncDispose]();
  }
}

async function runCeph(conf: string, args: readonly string[]): Promise<CliResult> {
  const { code, stdout, stderr } = await new Deno.Command("ceph", {
    args: ["-c", conf, "--connect-timeout", "10", ...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
