/** `ceph`: from the command line to the exit code. Upstream: main() in ceph.in */

import { CEPH_VERSION } from "../../mgr/config/release.ts";
import { beforeScrub } from "./block.ts";
import { CliError, ConnectError } from "./cli_error.ts";
import type { Cluster } from "./cluster.ts";
import { bashScript, completions, LOCAL_COMMANDS, optionCompletions } from "./complete.ts";
import { connect } from "./connect.ts";
import { daemonCommand } from "./daemon_command.ts";
import { Errno } from "./errno.ts";
import { describe, type Run } from "./execute.ts";
import { openOutput, readInput } from "./files.ts";
import { generalHelp } from "./help.ts";
import type { CliIo } from "./io.ts";
import { listAt } from "./list_commands.ts";
import { type CephOptions, parseCephOptions, withCephArgs } from "./options.ts";
import { ping, pingTarget } from "./ping.ts";
import { readTarget, runCommand, runLines } from "./session.ts";
import { readSettings, takeOptions } from "./settings.ts";
import { addressed } from "./target.ts";
import { WaitingNotes } from "./waiting_notes.ts";
import { watch } from "./watch.ts";
import { UsageError } from "./word_parser.ts";

const USAGE_EXIT = 2;
/** Help and completion do not wait long for a cluster. */
const HELP_TIMEOUT_S = 5;
const COMPLETION_TIMEOUT_S = 3;

/** Runs `ceph ARGS`. Resolves with the exit code; never rejects. */
export async function main(args: readonly string[], io: CliIo): Promise<number> {
  try {
    return await run(args[0] === "--" ? args.slice(1) : args, io);
  } catch (e) {
    return explain(e, io);
  }
}

function explain(error: unknown, io: CliIo): number {
  if (io.interrupted.aborted && !(error instanceof CliError)) {
    io.out("Interrupted\n");
    return Errno.EINTR;
  }
  if (error instanceof UsageError) {
    io.err(
      `usage: ceph [options] <command> [arguments]     (-h: all options)\nceph: error: ${error.message}\n`,
    );
    return USAGE_EXIT;
  }
  if (error instanceof ConnectError) io.err(`ceph: ${error.reason}\n`);
  io.err(`${error instanceof CliError ? "" : "ceph: "}${error instanceof Error ? error.message : error}\n`);
  return error instanceof CliError ? error.exitCode : 1;
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  if (args[0] === "--completion") return await complete(args.slice(args[1] === "--" ? 2 : 1), io);
  const { options, words } = parseCephOptions(withCephArgs(args, io.env("CEPH_ARGS") ?? ""));
  if (options.version) return print(`${CEPH_VERSION}\n`, io);
  if (words[0] === "completion" && !options.help) return completionScript(words, io);
  if (options.help) return await help(options, words, io);
  return await daemonCommand(options, words, io) ?? await runConnected(options, words, io);
}

function print(text: string, io: CliIo): number {
  io.out(text);
  return 0;
}

/** A session, from its begin to its end. */
async function withCluster(
  options: CephOptions,
  words: readonly string[],
  timeoutS: number,
  io: CliIo,
  use: (cluster: Cluster, words: readonly string[]) => Promise<number>,
): Promise<number> {
  const settings = readSettings(options, words, io);
  const rest = withoutDashes(settings.words);
  const notes = new WaitingNotes(io);
  const cluster = await connect(settings, io, notes, timeoutS * 1000);
  try {
    return await Promise.race([use(cluster, rest), interruption(io.interrupted)]);
  } finally {
    notes.done();
    cluster.close();
  }
}

/** `--` has done its work. */
function withoutDashes(words: readonly string[]): readonly string[] {
  const at = words.indexOf("--");
  return at < 0 ? words : [...words.slice(0, at), ...words.slice(at + 1)];
}

/** Rejects a moment after Ctrl-C: what knows how to end by itself does. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => void setTimeout(() => reject(signal.reason));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

async function runConnected(options: CephOptions, words: readonly string[], io: CliIo): Promise<number> {
  const pinged = words[0] === "ping" ? pingTarget(words) : undefined;
  return await withCluster(options, words, options.connectTimeout, io, async (cluster, rest) => {
    if (pinged !== undefined) return await ping(cluster, pinged, io);
    if (options.watch) return await watch(cluster, options.watch, options.watchChannel ?? "cluster", io);
    return await runWords({ cluster, options, io, input: await readInput(options, io) }, rest);
  });
}

async function runWords(run: Run, words: readonly string[]): Promise<number> {
  using output = openOutput(run.options, run.io);
  const command = run.options.status ? ["status", ...words] : words;
  if (command.length === 0) return await runLines(run);
  const target = readTarget(command);
  if (target.tell && target.words[0] === "help") return await listAt(run.cluster, command, run.io);
  const wait = run.options.block ? await beforeScrub(run.cluster, command, run.io) : undefined;
  const exitCode = await runCommand(run, target, output);
  await wait?.();
  return exitCode;
}

async function help(options: CephOptions, words: readonly string[], io: CliIo): Promise<number> {
  const general = takeOptions(words).words.length === 0;
  if (general) io.out(generalHelp());
  try {
    const timeoutS = options.connectTimeout || HELP_TIMEOUT_S;
    return await withCluster(options, words, timeoutS, io, (cluster, rest) => listAt(cluster, rest, io));
  } catch (e) {
    if (!general || !(e instanceof CliError)) throw e;
    io.err(`\nThe commands of a cluster are not shown: ${e.reason}\n`);
    return 0;
  }
}

function completionScript([, shell, name = "ganglion"]: readonly string[], io: CliIo): number {
  if (shell !== "bash" || !/^[\w-]+$/.test(name)) {
    throw new CliError(
      "usage: completion bash [NAME]: prints a script; source <(ganglion completion bash)",
      USAGE_EXIT,
    );
  }
  return print(bashScript(name), io);
}

/** Prints what may come next, a line each; nothing when that cannot be known. */
async function complete(typed: readonly string[], io: CliIo): Promise<number> {
  const own = optionCompletions(typed);
  if (own) return print(own.map((word) => `${word}\n`).join(""), io);
  const current = typed.at(-1) ?? "";
  const { options, words } = parseCephOptions(typed.slice(0, -1));
  const local = words.length === 0 ? LOCAL_COMMANDS.filter((word) => word.startsWith(current)) : [];
  return await withCluster(options, words, COMPLETION_TIMEOUT_S, io, async (cluster, rest) => {
    const { target, words } = addressed(rest);
    const described = await describe(cluster, target, { err() {} });
    const found = "result" in described ? [] : completions([...words, current], described.descriptions);
    return print([...local, ...found].map((word) => `${word}\n`).join(""), io);
  });
}
