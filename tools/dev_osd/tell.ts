/** What `ceph tell osd.N` can ask of a simulated OSD: a part of a real one's commands, and `sim ..` to make it fail. */

import { CEPH_RELEASE, CEPH_VERSION_SHORT } from "../../mgr/config/release.ts";
import { describeAdminCommands } from "../../mgr/daemons/command_descriptions.ts";
import { type CommandArgs, CommandJsonError, parseCommandJson } from "../../mgr/daemons/command_json.ts";
import { cephJson } from "../dev_monitor/format/ceph_json.ts";
import { FAULT_NAMES } from "./faults.ts";
import { dumpCounters, dumpSchema } from "./model/counters.ts";
import { OptionTextError } from "./osd_config.ts";
import type { SimOsd } from "./sim_osd.ts";

const EINVAL = -22;
const ENOENT = -2;

/** What goes back: code, text for stderr, text for stdout. */
export interface TellAnswer {
  readonly code: number;
  readonly err: string;
  readonly out: string;
}

/** A value to print as JSON, a text, or a whole answer. */
type Result = object | string | TellAnswer;

/** One command. */
interface TellRow {
  readonly cmdstring: string;
  readonly help: string;
  readonly run: (osd: SimOsd, args: CommandArgs) => Result;
}

const isAnswer = (result: Result): result is TellAnswer => typeof result === "object" && "code" in result;
const text = (args: CommandArgs, name: string): string => String(args.get(name) ?? "");
const failed = (code: number, err: string): TellAnswer => ({ code, err, out: "" });

function configGet(osd: SimOsd, args: CommandArgs): Result {
  const name = text(args, "var");
  const value = osd.config.get(name);
  if (value !== undefined) return { [name]: value };
  return { error: `error getting '${name}': (2) No such file or directory` };
}

/** An option that is set is read by nothing here but `config get` and `ceph config show`. */
function configSet(osd: SimOsd, args: CommandArgs): Result {
  const name = text(args, "var");
  const val = args.get("val");
  const value = Array.isArray(val) ? val.join(" ") : text(args, "val");
  try {
    if (!osd.config.set(name, value)) {
      return { error: `error setting '${name}' to '${value}': (2) No such file or directory` };
    }
  } catch (e) {
    if (!(e instanceof OptionTextError)) throw e;
    return { error: `error setting '${name}' to '${value}': (22) Invalid argument` };
  }
  return { success: `${name} = '${osd.config.get(name)}' ` };
}

/** `--name value` or `--name=value`, several of them. */
function injectArgs(osd: SimOsd, args: CommandArgs): Result {
  const given = args.get("injected_args");
  const words = (Array.isArray(given) ? given.join(" ") : String(given ?? "")).split(/[\s=]+/).filter(
    Boolean,
  );
  let err = "";
  for (let i = 0; i + 1 < words.length; i += 2) {
    const name = words[i]!.replace(/^--/, "").replaceAll("-", "_");
    if (osd.config.set(name, words[i + 1]!)) err += `${name} = '${osd.config.get(name)}' `;
  }
  return { code: 0, err, out: cephJson({}, true) };
}

function fault(osd: SimOsd, args: CommandArgs): Result {
  const name = text(args, "name");
  return osd.fault(name)
    ? failed(0, `osd.${osd.id}: ${name}`)
    : failed(EINVAL, `no such fault: ${name}; there are ${FAULT_NAMES.join(", ")}`);
}

function heal(osd: SimOsd, args: CommandArgs): Result {
  const name = args.has("name") ? text(args, "name") : undefined;
  osd.heal(name);
  return failed(
    0,
    name === undefined ? `osd.${osd.id}: nothing is wrong any more` : `osd.${osd.id}: no ${name} any more`,
  );
}

function startOther(osd: SimOsd, args: CommandArgs): Result {
  const id = Number(args.get("id"));
  return osd.peers.start(id)
    ? failed(0, `osd.${id} starts`)
    : failed(ENOENT, `there is no stopped simulated OSD with the id ${id}`);
}

