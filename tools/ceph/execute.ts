/** Runs the words of a command: finds it among the descriptions, sends it, and repeats it where it asks for that. */

import type { CommandResult } from "../../mgr/mon/mon_client.ts";
import { sleep, systemClock } from "../../mgr/time/clock.ts";
import type { CommandFields } from "./command_json.ts";
import { commandJson } from "./command_json.ts";
import type { Cluster } from "./cluster.ts";
import { Errno, errnoName } from "./errno.ts";
import type { CliIo } from "./io.ts";
import { type CommandValues, matchCommand } from "./match.ts";
import type { CephOptions } from "./options.ts";
import { CommandFlag, type Description, parseDescriptions } from "./signature.ts";
import { hintFor } from "./hint.ts";
import { type Target, targetName } from "./target.ts";

const NOTHING = new Uint8Array(0);
/** All was printed already. */
const SILENCE: CommandResult = { r: 0, rs: "", data: NOTHING };
/** Lines of a screen that are not rows of a table. */
const HEADER_ROWS = 3;

/** A run of a command. */
export interface Run {
  readonly cluster: Cluster;
  readonly options: CephOptions;
  readonly io: CliIo;
  readonly input: Uint8Array;
}

/** What a daemon knows, or the error that it does not say so. */
export type Described =
  | { readonly descriptions: readonly Description[] }
  | { readonly result: CommandResult };

/** Asks for the commands that a daemon knows. Why it does not say is printed. */
export async function describe(cluster: Cluster, target: Target, io: Pick<CliIo, "err">): Promise<Described> {
  const fields = new Map([["prefix", "get_command_descriptions"]]);
  const answer = await cluster.tell(target, fields, NOTHING);
  if (answer.r >= 0) return { descriptions: parseDescriptions(new TextDecoder().decode(answer.data)) };
  const reason = reasonOf(answer, target);
  if (reason !== "") io.err(`ceph: ${reason}\n`);
  const rs = `problem getting command descriptions from ${targetName(target)}`;
  return { result: { r: answer.r, rs, data: NOTHING } };
}

function reasonOf({ r, rs }: CommandResult, target: Target): string {
  if (rs !== "" || (r !== -Errno.EACCES && r !== -Errno.EPERM)) return rs;
  const kind = target.kind === "pg" ? "osd" : target.kind;
  return `${
    targetName(target)
  } refuses us: to be told something it wants caps like ${kind} 'allow *' of our key`;
}

/** Runs one command. What keeps it from being sent is printed, and is -EINVAL. */
export async function execute(
  run: Run,
  target: Target,
  words: readonly string[],
  descriptions: readonly Description[],
): Promise<CommandResult> {
  const match = matchCommand(words, descriptions);
  if ("mismatch" in match) {
    for (const line of match.mismatch.lines) run.io.err(`${line}\n`);
    const hint = hintFor(words, descriptions, match.mismatch);
    if (hint !== undefined) run.io.err(`${hint}\n`);
    return { r: -Errno.EINVAL, rs: "invalid command", data: NOTHING };
  }
  const fields = withExtras(match.values, match.description, run);
  if (run.options.verbose) {
    run.io.err(`Submitting command to ${targetName(target)}: ${commandJson(fields)}\n`);
  }
  const mgr = (match.description.flags & CommandFlag.mgr) !== 0;
  const send = (fields: CommandFields): Promise<CommandResult> =>
    mgr || target.kind === "mon" && target.id === undefined
      ? run.cluster.command(fields, run.input, mgr)
      : run.cluster.tell(target, fields, run.input);
  const polls = (match.description.flags & CommandFlag.poll) !== 0;
  return polls ? await poll(run, fields, send) : await send(fields);
}

/** What the CLI itself adds to the arguments. */
function withExtras(values: CommandValues, { flags }: Description, { options, io }: Run): CommandValues {
  const fields = new Map(values);
  if ((flags & CommandFlag.mgr) !== 0) fields.set("target", ["mon-mgr", ""]);
  if ((flags & CommandFlag.poll) !== 0) fields.set("poll", true);
  if (options.format !== undefined) fields.set("format", options.format);
  if ((flags & CommandFlag.poll) !== 0) fields.set("width", BigInt(io.size().columns));
  return fields;
}

/** Repeats the command until Ctrl-C; the head of its table comes again with each screen. */
async function poll(
  { options, io }: Run,
  fields: CommandFields,
  send: (fields: CommandFields) => Promise<CommandResult>,
): Promise<CommandResult> {
  for (let row = 0;; row++) {
    const header = row % Math.max(io.size().rows - HEADER_ROWS, 1) === 0;
    const result = await send(new Map([...fields, ["print_header", header] as const]));
    if (result.r < 0) {
      io.err(`Error: ${-result.r} ${errnoName(-result.r)}\n`);
      return result;
    }
    if (result.data.length > 0) io.out(`${new TextDecoder().decode(result.data)}\n`);
    if (result.rs !== "") io.err(`${result.rs}\n`);
    if (options.period <= 0) return SILENCE;
    try {
      await sleep(systemClock, options.period * 1000, io.interrupted);
    } catch {
      io.out("Interrupted\n");
      return SILENCE;
    }
  }
}
