/** A development cluster for tests: monitor (and OSDs) in this process, with the stock CLI and librados as its clients. */

import { systemClock } from "../../mgr/time/clock.ts";
import { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import { ClusterDirectory, type ClusterPlan, DEFAULT_PLAN } from "../../tools/dev_cluster/directory.ts";
import { fileURLToPath } from "node:url";
import { DaemonProcess } from "./daemon_process.ts";
import { RadosClient } from "./rados_client.ts";
import type { CliResult, CommandTarget, CommandWords, RealCluster } from "./real_cluster.ts";

/** A running cluster in a directory of its own. */
export interface TestDevCluster extends Pick<RealCluster, "conf" | "command" | "commandJson" | "makeMgrKey"> {
  readonly cluster: DevCluster;
  /** Runs the stock CLI. Never rejects for what the monitor answers. */
  ceph(...args: readonly string[]): Promise<CliResult>;
  /** A librados client; the caller disposes of it. */
  connect(): Promise<RadosClient>;
  /** Starts Ganglion as `mgr.x`; it ends with the cluster. */
  startGanglion(args?: readonly string[]): DaemonProcess;
  /** Asks until the answer is not undefined, null or false. */
  waitFor<T>(condition: () => Promise<T> | T, what: string): Promise<NonNullable<T>>;
}

/** Starts a cluster, runs `body` and removes everything. */
export async function withDevCluster(
  plan: Partial<ClusterPlan>,
  body: (cluster: TestDevCluster) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "ganglion-dev-" });
  try {
    using directory = ClusterDirectory.open(path, false, { ...DEFAULT_PLAN, ...plan });
    await using cluster = DevCluster.start({
      directory,
      clock: systemClock,
      onFatal(error) {
        throw error;
      },
    });
    await using clients = new Clients(directory.conf);
    await using daemons = new Daemons(directory);
    await body({
      cluster,
      conf: directory.conf,
      ceph: (...args) => runCeph(directory.conf, args),
      connect: () => RadosClient.connect(directory.conf),
      startGanglion: (args) => daemons.startGanglion(args ?? []),
      waitFor,
      command: (...args) => clients.command(...args),
      commandJson: <T>(target: CommandTarget, command: CommandWords) =>
        clients.commandJson<T>(target, command),
      makeMgrKey: (id) => clients.makeMgrKey(id, directory.path),
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

const MAIN = fileURLToPath(import.meta.resolve("../../mgr/main.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));

/** Daemons that end with the test. */
class Daemons implements AsyncDisposable {
  readonly #directory: ClusterDirectory;
  readonly #all: DaemonProcess[] = [];

  constructor(directory: ClusterDirectory) {
    this.#directory = directory;
  }

  startGanglion(args: readonly string[]): DaemonProcess {
    const { conf } = this.#directory;
    const words = ["run", "-A", "--config", CONFIG, MAIN, "-i", "x", "-c", conf, "-f", ...args];
    const daemon = new DaemonProcess("mgr.x", Deno.execPath(), words);
    this.#all.push(daemon);
    return daemon;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((daemon) => daemon.stop()));
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

  /** The path of a keyring with the key of `mgr.ID`. */
  async makeMgrKey(id: string, directory: string): Promise<string> {
    const caps = ["mon", "allow profile mgr", "osd", "allow *", "mds", "allow *"];
    const entity = `mgr.${id}`;
    const { code, out, err } = await this.command("mon", { prefix: "auth get-or-create", entity, caps });
    if (code !== 0) throw new Error(`Cannot make the key of ${entity}: ${err}`);
    const path = `${directory}/${entity}.keyring`;
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
