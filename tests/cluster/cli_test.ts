/** Our CLI beside the stock one, on the same cluster: what they print, and their exit codes. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { CliIo } from "../../tools/ceph/io.ts";
import { main } from "../../tools/ceph/main.ts";
import { type CliCase, WITH_MGR, WITHOUT_MGR } from "./cli_cases.ts";
import { type CliResult, hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const ROOT = fileURLToPath(import.meta.resolve("../../"));
const OURS = [
  Deno.execPath(),
  "run",
  "-A",
  "--config",
  `${ROOT}deno.json`,
  `${ROOT}tools/ceph.ts`,
] as const;
const STOCK = ["ceph"] as const;
/** The monitors take half a second for a change: others run meanwhile. */
const PARALLEL = 6;
/** A living cluster may change between two commands: the pair is then asked again. */
const TRIES = 3;
/** A command that takes longer hangs. */
const MAX_RUN_MS = 10_000;

const encoder = new TextEncoder();
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

interface Answer extends CliResult {
  readonly files: readonly string[];
}

const place = (row: CliCase, cluster: RealCluster): string[] =>
  row.args.map((word) => word.replaceAll("{d}", cluster.directory));

async function filesOf(row: CliCase, cluster: RealCluster): Promise<string[]> {
  return await Promise.all(
    (row.files ?? []).map((name) => Deno.readTextFile(`${cluster.directory}/${name}`)),
  );
}

/** Runs a program with the row's words. */
async function runProcess(command: readonly string[], row: CliCase, cluster: RealCluster): Promise<Answer> {
  const child = new Deno.Command(command[0]!, {
    args: [...command.slice(1), ...place(row, cluster)],
    env: { CEPH_CONF: cluster.conf, ...row.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // A command that does not read its input may be gone already.
  await writer.write(encoder.encode(row.stdin ?? "")).catch(() => {});
  await writer.close().catch(() => {});
  const timer = setTimeout(() => child.kill("SIGKILL"), MAX_RUN_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  return { code, stdout: decode(stdout), stderr: decode(stderr), files: await filesOf(row, cluster) };
}

/** Runs our CLI in this process: a start of Deno for each row would be half of the time. */
async function runOurs(row: CliCase, cluster: RealCluster): Promise<Answer> {
  const env: Readonly<Record<string, string>> = { CEPH_CONF: cluster.conf, ...row.env };
  const out: Uint8Array[] = [];
  let stderr = "";
  const lines = (row.stdin ?? "").split("\n");
  const io: CliIo = {
    env: (name) => env[name],
    out: (data) => void out.push(typeof data === "string" ? encoder.encode(data) : data.slice()),
    err: (text) => void (stderr += text),
    readInput: () => Promise.resolve(encoder.encode(row.stdin ?? "")),
    readLine: () => Promise.resolve(lines.shift()),
    inIsTerminal: false,
    outIsTerminal: false,
    size: () => ({ columns: 80, rows: 25 }),
    interrupted: AbortSignal.timeout(MAX_RUN_MS),
  };
  const code = await main(place(row, cluster), io);
  const stdout = decode(new Uint8Array(await new Blob(out.map((part) => part.slice())).arrayBuffer()));
  return { code, stdout, stderr, files: await filesOf(row, cluster) };
}

/** What librados logs, how the stock CLI calls itself, the usage: not what is compared. */
function normalStock(text: string): string {
  return text
    .replaceAll(/^\d{4}-\d\d-\d\dT\S+ [0-9a-f]+ -1 .*\n\n?/gm, "")
    .replaceAll("/usr/bin/ceph tell", "ceph tell")
    .replace(/^usage: ceph \[-h\].*?\n(?=ceph: error)/s, "")
    .replaceAll("mgr.None", "mgr");
}

/** Our hints and reasons have lines of their own. */
function normalOurs(text: string): string {
  return text
    .replaceAll(/^ceph: (?!error).*\n/gm, "")
    .replaceAll(/^(?:usage: |Did you mean |-h lists all |\d+ commands? begin).*\n/gm, "");
}

/** Ages and times, which differ from one second to the next. */
function timeless(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:\+0000|Z)/g, "TIME")
    .replaceAll(/\b\d+(\.\d+)?(s|ms|m|h)\b/g, "AGE")
    .replaceAll(
      /("(?:quorum_age|last_fresh|last_active|last_change|last_peered|last_clean)[^:]*": ?)[^,}\n]*/g,
      "$1T",
    )
    .replaceAll(/(?:[\d.]+|\d+) [KM]?i?B(?:\/s)?/g, "SIZE");
}

/** What both must have in common. */
function comparable(answer: Answer, row: CliCase, normal: (text: string) => string): unknown {
  const { code, files } = answer;
  const stdout = timeless(answer.stdout);
  if (row.begins === undefined) return { code, files, stdout, stderr: timeless(normal(answer.stderr)) };
  const errors = normal(answer.stderr);
  return { code, stdout, begins: errors.split("\n").some((line) => line.startsWith(row.begins!)) };
}

async function compare(row: CliCase, cluster: RealCluster): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    const stock = comparable(await runProcess(STOCK, row, cluster), row, normalStock);
    const ours = comparable(await runOurs(row, cluster), row, normalOurs);
    if (left > 1 && JSON.stringify(stock) !== JSON.stringify(ours)) continue;
    assertEquals(ours, stock, `ceph ${row.args.join(" ")}`);
    return;
  }
}

async function compareAll(rows: readonly CliCase[], cluster: RealCluster): Promise<void> {
  const queue = [...rows];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      await compare(row, cluster).catch((e: Error) => void failures.push(e.message));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  assertEquals(failures, []);
}

