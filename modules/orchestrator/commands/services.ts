/** `orch ls`, `orch ps`, and what is done to services and daemons. */

import { commands } from "@ganglion/sdk";
import {
  type DaemonDescription,
  daemonPorts,
  DaemonStatus,
  daemonStatusText,
  makeServiceSpec,
  OrchestratorError,
  OrchestratorValidationError,
  parsePlacement,
  placementText,
  readServiceSpec,
  type ServiceDescription,
  serviceJson,
  servicePorts,
  type ServiceSpec,
} from "@ganglion/sdk/orchestrator";
import { ARGS, type Cli, type Handlers } from "../cli.ts";
import { age, size } from "../figures.ts";
import { formatted } from "../format.ts";
import { resultText } from "../result_text.ts";
import { SERVICE_TYPES } from "../service_types.ts";
import { readYaml } from "../spec_input.ts";
import { table } from "../table.ts";

const { text, someText, someNumber, flag, format } = ARGS;
const UNKNOWN = "<unknown>";
const IMAGE_ID_CHARS = 12;
/** Removing one of these loses data. */
const PRECIOUS = ["osd", "mon", "prometheus"];

/** What they are. */
export const SERVICE_COMMANDS = commands({
  "orch ls": {
    desc: "List services known to orchestrator",
    perm: "r",
    args: { service_type: someText, service_name: someText, export: flag, format, refresh: flag },
  },
  "orch ps": {
    desc: "List daemons known to orchestrator",
    perm: "r",
    args: {
      hostname: someText,
      service_name: someText,
      daemon_type: someText,
      daemon_id: someText,
      format,
      refresh: flag,
    },
  },
  "orch": {
    desc: "Start, stop, restart, redeploy, or reconfig an entire service (i.e. all daemons)",
    perm: "rw",
    args: {
      action: { type: "CephChoices", strings: ["start", "stop", "restart", "redeploy", "reconfig"] },
      service_name: text,
    },
  },
  "orch rm": { desc: "Remove a service", perm: "rw", args: { service_name: text, force: flag } },
  "orch daemon": {
    desc: "Start, stop, restart, (redeploy,) or reconfig a specific daemon",
    perm: "rw",
    args: { action: { type: "CephChoices", strings: ["start", "stop", "restart", "reconfig"] }, name: text },
  },
  "orch daemon redeploy": {
    desc: "Redeploy a daemon (with a specifc image)",
    perm: "rw",
    args: { name: text, image: someText },
  },
  "orch daemon rm": {
    desc: "Remove specific daemon(s)",
    perm: "rw",
    args: { names: { type: "CephString", n: "N" }, force: flag },
  },
  "orch daemon add": {
    desc: "Add daemon(s)",
    perm: "rw",
    args: { daemon_type: { type: "CephChoices", strings: SERVICE_TYPES, req: false }, placement: someText },
  },
  "orch daemon add mds": {
    desc: "Start MDS daemon(s)",
    perm: "rw",
    args: { fs_name: text, placement: someText },
  },
  "orch daemon add rgw": {
    desc: "Start RGW daemon(s)",
    perm: "rw",
    args: { svc_id: text, placement: someText, port: someNumber, ssl: flag },
  },
  "orch daemon add nfs": {
    desc: "Start NFS daemon(s)",
    perm: "rw",
    args: { svc_id: text, placement: someText },
  },
  "orch daemon add iscsi": {
    desc: "Start iscsi daemon(s)",
    perm: "rw",
    args: { pool: text, api_user: text, api_password: text, trusted_ip_list: someText, placement: someText },
  },
});