function killOther(osd: SimOsd, args: CommandArgs): Result {
  const id = args.has("id") ? Number(args.get("id")) : osd.id;
  return osd.peers.killSoon(id)
    ? failed(0, `osd.${id} dies`)
    : failed(ENOENT, `there is no running simulated OSD with the id ${id}`);
}

const FAULT = `name=name,type=CephChoices,strings=${FAULT_NAMES.join("|")}`;

/** In the order of their names, as the socket lists them. */
const COMMANDS: readonly TellRow[] = [
  {
    cmdstring: "config diff",
    help: "dump diff of current config and default config",
    run: (o) => ({ diff: o.config.diff() }),
  },
  {
    cmdstring: "config get name=var,type=CephString",
    help: "config get <field>: get the config value",
    run: configGet,
  },
  {
    cmdstring: "config set name=var,type=CephString name=val,type=CephString,n=N",
    help: "config set <field> <val> [<val> ...]: set a config variable",
    run: configSet,
  },
  { cmdstring: "config show", help: "dump current config settings", run: (osd) => osd.config.all() },
  {
    cmdstring: "config unset name=var,type=CephString",
    help: "config unset <field>: unset a config variable",
    run(osd, args) {
      osd.config.unset(text(args, "var"));
      return { success: "" };
    },
  },
  {
    cmdstring: "dump_historic_ops",
    help: "show recent ops",
    run: () => ({ size: 20, duration: 600, ops: [] }),
  },
  {
    cmdstring: "dump_ops_in_flight",
    help: "show the ops currently in flight",
    run: (osd) => ({ ops: [], num_ops: osd.slowOps + osd.ops.inProgress }),
  },
  {
    cmdstring: "flush_pg_stats",
    help: "flush pg stats",
    run: (osd) => String(osd.reportNow()),
  },
  {
    cmdstring: "get_command_descriptions",
    help: "list available commands",
    run: () => describeAdminCommands(COMMANDS),
  },
  { cmdstring: "git_version", help: "get git sha1", run: () => ({ git_version: "" }) },
  {
    cmdstring: "help",
    help: "list available commands",
    run: () =>
      Object.fromEntries(COMMANDS.map(({ cmdstring, help }) => [cmdstring.split(" name=")[0]!, help])),
  },
  {
    cmdstring: "injectargs name=injected_args,type=CephString,n=N",
    help: "inject configuration arguments into running daemon",
    run: injectArgs,
  },
  { cmdstring: "perf dump", help: "dump perfcounters value", run: (osd) => dumpCounters(osd.counters()) },
  { cmdstring: "perf schema", help: "dump perfcounters schema", run: () => dumpSchema() },
  { cmdstring: `sim fault ${FAULT}`, help: "make this simulated OSD fail in some way", run: fault },
  { cmdstring: `sim heal ${FAULT},req=false`, help: "take faults away (default all)", run: heal },
  {
    cmdstring: "sim kill name=id,type=CephInt,req=false",
    help: "end a simulated OSD without a word to anybody (default this one)",
    run: killOther,
  },
  {
    cmdstring: "sim start name=id,type=CephInt",
    help: "start a simulated OSD that has ended",
    run: startOther,
  },
  { cmdstring: "status", help: "high-level status of OSD", run: (osd) => osd.status() },
  {
    cmdstring: "version",
    help: "get ceph version",
    run: () => ({ version: CEPH_VERSION_SHORT, release: CEPH_RELEASE, release_type: "stable" }),
  },
];

/** Runs one command. */
export function runTell(osd: SimOsd, cmd: readonly string[]): TellAnswer {
  let args: CommandArgs;
  try {
    args = parseCommandJson(cmd);
  } catch (e) {
    if (e instanceof CommandJsonError) return failed(EINVAL, e.message);
    throw e;
  }
  const prefix = text(args, "prefix");
  const row = COMMANDS.find(({ cmdstring }) => cmdstring.split(" name=")[0] === prefix);
  if (row === undefined) return failed(EINVAL, `unknown command prefix ${prefix}`);
  const result = row.run(osd, args);
  if (typeof result === "string") return { code: 0, err: "", out: result };
  if (isAnswer(result)) return result;
  return { code: 0, err: "", out: cephJson(result, args.get("format") !== "json") };
}