async function writeFiles(cluster: RealCluster): Promise<void> {
  const write = (name: string, text: string): Promise<void> =>
    Deno.writeTextFile(`${cluster.directory}/${name}`, text);
  const { out } = await cluster.command("mon", {
    prefix: "auth get-or-create",
    entity: "client.ro",
    caps: ["mon", "allow r"],
  });
  const key = new Uint8Array(28);
  new DataView(key.buffer).setUint16(0, 1, true);
  new DataView(key.buffer).setUint16(10, 16, true);
  await write("ro.keyring", out);
  await write("wrong.keyring", `[client.admin]\n key = ${key.toBase64()}\n`);
  await write("bad.keyring", "garbage\n");
  await write("bad.conf", "[global\n");
  await write("empty.conf", "");
  await write("value", "from a file");
  await cluster.command("mon", { prefix: "config-key set", key: "k", val: "a value\n" });
}

/** Starts a command that does not end by itself, and waits for text on its stdout. */
class LongRun {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  text = "";

  constructor(args: readonly string[], cluster: RealCluster) {
    this.#child = new Deno.Command(OURS[0], {
      args: [...OURS.slice(1), ...args],
      env: { CEPH_CONF: cluster.conf },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`Cannot wait for ${pattern}: it ended after ${this.text}`);
      this.text += value;
    }
  }

  /** Ctrl-C. Resolves with the exit code. */
  async interrupt(): Promise<number> {
    this.#child.kill("SIGINT");
    for (let end = await this.#reader.read(); !end.done; end = await this.#reader.read()) {
      this.text += end.value;
    }
    return (await this.#child.status).code;
  }
}

async function watchesTheLog(cluster: RealCluster): Promise<void> {
  const watch = new LongRun(["-w"], cluster);
  await watch.until(/pgs: .*\n[^]*\n/);
  // The subscription is on its way: lines are written until one arrives.
  const stop = new AbortController();
  const speak = async (): Promise<void> => {
    while (!stop.signal.aborted) await cluster.ceph("log", "hello", "world");
  };
  const speaking = speak();
  await watch.until(/^\d{4}-\d\d-\d\dT[\d:.]+\+0000 client\.admin \[INF\] hello world$/m);
  stop.abort();
  await speaking;
  assertEquals(await watch.interrupt(), 0);
}

async function repeatsItself(cluster: RealCluster): Promise<void> {
  const iostat = new LongRun(["iostat", "-p", "0.1"], cluster);
  await iostat.until(/Read IOPS[^]*B\/s[^]*\n\n[^]*B\/s[^]*\n\n/);
  assertEquals(await iostat.interrupt(), 0);
  assertEquals(iostat.text.split("Read IOPS").length, 2);
  assert(iostat.text.endsWith("Interrupted\n"));
}

/** What bash offers for the words, the last of which is being typed. */
async function completed(typed: readonly string[], cluster: RealCluster): Promise<string[]> {
  const quoted = [...OURS].map((word) => `'${word}'`).join(" ");
  const script = `ganglion() { ${quoted} "$@"; }
source <(ganglion completion bash)
COMP_WORDS=(ganglion ${typed.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${typed.length}
_ganglion_complete
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", script],
    env: { CEPH_CONF: cluster.conf },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

async function completesWords(cluster: RealCluster): Promise<void> {
  assertEquals(await completed(["osd", "pool", "s"], cluster), ["scrub", "set", "set-quota", "stats"]);
  assertEquals(await completed(["tell", "osd.0", "vers"], cluster), ["version"]);
  assertEquals(await completed(["-f", "json"], cluster), ["json", "json-pretty"]);
  assertEquals(await completed(["pin"], cluster), ["ping"]);
}

async function saysWhatWasMeant(cluster: RealCluster): Promise<void> {
  const stderrOf = async (...args: string[]): Promise<string> =>
    (await runProcess(OURS, { args }, cluster)).stderr;
  assertStringIncludes(await stderrOf("osd", "tre"), "Did you mean 'osd tree'?\n");
  assertStringIncludes(await stderrOf("pool", "ls"), "Did you mean 'balancer pool ls' or 'osd pool ls'?\n");
  assertStringIncludes(await stderrOf("osd", "pool", "set", "x", "sise", "3"), "Did you mean 'size'?\n");
  assertMatch(await stderrOf("osd", "pool"), /\d+ commands begin with 'osd pool'/);
  assertMatch(
    await stderrOf("-k", `${cluster.directory}/wrong.keyring`, "fsid"),
    /^ceph: .* its key is not the one in .*wrong\.keyring$/m,
  );
  const help = await runProcess(OURS, { args: ["osd", "pool", "ls", "-h"] }, cluster);
  assertMatch(help.stdout, /^osd pool ls \[detail\] +list pools$/m);
}

Deno.test(
  { name: "ceph of ours answers as the stock CLI, without a manager and with one", ignore },
  async () => {
    await RealCluster.run({ osds: 1 }, async (cluster) => {
      await writeFiles(cluster);
      await compareAll(WITHOUT_MGR, cluster);
      await cluster.startRealMgr("x");
      await cluster.waitFor(async () => {
        const { pg_summary } = await cluster.commandJson<{ pg_summary: { num_pgs: number } }>("mgr", {
          prefix: "pg stat",
        });
        return pg_summary.num_pgs > 0;
      }, "placement groups");
      await compareAll(WITH_MGR, cluster);
      await Promise.all(
        [watchesTheLog, repeatsItself, completesWords, saysWhatWasMeant].map((f) => f(cluster)),
      );
    });
  },
);

Deno.test({ name: "ceph of ours logs in where there is no authentication", ignore }, async () => {
  await RealCluster.run({ auth: "none", ipv6: true }, async (cluster) => {
    await compareAll([{ args: ["fsid"] }, { args: ["tell", "mon.a", "version"] }], cluster);
  });
});
