/** `orch host` and `orch device`. */

import { commands } from "@ganglion/sdk";
import {
  type Device,
  type HostSpec,
  type InventoryHost,
  makeHostSpec,
  matchingHosts,
  OrchestratorError,
} from "@ganglion/sdk/orchestrator";
import { ARGS, type Handlers } from "../cli.ts";
import { age, size } from "../figures.ts";
import { formatted } from "../format.ts";
import { resultText } from "../result_text.ts";
import { table } from "../table.ts";

const { text, someText, someTexts, flag, format } = ARGS;

/** What they are. */
export const HOST_COMMANDS = commands({
  "orch host add": {
    desc: "Add a host",
    perm: "rw",
    args: { hostname: text, addr: someText, labels: someTexts, maintenance: flag },
  },
  "orch host rm": { desc: "Remove a host", perm: "rw", args: { hostname: text, force: flag, offline: flag } },
  "orch host drain": {
    desc: "drain all daemons from a host",
    perm: "rw",
    args: { hostname: text, force: flag },
  },
  "orch host set-addr": { desc: "Update a host address", perm: "rw", args: { hostname: text, addr: text } },
  "orch host ls": {
    desc: "List hosts",
    perm: "r",
    args: { format, host_pattern: someText, label: someText, host_status: someText },
  },
  "orch host label add": { desc: "Add a host label", perm: "rw", args: { hostname: text, label: text } },
  "orch host label rm": {
    desc: "Remove a host label",
    perm: "rw",
    args: { hostname: text, label: text, force: flag },
  },
  "orch host ok-to-stop": {
    desc: "Check if the specified host can be safely stopped without reducing availability",
    perm: "rw",
    args: { hostname: text },
  },
  "orch host maintenance enter": {
    desc: "Prepare a host for maintenance by shutting down and disabling all Ceph daemons (cephadm only)",
    perm: "rw",
    args: { hostname: text, force: flag },
  },
  "orch host maintenance exit": {
    desc: "Return a host from maintenance, restarting all Ceph daemons (cephadm only)",
    perm: "rw",
    args: { hostname: text },
  },
  "orch host rescan": {
    desc: "Perform a disk rescan on a host",
    perm: "rw",
    args: { hostname: text, with_summary: flag },
  },
  "orch device ls": {
    desc: "List devices on a host",
    perm: "r",
    args: { hostname: someTexts, format, refresh: flag, wide: flag },
  },
  "orch device zap": {
    desc: "Zap (erase!) a device so it can be re-used",
    perm: "rw",
    args: { hostname: text, path: text, force: flag },
  },
});

