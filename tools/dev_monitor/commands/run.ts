/** Runs one command: finds it, asks the caps, commits what it changes, and words the answer. Upstream: Monitor::handle_command */

import { type CommandArgs, CommandJsonError, parseCommandJson } from "../../../mgr/daemons/command_json.ts";
import type { MMonCommand } from "../../../mgr/messages/mon_command.ts";
import { formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import { LogPrio } from "../../../mgr/types/log_entry.ts";
import { cephJson } from "../format/ceph_json.ts";
import type { MonitorContext } from "../server/context.ts";
import type { Session } from "../server/session.ts";
import { type Committed, joinChanges } from "../state/committed.ts";
import { Args, CommandError, Errno, fail } from "./args.ts";
import type { Answer, Call, Format } from "./command.ts";
import { describeAll, findCommand, type Found } from "./table.ts";

/** What goes back: code, text for stderr, bytes for stdout, version of the service. */
export interface CommandReply {
  readonly code: number;
  readonly err: string;
  readonly out: Uint8Array;
  readonly version: number;
}

/** A command of the manager, to be passed on to it. */
export interface ForManager {
  readonly args: CommandArgs;
}

const NOTHING = new Uint8Array(0);

/** The answer; or that the command is the manager's. Never throws for what a client sends. */
export function runCommand(
  monitor: MonitorContext,
  session: Session,
  message: MMonCommand,
): CommandReply | ForManager {
  try {
    return dispatch(monitor, session, message);
  } catch (e) {
    if (!(e instanceof CommandError)) throw e;
    return { code: e.code, err: e.message, out: NOTHING, version: 0 };
  }
}

function dispatch(
  monitor: MonitorContext,
  session: Session,
  message: MMonCommand,
): CommandReply | ForManager {
  if (message.fsid !== monitor.state.mon.map.fsid) throw fail("perm", "wrong fsid");
  const raw = parse(message.cmd);
  const args = new Args(raw);
  const prefix = args.optionalString("prefix");
  if (prefix === undefined) throw fail("inval", "command prefix not found");
  if (prefix === "") throw fail("inval", "command prefix must not be empty");
  if (prefix === "get_command_descriptions") {
    const out = cephJson(describeAll(monitor.state.mgr.commands));
    return { code: 0, err: "", out: new TextEncoder().encode(out), version: 0 };
  }
  const found = findCommand(prefix, monitor.state.mgr.commands);
  if (found === undefined) throw fail("inval", "command not known");
  const request = { service: found.module, command: prefix, args: args.forCaps(), perm: found.perm };
  if (!session.may(request)) {
    audit(monitor, session, found, message.cmd, "access denied");
    throw fail("acces", "access denied");
  }
  audit(monitor, session, found, message.cmd, "dispatch");
  if (found.mgr) return { args: raw };
  const call = { monitor, session, args, format: formatOf(args), input: message.data };
  return finish(monitor, session, found, call, message.cmd);
}

function parse(cmd: readonly string[]): CommandArgs {
  if (cmd.length === 0) throw fail("inval", "no command supplied");
  try {
    return parseCommandJson(cmd);
  } catch (e) {
    if (e instanceof CommandJsonError) throw fail("inval", e.message);
    throw e;
  }
}

function formatOf(args: Args): Format {
  const format = args.optionalString("format");
  return format === "json" || format === "json-pretty" ? format : "plain";
}

function finish(
  monitor: MonitorContext,
  session: Session,
  found: Found,
  call: Call,
  cmd: readonly string[],
): CommandReply {
  const answer = runRows(found, call);
  if (answer.change !== undefined) {
    const done = auditEntry(monitor, session, LogPrio.info, `cmd='${cmd.join("")}': finished`);
    monitor.commit(joinChanges(answer.change, { log: [done] }));
  }
  const { out = NOTHING, err = "", code = 0 } = answer;
  return {
    code,
    err,
    out: typeof out === "string" ? new TextEncoder().encode(out) : out,
    version: serviceVersion(monitor.state, found.module),
  };
}

/** Two commands may share their words and differ in their arguments. */
function runRows(found: Found, call: Call): Answer {
  const rows = found.rows ?? [];
  if (rows.length === 0) throw fail("inval", "(22) Invalid argument");
  const fitting = rows.find(({ sig }) => takes(sig, call.args)) ?? rows[0]!;
  return fitting.run(call);
}

/** Whether all that the signature needs is there. */
function takes(sig: string, args: Args): boolean {
  return sig.split(" ").filter((word) => word.includes("=") && !/req=[Ff]a/.test(word))
    .every((word) => args.has(/name=([^,]+)/.exec(word)?.[1] ?? ""));
}

/** What an answer says of the service's newest version. */
function serviceVersion(state: Committed, module: string): number {
  const versions: Readonly<Record<string, number>> = {
    mgr: state.mgr.map.epoch,
    osd: state.osd.map.epoch,
    auth: state.auth.version,
    "config-key": state.kv.version,
    config: state.kv.version,
  };
  return versions[module] ?? 0;
}

function audit(
  monitor: MonitorContext,
  session: Session,
  { perm }: Found,
  cmd: readonly string[],
  outcome: string,
): void {
  const prio = perm.includes("w") ? LogPrio.info : LogPrio.debug;
  monitor.log(auditEntry(monitor, session, prio, `cmd=[${cmd.join("")}]: ${outcome}`));
}

function auditEntry(monitor: MonitorContext, session: Session, prio: number, text: string) {
  const addr = formatAddrVec(session.peer.addrs);
  const who = `from='${clientName(session)} ${addr}' entity='${session.entity}' `;
  return monitor.ownEntry(prio, "audit", who + text);
}

/** `client.?`: a client's first name has no number. */
function clientName({ entity, globalId }: Session): string {
  const type = entity.split(".")[0]!;
  return type === "client" ? "client.?" : `${type}.${globalId}`;
}

/** Whether the command has to be passed on. */
export function isForManager(reply: CommandReply | ForManager): reply is ForManager {
  return "args" in reply;
}

/** When too many wait for a manager already. */
export const TOO_MANY: CommandReply = { code: Errno.again, err: "", out: NOTHING, version: 0 };
