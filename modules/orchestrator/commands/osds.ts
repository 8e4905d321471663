/** `orch daemon add osd` and `orch osd rm`. */

import { commands } from "@ganglion/sdk";
import { type Json, OrchestratorError, type OsdRemoval, readServiceSpec } from "@ganglion/sdk/orchestrator";
import { ARGS, type Handlers } from "../cli.ts";
import { formatted } from "../format.ts";
import { resultText } from "../result_text.ts";
import { table } from "../table.ts";

const { someText, flag, format } = ARGS;
const osd_id = { type: "CephString", n: "N" } as const;

const USAGE = `
Usage:
  ceph orch daemon add osd host:device1,device2,...
  ceph orch daemon add osd host:data_devices=device1,device2,db_devices=device3,osds_per_device=2,...
`;
const SELECTIONS = ["data_devices", "db_devices", "wal_devices", "journal_devices"];

/** What they are. */
export const OSD_COMMANDS = commands({
  "orch daemon add osd": {
    desc:
      "Create OSD daemon(s) on specified host and device(s) (e.g., ceph orch daemon add osd myhost:/dev/sdb)",
    perm: "rw",
    args: { svc_arg: someText, method: { type: "CephChoices", strings: ["raw", "lvm"], req: false } },
  },
  "orch osd rm": {
    desc: "Remove OSD daemons",
    perm: "rw",
    args: { osd_id, replace: flag, force: flag, zap: flag, no_destroy: flag },
  },
  "orch osd rm stop": { desc: "Cancel ongoing OSD removal operation", perm: "rw", args: { osd_id } },
  "orch osd rm status": { desc: "Status of OSD removal operation", perm: "rw", args: { format } },
});

/** What they answer. */
export const osdHandlers: Handlers<typeof OSD_COMMANDS> = {
  "orch daemon add osd": async ({ orchestrator }, { svc_arg, method }) => {
    if (!svc_arg) throw new OrchestratorError(USAGE);
    const { host, fields } = readDevices(svc_arg);
    const spec = readServiceSpec({
      service_type: "osd",
      placement: { host_pattern: host },
      spec: { ...fields, ...method && { method } },
    });
    return resultText(await orchestrator.createOsds(spec));
  },
  "orch osd rm": async (
    { orchestrator },
    { osd_id, replace = false, force = false, zap = false, no_destroy = false },
  ) => resultText(await orchestrator.removeOsds(osd_id, { replace, force, zap, noDestroy: no_destroy })),
  "orch osd rm stop": async ({ orchestrator }, { osd_id }) =>
    resultText(await orchestrator.stopRemoveOsds(osd_id)),
  "orch osd rm status": async ({ orchestrator }, { format = "plain" }) => {
    const removals = await orchestrator.removeOsdsStatus();
    if (removals.length === 0) return "No OSD remove/replace operations reported";
    return format === "plain" ? removalTable(removals) : formatted(format, removals);
  },
};

/** `host:a,b` or `host:data_devices=a,b,db_devices=c`. Throws OrchestratorError. */
function readDevices(
  text: string,
): { readonly host: string; readonly fields: Readonly<Record<string, Json>> } {
  const parts = text.split(":");
  if (parts.length !== 2) {
    const why = parts.length < 2
      ? "not enough values to unpack (expected 2, got 1)"
      : "too many values to unpack (expected 2)";
    throw new OrchestratorError(`Invalid host:device spec: '${text}': ${why}${USAGE}`);
  }
  const paths = new Map<string, string[]>();
  const plain = new Map<string, string>();
  let name = "data_devices";
  for (const word of parts[1]!.split(",")) {
    const at = word.indexOf("=");
    const value = word.slice(at + 1);
    if (at >= 0) name = word.slice(0, at);
    if (SELECTIONS.includes(name)) paths.set(name, [...paths.get(name) ?? [], value]);
    else plain.set(name, value);
  }
  const selections = [...paths].map(([selection, found]) => [selection, { paths: found }]);
  return { host: parts[0]!, fields: Object.fromEntries([...selections, ...plain]) };
}

function removalTable(removals: readonly OsdRemoval[]): string {
  const yes = (value: boolean): string => value ? "True" : "False";
  const rows = removals.toSorted((a, b) => a.osd_id - b.osd_id).map((osd) => [
    String(osd.osd_id),
    osd.hostname,
    osd.state,
    String(osd.pgs),
    yes(osd.replace),
    yes(osd.force),
    yes(osd.zap),
    osd.drain_started_at ?? "",
  ]);
  return table(["OSD", "HOST", "STATE", ">PGS", "REPLACE", "FORCE", "ZAP", "DRAIN STARTED AT"], rows);
}