/** What they answer. */
export const hostHandlers: Handlers<typeof HOST_COMMANDS> = {
  "orch host add": async ({ orchestrator }, { hostname, addr, labels = [], maintenance }) => {
    const host = makeHostSpec({
      hostname,
      addr: (addr ?? "").replace(/^\[(.*)\]$/, "$1"),
      labels: labels.length === 1 ? labels[0]!.split(",") : labels,
      status: maintenance ? "maintenance" : "",
    });
    return resultText(await orchestrator.apply([host]));
  },
  "orch host rm": async ({ orchestrator }, { hostname, force = false, offline = false }) =>
    resultText(await orchestrator.removeHost(hostname, { force, offline })),
  "orch host drain": async ({ orchestrator }, { hostname, force = false }) =>
    resultText(await orchestrator.drainHost(hostname, { force })),
  "orch host set-addr": async ({ orchestrator }, { hostname, addr }) =>
    resultText(await orchestrator.updateHostAddr(hostname, addr)),
  "orch host ls": async ({ orchestrator }, { format = "plain", host_pattern, label, host_status }) => {
    const all = await orchestrator.getHosts();
    const wanted = matchingHosts({ ...label && { label }, ...host_pattern && { host_pattern } }, all);
    const hosts = all.filter(({ hostname, status }) =>
      wanted.includes(hostname) && (!host_status || status.toLowerCase() === host_status)
    );
    if (format !== "plain") return formatted(format, hosts);
    return [
      hosts.length > 0 && `${hostTable(hosts)}\n`,
      `${hosts.length} hosts in cluster`,
      label && ` who had label ${label}`,
      host_pattern && ` whose hostname matched ${host_pattern}`,
      host_status && ` with status ${host_status}`,
    ].filter(Boolean).join("");
  },
  "orch host label add": async ({ orchestrator }, { hostname, label }) =>
    resultText(await orchestrator.addHostLabel(hostname, label)),
  "orch host label rm": async ({ orchestrator }, { hostname, label, force = false }) =>
    resultText(await orchestrator.removeHostLabel(hostname, label, { force })),
  "orch host ok-to-stop": async ({ orchestrator }, { hostname }) =>
    resultText(await orchestrator.hostOkToStop(hostname)),
  "orch host maintenance enter": async ({ orchestrator }, { hostname, force = false }) =>
    resultText(await orchestrator.enterHostMaintenance(hostname, { force })),
  "orch host maintenance exit": async ({ orchestrator }, { hostname }) =>
    resultText(await orchestrator.exitHostMaintenance(hostname)),
  "orch host rescan": async ({ orchestrator }, { hostname, with_summary }) => {
    const summary = resultText(await orchestrator.rescanHost(hostname));
    return with_summary ? summary : summary.split(".")[0]!;
  },
  "orch device ls": async (
    { orchestrator },
    { hostname, format = "plain", refresh = false, wide = false },
  ) => {
    const hosts = await orchestrator.getInventory(hostname === undefined ? {} : { hosts: hostname }, {
      refresh,
    });
    return format === "plain" ? deviceTable(hosts, wide) : formatted(format, hosts);
  },
  "orch device zap": async ({ orchestrator }, { hostname, path, force }) => {
    if (!force) throw new OrchestratorError("must pass --force to PERMANENTLY ERASE DEVICE DATA");
    return resultText(await orchestrator.zapDevice(hostname, path));
  },
};

function hostTable(hosts: readonly HostSpec[]): string {
  const rows = hosts.toSorted((a, b) => (a.hostname < b.hostname ? -1 : 1)).map((
    { hostname, addr, labels, status },
  ) => [hostname, addr, labels.join(" "), status.slice(0, 1).toUpperCase() + status.slice(1).toLowerCase()]);
  return table(["HOST", "ADDR", "LABELS", "STATUS"], rows);
}

/** Title, whether only `--wide` shows it, and the cell. */
type DeviceColumn = readonly [title: string, wide: boolean, cell: (device: Device, now: Date) => string];

const DEVICE_COLUMNS: readonly DeviceColumn[] = [
  ["PATH", false, ({ path }) => path],
  ["TYPE", false, ({ human_readable_type: type }) => type],
  ["TRANSPORT", true, ({ lsm_data }) => String(lsm_data.transport ?? "")],
  ["RPM", true, ({ lsm_data }) => String(lsm_data.rpm ?? "")],
  ["DEVICE ID", false, ({ device_id }) => device_id ?? "None"],
  [">SIZE", false, ({ sys_api }) => size(Number(sys_api.size ?? 0))],
  ["HEALTH", true, ({ lsm_data }) => String(lsm_data.health ?? "")],
  ["IDENT", true, (device) => light(device, "IDENTstatus")],
  ["FAULT", true, (device) => light(device, "FAILstatus")],
  ["AVAILABLE", false, ({ available }) => available ? "Yes" : ""],
  ["REFRESHED", false, ({ created }, now) => age(now, created, " ago")],
  ["REJECT REASONS", false, ({ rejected_reasons: reasons }) => reasons.join(", ")],
];

function deviceTable(hosts: readonly InventoryHost[], wide: boolean): string {
  const columns = DEVICE_COLUMNS.filter(([, isWide]) => wide || !isWide);
  const now = new Date();
  const rows = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ name, devices }) =>
    devices.map((device) => [name, ...columns.map(([, , cell]) => cell(device, now))])
  );
  return table(["HOST", ...columns.map(([title]) => title)], rows);
}

/** "On", "Off", or "N/A" where the hardware cannot tell. */
function light({ lsm_data: { ledSupport } }: Device, which: string): string {
  const state = typeof ledSupport === "object"
    ? Object.entries(ledSupport ?? {}).find(([key]) => key === which)
    : [];
  return state?.[1] === "On" || state?.[1] === "Off" ? state[1] : "N/A";
}