/** What they answer. */
export const serviceHandlers: Handlers<typeof SERVICE_COMMANDS> = {
  "orch ls": async ({ orchestrator }, cmd) => {
    const { service_type, service_name, export: isExport = false, refresh = false } = cmd;
    const filter = {
      ...service_type && { serviceType: service_type },
      ...service_name && { serviceName: service_name },
    };
    const found = await orchestrator.describeService({ ...filter, refresh });
    const services = found.toSorted((a, b) => (a.spec.service_name < b.spec.service_name ? -1 : 1));
    if (services.length === 0) return "No services reported";
    const { format = "plain" } = cmd;
    if (format === "plain" && !isExport) return serviceTable(services);
    const shown = isExport
      ? services.filter(({ status }) => status.deleted === undefined).map(({ spec }) => spec)
      : services.map(serviceJson);
    return formatted(format === "plain" ? "yaml" : format, shown, "as they are");
  },
  "orch ps": async ({ orchestrator }, cmd) => {
    const { hostname, service_name, daemon_type, daemon_id, format = "plain", refresh = false } = cmd;
    const found = await orchestrator.listDaemons({
      ...service_name && { serviceName: service_name },
      ...daemon_type && { daemonType: daemon_type },
      ...daemon_id && { daemonId: daemon_id },
      ...hostname && { host: hostname },
      refresh,
    });
    if (format !== "plain") return formatted(format, found.toSorted(byPlace), "as they are");
    return found.length === 0 ? "No daemons reported" : daemonTable(found);
  },
  "orch": async ({ orchestrator }, { action, service_name }) =>
    resultText(await orchestrator.serviceAction(action, service_name)),
  "orch rm": async ({ orchestrator }, { service_name, force = false }) => {
    if (["mon", "mgr"].includes(service_name) && !force) {
      throw new OrchestratorError("The mon and mgr services cannot be removed");
    }
    return resultText(await orchestrator.removeService(service_name, { force }));
  },
  "orch daemon": async ({ orchestrator }, { action, name }) =>
    resultText(await orchestrator.daemonAction(action, daemonName(name))),
  "orch daemon redeploy": async ({ orchestrator }, { name, image }) =>
    resultText(await orchestrator.daemonAction("redeploy", daemonName(name), { ...image && { image } })),
  "orch daemon rm": async ({ orchestrator }, { names, force = false }) => {
    const precious = names.map(daemonName).find((name) => PRECIOUS.includes(name.split(".")[0]!));
    if (precious !== undefined && !force) {
      throw new OrchestratorError(
        `must pass --force to REMOVE daemon with potentially PRECIOUS DATA for ${precious}`,
      );
    }
    return resultText(await orchestrator.removeDaemons(names));
  },
  "orch daemon add": (cli, { daemon_type, placement }, inbuf) => {
    const usage = "Usage:\n    ceph orch daemon add -i <json_file>\n" +
      `    ceph orch daemon add ${daemon_type ?? "<daemon_type>"} <placement>`;
    const isComplete = inbuf === "" ? placement && daemon_type : !placement && !daemon_type;
    if (!isComplete) throw new OrchestratorValidationError(usage);
    if (inbuf !== "") return addDaemon(cli, "", readServiceSpec(readYaml(inbuf)[0]));
    return addDaemon(cli, "", makeServiceSpec(daemon_type!, { placement: parsePlacement(placement) }));
  },
  "orch daemon add mds": (cli, { fs_name, placement }, inbuf) =>
    addDaemon(
      cli,
      inbuf,
      makeServiceSpec("mds", { service_id: fs_name, placement: parsePlacement(placement) }),
    ),
  "orch daemon add rgw": (cli, { svc_id, placement, port, ssl }, inbuf) =>
    addDaemon(
      cli,
      inbuf,
      makeServiceSpec("rgw", {
        service_id: svc_id,
        placement: parsePlacement(placement),
        spec: { ...port !== undefined && { rgw_frontend_port: port }, ...ssl && { ssl } },
      }),
    ),
  "orch daemon add nfs": (cli, { svc_id, placement }, inbuf) =>
    addDaemon(
      cli,
      inbuf,
      makeServiceSpec("nfs", { service_id: svc_id, placement: parsePlacement(placement) }),
    ),
  "orch daemon add iscsi": (cli, { placement, ...spec }, inbuf) => {
    const { pool, api_user, api_password, trusted_ip_list } = spec;
    const fields = { pool, api_user, api_password, ...trusted_ip_list && { trusted_ip_list } };
    const made = makeServiceSpec("iscsi", {
      service_id: "iscsi",
      placement: parsePlacement(placement),
      spec: fields,
    });
    return addDaemon(cli, inbuf, made);
  },
};

/** Of the commands that take no file. */
export function refuseInput(inbuf: string): void {
  if (inbuf !== "") throw new OrchestratorValidationError("unrecognized command -i; -h or --help for usage");
}

async function addDaemon({ orchestrator }: Cli, inbuf: string, spec: ServiceSpec): Promise<string> {
  refuseInput(inbuf);
  return resultText(await orchestrator.addDaemon(spec));
}

function daemonName(name: string): string {
  if (name.includes(".")) return name;
  throw new OrchestratorError(`${name} is not a valid daemon name`);
}

function serviceTable(services: readonly ServiceDescription[]): string {
  const now = new Date();
  const rows = services.map((service) => {
    const { spec, status } = service;
    return [
      spec.service_name,
      servicePorts(service),
      spec.service_type === "osd" ? String(status.running) : `${status.running}/${status.size}`,
      status.deleted === undefined ? age(now, status.last_refresh, " ago") : "<deleting>",
      age(now, status.created),
      spec.unmanaged ? "<unmanaged>" : placementText(spec.placement),
    ];
  });
  return table(["NAME", "PORTS", ">RUNNING", "REFRESHED", "AGE", "PLACEMENT"], rows);
}

const DAEMON_COLUMNS = [
  ...["NAME", "HOST", "PORTS", "STATUS", ">REFRESHED", ">AGE", ">MEM USE", ">MEM LIM", "VERSION", "IMAGE ID"],
  "CONTAINER ID",
];

/** The last column is there when any daemon has a container. */
function daemonTable(daemons: readonly DaemonDescription[]): string {
  const now = new Date();
  const rows = daemons.toSorted((a, b) => (a.daemon_name < b.daemon_name ? -1 : 1)).map((daemon) =>
    daemonRow(daemon, now)
  );
  const columns = rows.every((row) => row.at(-1) === UNKNOWN) ? DAEMON_COLUMNS.slice(0, -1) : DAEMON_COLUMNS;
  return table(columns, rows.map((row) => row.slice(0, columns.length)));
}

function daemonRow(daemon: DaemonDescription, now: Date): string[] {
  const { status, started, memory_usage, memory_request } = daemon;
  const runs = status === DaemonStatus.running && started !== undefined;
  return [
    daemon.daemon_name,
    daemon.hostname ?? UNKNOWN,
    daemonPorts(daemon),
    daemonStatusText(daemon) + (runs ? ` (${age(now, started)})` : ""),
    age(now, daemon.last_refresh, " ago"),
    age(now, daemon.created),
    memory_usage ? size(memory_usage) : "-",
    memory_request ? size(memory_request) : "-",
    daemon.version ?? UNKNOWN,
    (daemon.container_image_id ?? UNKNOWN).slice(0, IMAGE_ID_CHARS),
    daemon.container_id ?? UNKNOWN,
  ];
}

function byPlace(a: DaemonDescription, b: DaemonDescription): number {
  const key = (
    { daemon_type, hostname, daemon_id }: DaemonDescription,
  ) => [daemon_type, hostname ?? UNKNOWN, daemon_id];
  const [x, y] = [key(a), key(b)];
  const at = x.findIndex((part, i) => part !== y[i]);
  return at < 0 ? 0 : x[at]! < y[at]! ? -1 : 1;
}
