/** What `ceph tell mon.a` can ask: a part of the commands of a monitor's admin socket. Upstream: Monitor::do_admin_command */

import { optionRows } from "../../../mgr/config/option_table.ts";
import { CEPH_RELEASE, CEPH_VERSION_SHORT, GANGLION_VERSION } from "../../../mgr/config/release.ts";
import { describeAdminCommands } from "../../../mgr/daemons/command_descriptions.ts";
import { type CommandArgs, CommandJsonError, parseCommandJson } from "../../../mgr/daemons/command_json.ts";
import type { MCommand, MCommandReply } from "../../../mgr/messages/command.ts";
import { dumpAddrVec } from "../../../mgr/types/entity_addr.ts";
import { Settings } from "../config/settings.ts";
import { type CephJson, cephJson } from "../format/ceph_json.ts";
import { monStatus } from "../health/mon_status.ts";
import type { MonitorContext } from "../server/context.ts";
import type { Session } from "../server/session.ts";
import { Errno } from "./args.ts";

/** One command; text is printed as it is, anything else as JSON. */
interface TellRow {
  readonly cmdstring: string;
  readonly help: string;
  readonly run: (monitor: MonitorContext, args: CommandArgs) => CephJson;
}

const encoder = new TextEncoder();

function configGet({ state }: MonitorContext, args: CommandArgs): CephJson {
  const name = String(args.get("var") ?? "");
  if (optionRows().has(name)) return { [name]: new Settings(state).text(name) };
  return { error: `error getting '${name}': (2) No such file or directory` };
}

function configShow({ state }: MonitorContext): CephJson {
  const settings = new Settings(state);
  return Object.fromEntries([...optionRows().keys()].map((name) => [name, settings.text(name)]));
}

const sessions = (monitor: MonitorContext): CephJson =>
  [...monitor.sessions].map(({ entity, peer, globalId, subscriptions }) => ({
    name: entity,
    entity_name: entity,
    addrs: dumpAddrVec(peer.addrs),
    global_id: globalId,
    subs: Object.fromEntries([...subscriptions].map(([topic, { next }]) => [topic, Number(next)])),
  }));

/** In the order of their names, as the socket lists them. */
const COMMANDS: readonly TellRow[] = [
  {
    cmdstring: "config get name=var,type=CephString",
    help: "config get <field>: get the config value",
    run: configGet,
  },
  { cmdstring: "config show", help: "dump current config settings", run: configShow },
  {
    cmdstring: "get_command_descriptions",
    help: "list available commands",
    run: () => describeAdminCommands(COMMANDS),
  },
  {
    cmdstring: "git_version",
    help: "get git sha1",
    run: () => ({ git_version: `ganglion-${GANGLION_VERSION}` }),
  },
  {
    cmdstring: "help",
    help: "list available commands",
    run: () => Object.fromEntries(COMMANDS.map(({ cmdstring, help }) => [prefixOf(cmdstring), help])),
  },
  { cmdstring: "mon_status", help: "report status of monitors", run: monStatus },
  { cmdstring: "ops", help: "show the ops currently in flight", run: () => ({ ops: [], num_ops: 0 }) },
  { cmdstring: "sessions", help: "list existing sessions", run: sessions },
  {
    cmdstring: "version",
    help: "get ceph version",
    run: () => ({ version: CEPH_VERSION_SHORT, release: CEPH_RELEASE, release_type: "stable" }),
  },
];

function prefixOf(cmdstring: string): string {
  return cmdstring.split(" name=")[0]!;
}

const failed = (r: number, rs: string): MCommandReply => ({ r, rs, data: new Uint8Array(0) });

/** Answers one; who may not do everything may not ask. */
export function runTell(monitor: MonitorContext, session: Session, { cmd, fsid }: MCommand): MCommandReply {
  if (fsid !== monitor.state.mon.map.fsid) return failed(Errno.perm, "wrong fsid");
  let args: CommandArgs;
  try {
    args = parseCommandJson(cmd);
  } catch (e) {
    if (e instanceof CommandJsonError) return failed(Errno.inval, e.message);
    throw e;
  }
  const prefix = String(args.get("prefix") ?? "");
  if (!session.may({ service: "mon", command: prefix, args: new Map(), perm: "rwx" })) {
    return failed(Errno.acces, "insufficient caps");
  }
  const row = COMMANDS.find(({ cmdstring }) => prefixOf(cmdstring) === prefix);
  if (row === undefined) return failed(Errno.inval, `unknown command prefix ${prefix}`);
  const value = row.run(monitor, args);
  const text = typeof value === "string" ? value : cephJson(value, args.get("format") !== "json");
  return { r: 0, rs: "", data: encoder.encode(text) };
}
