/** `deno task mgr` with nothing installed and no cluster named: from an empty directory to a manager that answers. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(import.meta.resolve("../../"));
const START_MS = 30_000;
const STOP_MS = 10_000;

/** What a program said and how it ended. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person in an empty directory. */
class Person implements AsyncDisposable {
  readonly directory: string;
  #running:
    | { readonly child: Deno.ChildProcess; readonly text: () => string; ended: Promise<Ended> }
    | undefined;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** `deno task mgr ...`, to its end. */
  async mgr(...words: readonly string[]): Promise<Ended> {
    return await this.#spawn("mgr.ts", words).ended;
  }

  /** `deno task ceph ...` */
  async ceph(...words: readonly string[]): Promise<Ended> {
    return await this.#spawn("ceph.ts", words).ended;
  }

  /** `deno task mgr ...`, until its screen is there. */
  async start(...words: readonly string[]): Promise<string> {
    const running = this.#running = this.#spawn("mgr.ts", words);
    const deadline = performance.now() + START_MS;
    while (!running.text().includes("Ctrl-C stops everything")) {
      if (performance.now() > deadline) throw new Error(`It does not start: ${running.text()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return running.text();
  }

  /** Ctrl-C. */
  async stop(): Promise<Ended> {
    const { child, ended } = this.#running!;
    this.#running = undefined;
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const result = await ended;
    clearTimeout(timer);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running) await this.stop();
  }

  #spawn(program: string, words: readonly string[]) {
    const { CEPH_CONF: _, CEPH_ARGS: _args, ...env } = Deno.env.toObject();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}tools/${program}`, ...words],
      cwd: this.directory,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let stdout = "";
    let stderr = "";
    const read = async (stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
    };
    const output = Promise.all([
      read(child.stdout, (text) => stdout += text),
      read(child.stderr, (text) => stderr += text),
    ]);
    const ended = (async (): Promise<Ended> => {
      const { code } = await child.status;
      await output;
      return { code, stdout, stderr };
    })();
    return { child, text: () => stdout + stderr, ended };
  }
}

const fsidOf = (screen: string): string => /development cluster (\S+)/.exec(screen)![1]!;

Deno.test("`deno task mgr` bare is a living cluster that stays from one run to the next", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-bare-" });
  try {
    await using person = new Person(directory);
    const screen = await person.start("--dev");
    assertMatch(screen, /osd {7}6 simulated on 3 hosts, 6 up/);
    assertStringIncludes(screen, `${directory}/.dev/ceph.conf`);
    assertStringIncludes(screen, "For development only");
    assertEquals((await person.ceph("hello")).stdout, "Hello, world!\n");
    assertStringIncludes((await person.ceph("-s")).stdout, "osd: 6 osds: 6 up");
    assertEquals((await person.ceph("config-key", "set", "kept", "yes")).code, 0);
    const second = await person.mgr("--dev");
    assertEquals([second.code, second.stdout], [1, ""]);
    assertStringIncludes(second.stderr, "a development cluster runs already in");
    assertEquals((await person.stop()).code, 0);
    const again = await person.start("--dev");
    assertEquals(fsidOf(again), fsidOf(screen));
    assertEquals((await person.ceph("config-key", "get", "kept")).stdout, "yes");
    assertEquals((await person.stop()).code, 0);
    const fresh = await person.start("--dev", "--fresh");
    assert(fsidOf(fresh) !== fsidOf(screen));
    assertEquals((await person.ceph("config-key", "get", "kept")).code, 2);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("`deno task mgr` with a ceph.conf is the real daemon, and asks for an id", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-conf-" });
  try {
    await Deno.writeTextFile(`${directory}/ceph.conf`, "[global]\nmon host = 127.0.0.1:1\n");
    await using person = new Person(directory);
    const bare = await person.mgr();
    assertEquals(bare.code, 2);
    assertStringIncludes(bare.stderr, `"deno task mgr --dev" runs a development cluster instead`);
    assertEquals((await person.mgr("--fresh")).code, 2);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["ceph.conf"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
