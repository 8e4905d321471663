/** `service dump` and `service status`: who registered as a service daemon, and how it is. */

import { dumpServiceMap } from "../types/service_map.ts";
import { cephJson } from "../types/ceph_json.ts";
import { formatUtime, utimeOfMs } from "../types/utime.ts";
import type { BuiltinHandler } from "./builtin_commands.ts";
import type { CommandCall, CommandResult, ServerContext } from "./context.ts";

/** Both answer JSON whatever is asked for. Upstream: DaemonServer::_handle_command */
export function serviceCommands(context: ServerContext): [prefix: string, handler: BuiltinHandler][] {
  return [
    [
      "service dump",
      (call) => answer(call, dumpServiceMap(context.serviceMap.current(utimeOfMs(context.wall())))),
    ],
    ["service status", (call) => answer(call, serviceStatus(context))],
  ];
}

function serviceStatus({ index }: ServerContext): Record<string, Record<string, unknown>> {
  const types = Map.groupBy(index.serviceDaemons(), ({ key }) => key.type);
  return Object.fromEntries([...types].map(([type, daemons]) => [
    type,
    Object.fromEntries(daemons.map((daemon) => [daemon.key.name, {
      status_stamp: formatUtime(daemon.serviceStatusStamp),
      last_beacon: formatUtime(daemon.lastServiceBeaconStamp),
      status: Object.fromEntries(daemon.serviceStatus),
    }])),
  ]));
}

function answer({ format }: CommandCall, value: unknown): CommandResult {
  return { retval: 0, stdout: cephJson(value, format !== "json"), stderr: "" };
}
