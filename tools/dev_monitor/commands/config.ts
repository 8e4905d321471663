/** The database of options. Upstream: mon/ConfigMonitor.cc */

import { formatTypedAddr } from "../../../mgr/types/entity_addr.ts";
import { type EntityName, EntityType, parseEntityName } from "../../../mgr/types/entity_name.ts";
import { formatUtime, utimeOfMs } from "../../../mgr/types/utime.ts";
import {
  CONFIG_PREFIX,
  type ConfigEntry,
  configKey,
  maskText,
  parseConfig,
  parseWho,
} from "../../../mgr/config/config_map.ts";
import { entityEntries } from "../config/entity_config.ts";
import { allOptionNames, type OptionInfo, optionInfo } from "../config/option_info.ts";
import { defaultText, normalizeOption, OptionTextError } from "../config/option_text.ts";
import { history, historyRows, latestVersion } from "../config/history.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { type TableColumn, textTable } from "../format/text_table.ts";
import type { KvChange } from "../state/kv_part.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";
import { assimilate } from "./config_assimilate.ts";

const COLUMNS: readonly TableColumn[] = ["WHO", "MASK", "LEVEL", "OPTION", "VALUE", "RO"].map((heading) => ({
  heading,
}));

const utf8 = new TextEncoder();

/** An option's name as it is stored. */
const nameOf = ({ args }: Call): string => args.string("name").trim().replaceAll(" ", "_");

function target(who: string) {
  const found = parseWho(who);
  if (!found) throw fail("inval", `unrecognized config target '${who}'`);
  return found;
}

/** The text as it is stored. */
function checked(info: OptionInfo, text: string): string {
  try {
    const value = normalizeOption(info, text);
    if (info.special) throw fail("inval", `${info.name} is special and cannot be stored by the mon`);
    return value;
  } catch (e) {
    if (e instanceof OptionTextError) throw fail("inval", `error parsing value: ${e.message}`);
    throw e;
  }
}

function set(call: Call): Answer {
  const { args, monitor } = call;
  const name = nameOf(call);
  const text = args.optionalString("value") ?? "";
  const info = optionInfo(monitor.state.mgr.map, name);
  const force = args.flag("force");
  if (!info && !force) throw fail("inval", `unrecognized config option '${name}'`);
  const value = info && !force ? checked(info, text) : text;
  const { section, mask } = target(args.string("who"));
  return change(call, new Map([[configKey(section, mask, name), value]]));
}

function remove(call: Call): Answer {
  const { section, mask } = target(call.args.string("who"));
  return change(call, new Map([[configKey(section, mask, nameOf(call)), undefined]]));
}

/** The new values with their history; nothing when nothing is different. */
function change({ monitor }: Call, values: ReadonlyMap<string, string | undefined>, name = ""): Answer {
  const { kv } = monitor.state;
  const old = (key: string): string | undefined => {
    const bytes = kv.values.get(key);
    return bytes && new TextDecoder().decode(bytes);
  };
  const different = new Map([...values].filter(([key, value]) => old(key) !== value));
  if (different.size === 0) return {};
  const version = latestVersion(kv.values) + 1;
  const stamp = utimeOfMs(monitor.clock.wall());
  const stored: KvChange = new Map([
    ...[...different].map(([key, value]) =>
      [key, value === undefined ? undefined : utf8.encode(value)] as const
    ),
    ...historyRows(version, stamp, name, different, old),
  ]);
  return { change: { kv: stored } };
}

function dump(call: Call): Answer {
  const { state } = call.monitor;
  const entries = parseConfig(state.kv.values);
  if (call.format !== "plain") return show(call, entries.map((e) => entryJson(call, e)));
  const lines = entries.map((e) => {
    const indent = e.section === "global" ? "" : e.section.includes(".") ? "    " : "  ";
    return row(call, e, indent);
  });
  return { out: textTable(COLUMNS, lines) };
}

const infoOf = ({ monitor }: Call, name: string): OptionInfo | undefined =>
  optionInfo(monitor.state.mgr.map, name);

