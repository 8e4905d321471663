/** Managers and their modules. Upstream: mon/MgrMonitor.cc */

import { Decoder } from "../../../mgr/encoding/mod.ts";
import { alwaysOnModules, dumpMgrMap, MgrMap } from "../../../mgr/types/mgr_map.ts";
import { dumpModuleInfo } from "../../../mgr/types/module_info.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { MgrDraft } from "../state/mgr_monitor.ts";
import { sorted } from "../state/part.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";
import { countBy } from "./status.ts";

const RELEASE = 16;

const mapOf = ({ monitor }: Call): MgrMap => monitor.state.mgr.map;

function stat(call: Call): Answer {
  const { epoch, available, activeName, standbys } = mapOf(call);
  return show(call, { epoch, available, active_name: activeName, num_standby: standbys.size });
}

function dump(call: Call): Answer {
  const { map, history } = call.monitor.state.mgr;
  const epoch = call.args.optionalNumber("epoch") ?? 0;
  if (epoch === 0 || epoch === map.epoch) return show(call, mgrMapJson(map));
  const bytes = history.get(epoch);
  if (!bytes) throw fail("noent", `there is no map for epoch ${epoch}`);
  return show(call, mgrMapJson(MgrMap.decode(new Decoder(bytes))));
}

/** Names of releases keep the order of their names, as in a map of strings. */
const mgrMapJson = (map: MgrMap): CephJson => dumpMgrMap(map);

/** `who` is a name or a gid; the active one when it is missing. */
function failManager({ args, monitor }: Call): Answer {
  const { map } = monitor.state.mgr;
  const who = args.optionalString("who") ?? map.activeName;
  if (who === "" && map.activeGid === 0n) return { err: "Currently no active mgr" };
  const draft = new MgrDraft(monitor.state, monitor.clock.wall());
  const isGid = /^\d+$/.test(who);
  const standby = [...map.standbys.values()].find((s) => isGid ? s.gid === BigInt(who) : s.name === who);
  if (isGid ? map.activeGid === BigInt(who) : map.activeName === who) draft.dropActive();
  else if (standby) draft.dropStandby(standby.gid);
  else return { err: `Daemon not found '${who}', already failed?` };
  if (draft.map.activeGid === 0n) draft.promoteStandby();
  return { change: draft.change };
}

function moduleLs(call: Call): Answer {
  const map = mapOf(call);
  const alwaysOn = alwaysOnModules(map, RELEASE);
  const enabled = map.modules.filter((name) => !alwaysOn.includes(name));
  const off = map.availableModules.filter(({ name }) =>
    !map.modules.includes(name) && !alwaysOn.includes(name)
  );
  return show(call, {
    always_on_modules: alwaysOn,
    enabled_modules: enabled,
    disabled_modules: off.map(dumpModuleInfo),
  });
}

function enable({ args, monitor }: Call): Answer {
  const name = args.string("module");
  const { map } = monitor.state.mgr;
  if (alwaysOnModules(map, RELEASE).includes(name)) {
    return { err: `module '${name}' is already enabled (always-on)` };
  }
  const known = map.availableModules.find((m) => m.name === name);
  const somewhere = known !== undefined ||
    [...map.standbys.values()].some((s) => s.availableModules.some((m) => m.name === name));
  if (!args.flag("force")) {
    if (!somewhere) {
      throw fail(
        "noent",
        `all mgr daemons do not support module '${name}', pass --force to force enablement`,
      );
    }
    if (known && !known.canRun) {
      throw fail(
        "noent",
        `module '${name}' reports that it cannot run on the active manager daemon: ${known.errorString} (pass --force to force enablement)`,
      );
    }
  }
  if (map.modules.includes(name)) return { err: `module '${name}' is already enabled` };
  return { change: withModules(monitor, [...map.modules, name].sort()) };
}

function disable({ args, monitor }: Call): Answer {
  const name = args.string("module");
  const { map } = monitor.state.mgr;
  if (alwaysOnModules(map, RELEASE).includes(name)) {
    throw fail("inval", `module '${name}' cannot be disabled (always-on)`);
  }
  if (!map.modules.includes(name)) return { err: `module '${name}' is already disabled` };
  return { change: withModules(monitor, map.modules.filter((m) => m !== name)) };
}

function withModules(monitor: Call["monitor"], modules: readonly string[]) {
  const draft = new MgrDraft(monitor.state, monitor.clock.wall());
  draft.set({ modules });
  return draft.change;
}

function metadata(call: Call): Answer {
  const { metadata } = call.monitor.state.mgr;
  const who = call.args.optionalString("who");
  if (who === undefined || who === "") {
    return show(call, [...sorted(metadata)].map(([name, m]) => new Map([["name", name], ...sorted(m)])));
  }
  const one = metadata.get(who);
  if (!one) throw fail("noent", `mgr.${who} does not exist`);
  return show(call, new Map([["name", who], ...sorted(one)]));
}

const counts = (call: Call, property: string): Answer =>
  show(call, countBy(call.monitor.state.mgr.metadata.values(), property));

/** In the order of upstream's table. */
export const MGR_COMMANDS = rows("mgr", [
  ["mgr stat", "r", "dump basic info about the mgr cluster state", stat],
  [
    "mgr dump name=epoch,type=CephInt,range=0,req=false",
    "r",
    "dump the latest MgrMap",
    dump,
  ],
  [
    "mgr fail name=who,type=CephString,req=false",
    "rw",
    "treat the named manager daemon as failed",
    failManager,
  ],
  ["mgr module ls", "r", "list active mgr modules", moduleLs],
  [
    "mgr services",
    "r",
    "list service endpoints provided by mgr modules",
    (call) => show(call, sorted(mapOf(call).services)),
  ],
  [
    "mgr module enable name=module,type=CephString name=force,type=CephChoices,strings=--force,req=false",
    "rw",
    "enable mgr module",
    enable,
  ],
  ["mgr module disable name=module,type=CephString", "rw", "disable mgr module", disable],
  [
    "mgr metadata name=who,type=CephString,req=false",
    "r",
    "dump metadata for all daemons or a specific daemon",
    metadata,
  ],
  [
    "mgr count-metadata name=property,type=CephString",
    "r",
    "count ceph-mgr daemons by metadata field property",
    (call) => counts(call, call.args.string("property")),
  ],
  ["mgr versions", "r", "check running versions of ceph-mgr daemons", (call) => counts(call, "ceph_version")],
]);
