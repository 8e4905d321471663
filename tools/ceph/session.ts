/** What runs on an open session: commands of monitors and managers, `tell`, and lines of stdin. */

import type { CommandResult } from "../../mgr/mon/mon_client.ts";
import { ArgError } from "./arg_error.ts";
import { CliError } from "./cli_error.ts";
import type { Cluster } from "./cluster.ts";
import { Errno } from "./errno.ts";
import { describe, execute, type Run } from "./execute.ts";
import { type Output } from "./files.ts";
import type { CliIo } from "./io.ts";
import { listAt } from "./list_commands.ts";
import { mdsNames } from "./locate.ts";
import { parseCephOptions } from "./options.ts";
import { failure, printResult } from "./print_result.ts";
import { shellWords } from "./shell_words.ts";
import { type Addressed, addressed, EVERY, type Target, targetName } from "./target.ts";

const PROMPT = "ceph>";

/** Where the words go. Throws CliError when the target is none, or nothing is told to it. */
export function readTarget(words: readonly string[]): Addressed {
  try {
    const found = addressed(words);
    if (!found.tell || found.words.length > 0) return found;
  } catch (e) {
    if (!(e instanceof ArgError)) throw e;
    throw new CliError(`error handling command target: ${e.message}`, 1);
  }
  throw new CliError(
    `"ceph tell" requires additional arguments. Try "ceph tell <name> <command> [options...]" instead.`,
    Errno.EINVAL,
  );
}

/** Runs one command at all its targets and prints the answers. Returns the exit code of the last that failed. */
export async function runCommand(run: Run, { target, words }: Addressed, output: Output): Promise<number> {
  const targets = await expand(run.cluster, target);
  const several = targets.length > 1 && !output.redirected;
  let exitCode = 0;
  for (const target of targets) {
    const result = await runAt(run, target, words);
    const prefix = several ? `${targetName(target)}: ` : "";
    exitCode = printResult(result, { format: run.options.format, prefix }, output, run.io) || exitCode;
  }
  return exitCode;
}

async function runAt(run: Run, target: Target, words: readonly string[]): Promise<CommandResult> {
  const described = await describe(run.cluster, target, run.io);
  if ("result" in described) return described.result;
  return await execute(run, target, words, described.descriptions);
}

/** `osd.*` is every OSD there is. */
export async function expand(cluster: Cluster, target: Target): Promise<Target[]> {
  if (target.id !== EVERY) return [target];
  const { kind } = target;
  return (await idsOf(cluster, kind)).map((id) => ({ kind, id }));
}

async function idsOf(cluster: Cluster, kind: Target["kind"]): Promise<readonly string[]> {
  switch (kind) {
    case "osd":
      return (await cluster.json({ prefix: "osd ls" }) as number[]).map(String);
    case "mon":
      return cluster.monMap.ranks;
    case "mgr":
      return [(await cluster.json({ prefix: "mgr dump" }) as { active_name: string }).active_name];
    case "mds":
      return mdsNames(await cluster.json({ prefix: "fs dump" }) as Parameters<typeof mdsNames>[0]);
    case "pg":
      return [];
  }
}

/** Reads commands from stdin, a line each, until its end. What is wrong with one does not keep the next from running. */
export async function runLines(run: Run): Promise<number> {
  const { io } = run;
  if (io.inIsTerminal) io.err("Commands, a line each, without ceph before them; -h explains; q ends.\n");
  for (let line = await io.readLine(PROMPT); line !== undefined; line = await io.readLine(PROMPT)) {
    const text = line.trim();
    if (text === "") continue;
    try {
      await runLine(run, text);
    } catch (e) {
      if (io.interrupted.aborted) throw e;
      io.err(`${(e as Error).message}\n`);
    }
  }
  return 0;
}

async function runLine(run: Run, line: string): Promise<void> {
  const { options, words } = parseCephOptions(shellWords(line));
  if (options.help) return void await listAt(run.cluster, words, run.io);
  const own = { ...run, options: { ...run.options, ...(options.format ? { format: options.format } : {}) } };
  const addressed = readTarget(options.status ? ["status", ...words] : words);
  for (const target of await expand(run.cluster, addressed.target)) {
    printLine(await runAt(own, target, addressed.words), run.io);
  }
}

/** The stock CLI adds an empty line; a person at a terminal needs none. */
function printLine(result: CommandResult, io: CliIo): void {
  if (result.r < 0) throw failure(result);
  if (result.rs !== "") io.err(`${result.rs}\n`);
  const text = new TextDecoder().decode(result.data);
  if (text !== "") io.out(io.inIsTerminal && text.endsWith("\n") ? text : `${text}\n`);
}