function row(call: Call, entry: ConfigEntry, indent = ""): string[] {
  const info = infoOf(call, entry.name);
  const readOnly = info === undefined || !info.runtime;
  return [
    indent + entry.section,
    maskText(entry.mask),
    info?.level ?? "unknown",
    entry.name,
    entry.value,
    readOnly ? "*" : "",
  ];
}

function entryJson(call: Call, { section, name, value, mask }: ConfigEntry): CephJson {
  const info = infoOf(call, name);
  return {
    section,
    name,
    value,
    level: info?.level ?? "unknown",
    can_update_at_runtime: info?.runtime ?? false,
    mask: maskText(mask),
    ...maskJson(mask),
  };
}

function maskJson({ location, deviceClass }: ConfigEntry["mask"]): Record<string, CephJson> {
  return {
    ...(location ? { location_type: location[0], location_value: location[1] } : {}),
    ...(deviceClass === undefined ? {} : { device_class: deviceClass }),
  };
}

function entityOf(who: string): EntityName {
  const entity = parseEntityName(who) ?? parseEntityName(`${who}.`);
  if (!entity || entity.type === EntityType.any) throw fail("inval", `unrecognized entity '${who}'`);
  return entity;
}

function get(call: Call): Answer {
  const { args, monitor } = call;
  const entity = entityOf(args.string("who"));
  const entries = entityEntries(monitor.state, entity, "");
  const key = args.optionalString("key")?.replaceAll(" ", "_");
  if (key !== undefined) return { out: `${single(call, entries, key)}\n` };
  if (call.format === "plain") {
    return { out: textTable(COLUMNS, [...entries.values()].map((e) => row(call, e))) };
  }
  const json = [...entries].map(([name, { value, section, mask }]): [string, CephJson] => [name, {
    value,
    section,
    mask: maskJson(mask),
    can_update_at_runtime: infoOf(call, name)?.runtime ?? false,
  }]);
  return show(call, new Map(json));
}

function single(call: Call, entries: ReadonlyMap<string, ConfigEntry>, key: string): string {
  const info = infoOf(call, key);
  if (!info) throw fail("noent", `unrecognized key '${key}'`);
  if (info.special) {
    if (key === "fsid") return call.monitor.state.mon.map.fsid;
    throw fail("inval", `${key} is special and cannot be stored by the mon`);
  }
  return entries.get(key)?.value ?? defaultText(info);
}

/** Numbers are numbers in JSON, texts are texts. */
function typed(info: OptionInfo, text: string): CephJson {
  if (text === "") return "";
  if (info.type === "bool") return text === "true";
  return ["int", "uint", "size", "float", "secs", "millisecs"].includes(info.type) ? Number(text) : text;
}

function help(call: Call): Answer {
  const info = infoOf(call, call.args.string("key"));
  if (!info) throw fail("noent", "");
  if (call.format === "plain") return { out: helpText(info) };
  return show(call, {
    name: info.name,
    type: info.type === "debug" ? "str" : info.type,
    level: info.level,
    desc: info.desc,
    long_desc: info.longDesc,
    default: typed(info, info.default),
    daemon_default: "",
    tags: info.tags,
    services: [],
    see_also: info.seeAlso,
    min: typed(info, info.min),
    max: typed(info, info.max),
    ...(info.values.length > 0 ? { enum_values: info.values } : {}),
    can_update_at_runtime: info.runtime,
    flags: [
      ...(info.runtime ? ["runtime"] : []),
      ...(info.special ? ["no_mon_update"] : []),
    ],
  });
}

