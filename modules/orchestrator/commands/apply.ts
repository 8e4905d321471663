/** `orch apply`: specifications from a file, or from the command line. */

import { commands } from "@ganglion/sdk";
import {
  type GenericSpec,
  makeServiceSpec,
  OrchestratorError,
  OrchestratorValidationError,
  parsePlacement,
  type PlacementSpec,
  readGenericSpec,
  readServiceSpec,
  type ServiceSpec,
  SpecValidationError,
} from "@ganglion/sdk/orchestrator";
import { ARGS, type Cli, type Handlers } from "../cli.ts";
import { type Format, formatted } from "../format.ts";
import { previewText } from "../preview.ts";
import { resultText } from "../result_text.ts";
import { SERVICE_TYPES } from "../service_types.ts";
import { readYaml } from "../spec_input.ts";
import { refuseInput } from "./services.ts";

const { text, someText, someTexts, someNumber, flag, format } = ARGS;
const USAGE = `Usage:
  ceph orch apply -i <yaml spec> [--dry-run]
  ceph orch apply <service_type> [--placement=<placement_string>] [--unmanaged]
        `;

/** What they are. */
export const APPLY_COMMANDS = commands({
  "orch apply": {
    desc: "Update the size or placement for a service or apply a large yaml spec",
    perm: "rw",
    args: {
      service_type: { type: "CephChoices", strings: SERVICE_TYPES, req: false },
      placement: someText,
      dry_run: flag,
      format,
      unmanaged: flag,
      no_overwrite: flag,
    },
  },
  "orch apply mds": {
    desc: "Update the number of MDS instances for the given fs_name",
    perm: "rw",
    args: { fs_name: text, placement: someText, dry_run: flag, unmanaged: flag, format, no_overwrite: flag },
  },
  "orch apply rgw": {
    desc: "Update the number of RGW instances for the given zone",
    perm: "rw",
    args: {
      svc_id: text,
      placement: someText,
      realm: someText,
      zone: someText,
      networks: someTexts,
      port: someNumber,
      ssl: flag,
      dry_run: flag,
      format,
      unmanaged: flag,
      no_overwrite: flag,
    },
  },
  "orch apply nfs": {
    desc: "Scale an NFS service",
    perm: "rw",
    args: {
      svc_id: text,
      placement: someText,
      format,
      port: someNumber,
      dry_run: flag,
      unmanaged: flag,
      no_overwrite: flag,
    },
  },
  "orch apply iscsi": {
    desc: "Scale an iSCSI service",
    perm: "rw",
    args: {
      pool: text,
      api_user: text,
      api_password: text,
      trusted_ip_list: someText,
      placement: someText,
      unmanaged: flag,
      dry_run: flag,
      format,
      no_overwrite: flag,
    },
  },
  "orch apply snmp-gateway": {
    desc: "Add a Prometheus to SNMP gateway service (cephadm only)",
    perm: "rw",
    args: {
      snmp_version: { type: "CephChoices", strings: ["V2c", "V3"] },
      destination: text,
      port: someNumber,
      engine_id: someText,
      auth_protocol: { type: "CephChoices", strings: ["MD5", "SHA"], req: false },
      privacy_protocol: { type: "CephChoices", strings: ["DES", "AES"], req: false },
      placement: someText,
      unmanaged: flag,
      dry_run: flag,
      format,
      no_overwrite: flag,
    },
  },
  "orch apply osd": {
    desc: "Create OSD daemon(s) on all available devices",
    perm: "rw",
    args: { all_available_devices: flag, format, unmanaged: flag, dry_run: flag, no_overwrite: flag },
  },
});

/** How specifications are applied. */
interface How {
  readonly dry_run?: boolean;
  readonly format?: Format;
  readonly unmanaged?: boolean;
  readonly no_overwrite?: boolean;
}