/** Upstream: Option::print */
function helpText(info: OptionInfo): string {
  const lines = [
    `${info.name} - ${info.desc}`,
    `  (${info.type === "debug" ? "str" : info.type}, ${info.level})`,
    `  Default: ${info.default}`,
    ...(info.min === "" ? [] : [`  Minimum: ${info.min}`]),
    ...(info.max === "" ? [] : [`  Maximum: ${info.max}`]),
    ...(info.values.length === 0 ? [] : [`  Possible values:  ${info.values.join(" ")}`]),
    `  Can update at runtime: ${info.runtime}`,
    ...(info.seeAlso.length === 0 ? [] : [`  See also: [${info.seeAlso.join(",")}]`]),
    ...(info.tags.length === 0 ? [] : [`  Tags: [${info.tags.join(",")}]`]),
    ...(info.longDesc === "" ? [] : ["", info.longDesc]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function list(call: Call): Answer {
  const names = allOptionNames(call.monitor.state.mgr.map);
  return show(call, names, names.map((name) => `${name}\n`).join(""));
}

function log(call: Call): Answer {
  const count = call.args.optionalNumber("num") ?? 10;
  const changes = history(call.monitor.state.kv.values).slice(0, count);
  if (call.format !== "plain") {
    return show(
      call,
      changes.map(({ version, stamp, name, changes }) => ({
        version,
        timestamp: formatUtime(stamp),
        name,
        changes: changes.map(({ key, before, after }) => ({
          name: key,
          ...(before === undefined ? {} : { previous_value: before }),
          ...(after === undefined ? {} : { new_value: after }),
        })),
      })),
    );
  }
  const text = changes.map(({ version, stamp, name, changes }) => {
    const head = `--- ${version} --- ${formatUtime(stamp)} ---${name === "" ? "" : ` ${name} ---`}\n`;
    return head +
      changes.map(({ key, before, after }) =>
        (before === undefined ? "" : `- ${key} = ${before}\n`) +
        (after === undefined ? "" : `+ ${key} = ${after}\n`)
      ).join("");
  });
  return { out: text.join("") };
}

/** Undoes all changes after version `num`. */
function reset(call: Call): Answer {
  const num = call.args.number("num");
  const { values } = call.monitor.state.kv;
  if (num > latestVersion(values)) throw fail("range", "requested version is in the future");
  const undo = new Map<string, string | undefined>();
  for (const { version, changes } of history(values)) {
    if (version <= num) break;
    for (const { key, before } of changes) undo.set(CONFIG_PREFIX + key, before);
  }
  return change(call, undo, `reset to ${num}`);
}

function minimalConf({ monitor }: Call): Answer {
  const { map } = monitor.state.mon;
  const addrs = map.monInfo.get("a")!.publicAddrs.map(formatTypedAddr).join(",");
  return {
    out: `# minimal ceph.conf for ${map.fsid}\n[global]\n\tfsid = ${map.fsid}\n\tmon_host = [${addrs}]\n`,
  };
}

/** In the order of upstream's table. */
export const CONFIG_COMMANDS = rows("config", [
  [
    "config set name=who,type=CephString name=name,type=CephString name=value,type=CephString name=force,type=CephBool,req=false",
    "rw",
    "Set a configuration option for one or more entities",
    set,
  ],
  [
    "config rm name=who,type=CephString name=name,type=CephString",
    "rw",
    "Clear a configuration option for one or more entities",
    remove,
  ],
  [
    "config get name=who,type=CephString name=key,type=CephString,req=False",
    "r",
    "Show configuration option(s) for an entity",
    get,
  ],
  ["config dump", "r", "Show all configuration option(s)", dump],
  ["config help name=key,type=CephString", "r", "Describe a configuration option", help],
  ["config ls", "r", "List available configuration options", list],
  [
    "config assimilate-conf",
    "rw",
    "Assimilate options from a conf, and return a new, minimal conf file",
    (call) => {
      const { values, rest } = assimilate(call);
      return { ...change(call, values), out: rest };
    },
  ],
  [
    "config log name=num,type=CephInt,req=False",
    "r",
    "Show recent history of config changes",
    log,
  ],
  [
    "config reset name=num,type=CephInt,range=0",
    "rw",
    "Revert configuration to a historical version specified by <num>",
    reset,
  ],
  ["config generate-minimal-conf", "r", "Generate a minimal ceph.conf file", minimalConf],
]).map((row) => row.sig === "config dump" ? { ...row, module: "mon" } : row);