/** What they answer. */
export const applyHandlers: Handlers<typeof APPLY_COMMANDS> = {
  "orch apply": async (cli, { service_type, placement, ...how }, inbuf) => {
    if (inbuf !== "") {
      if (service_type || placement || how.unmanaged) throw new OrchestratorValidationError(USAGE);
      const specs = readYaml(inbuf).map(readGenericSpec);
      for (const spec of specs) await checkOptions(cli, spec);
      return await applySpecs(cli, specs.map((spec) => previewed(spec, how)), how);
    }
    if (service_type === undefined) throw new OrchestratorValidationError(USAGE);
    return await applySpecs(cli, [makeServiceSpec(service_type, common(placement, how))], how);
  },
  "orch apply mds": (cli, { fs_name, placement, ...how }, inbuf) => {
    refuseInput(inbuf);
    return applySpecs(cli, [makeServiceSpec("mds", { service_id: fs_name, ...common(placement, how) })], how);
  },
  "orch apply rgw": (cli, { svc_id, placement, realm, zone, networks, port, ssl, ...how }, inbuf) => {
    refuseInput(inbuf);
    const fields = {
      ...realm && { rgw_realm: realm },
      ...zone && { rgw_zone: zone },
      ...port !== undefined && { rgw_frontend_port: port },
      ...ssl && { ssl },
    };
    const spec = makeServiceSpec("rgw", {
      service_id: svc_id,
      ...networks && { networks },
      ...common(placement, how, fields),
    });
    return applySpecs(cli, [spec], how);
  },
  "orch apply nfs": (cli, { svc_id, placement, port, ...how }, inbuf) => {
    refuseInput(inbuf);
    const fields = port === undefined ? {} : { port };
    return applySpecs(cli, [
      makeServiceSpec("nfs", { service_id: svc_id, ...common(placement, how, fields) }),
    ], how);
  },
  "orch apply iscsi": (cli, { pool, api_user, api_password, trusted_ip_list, placement, ...how }, inbuf) => {
    refuseInput(inbuf);
    const fields = { pool, api_user, api_password, ...trusted_ip_list && { trusted_ip_list } };
    return applySpecs(cli, [
      makeServiceSpec("iscsi", { service_id: pool, ...common(placement, how, fields) }),
    ], how);
  },
  "orch apply snmp-gateway": (cli, cmd, inbuf) => {
    const { snmp_version, destination, port, engine_id, auth_protocol, privacy_protocol, placement, ...how } =
      cmd;
    if (inbuf === "") {
      throw new OrchestratorValidationError(
        "missing credential configuration file. Retry with -i <filename>",
      );
    }
    const spec = {
      service_type: "snmp-gateway",
      ...common(placement, how),
      spec: {
        snmp_version,
        snmp_destination: destination,
        credentials: readYaml(inbuf)[0] ?? null,
        ...port !== undefined && { port },
        ...engine_id && { engine_id },
        ...auth_protocol && { auth_protocol },
        ...privacy_protocol && { privacy_protocol },
        ...how.dry_run && { preview_only: true },
      },
    };
    return applySpecs(cli, [readServiceSpec(spec)], how);
  },
  "orch apply osd": (cli, { all_available_devices, ...how }, inbuf) => {
    if (inbuf !== "") return applyOsdFile(cli, inbuf, all_available_devices === true, how);
    if (!all_available_devices) throw new OrchestratorError("--all-available-devices is required");
    const spec = makeServiceSpec("osd", {
      service_id: "all-available-devices",
      ...common("*", how, { data_devices: { all: true } }),
    });
    return applySpecs(cli, [spec], how);
  },
};

function applyOsdFile(cli: Cli, inbuf: string, all: boolean, how: How): Promise<string> {
  if (all) throw new OrchestratorError("-i infile and --all-available-devices are mutually exclusive");
  if (how.unmanaged !== undefined) {
    throw new OrchestratorError("-i infile and --unmanaged are mutually exclusive");
  }
  const specs = readYaml(inbuf).map((json) => previewed(readServiceSpec(json), how));
  return applySpecs(cli, specs, how);
}

async function applySpecs({ orchestrator }: Cli, specs: readonly GenericSpec[], how: How): Promise<string> {
  const { dry_run = false, format = "plain", no_overwrite: noOverwrite = false } = how;
  const applied = resultText(await orchestrator.apply(specs, { noOverwrite }));
  if (!dry_run) return applied;
  const plan = await orchestrator.plan(specs);
  return format === "plain" ? previewText(plan) : formatted(format, plan);
}

/** What a command line says of any service. */
function common<F extends object>(
  placement: string | undefined,
  { unmanaged = false, dry_run = false }: How,
  fields?: F,
): { placement: PlacementSpec; unmanaged?: boolean; spec: F & { preview_only?: boolean } } {
  return {
    placement: parsePlacement(placement),
    ...unmanaged && { unmanaged },
    spec: { ...fields, ...dry_run && { preview_only: true } } as F & { preview_only?: boolean },
  };
}

/** Nothing is done of a specification that is only looked at. */
function previewed(spec: GenericSpec, { dry_run }: How): GenericSpec {
  if (!dry_run || !("service_type" in spec)) return spec;
  return { ...spec, spec: { ...spec.spec, preview_only: true } };
}

async function checkOptions(cli: Cli, spec: GenericSpec): Promise<void> {
  const { config = {} } = ("service_type" in spec ? (spec as ServiceSpec).spec : undefined) ?? {};
  for (const option of Object.keys(config)) {
    if (!await cli.isOption(option)) throw new SpecValidationError(`Invalid config option ${option} in spec`);
  }
}
