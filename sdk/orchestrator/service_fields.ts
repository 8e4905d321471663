/** What the specification of each type of service has of its own: types, and the fields with their defaults. */

import type { Json } from "../data/mod.ts";
import type { OsdSpecFields } from "./osd_spec.ts";

/** Fields of `spec`, by type of service. Upstream: the subclasses of ServiceSpec in ceph/deployment/service_spec.py */
export interface ServiceFields {
  /** Monitors. */
  mon: object;
  /** Managers. */
  mgr: object;
  /** Crash reporters. */
  crash: object;
  /** Mirrors of images. */
  "rbd-mirror": object;
  /** Mirrors of file systems. */
  "cephfs-mirror": object;
  /** Exporters of cephadm. */
  "cephadm-exporter": object;
  /** Metadata servers. */
  mds: object;
  /** OSDs. */
  osd: OsdSpecFields;
  /** Object gateways. */
  rgw: {
    readonly rgw_realm?: string;
    readonly rgw_zone?: string;
    readonly rgw_frontend_port?: number;
    readonly rgw_frontend_ssl_certificate?: readonly string[] | string;
    readonly rgw_frontend_type?: string;
    readonly ssl?: boolean;
  };
  /** NFS servers. */
  nfs: { readonly port?: number };
  /** iSCSI gateways. */
  iscsi: {
    readonly pool: string;
    readonly trusted_ip_list?: string;
    readonly api_port?: number;
    readonly api_user?: string;
    readonly api_password?: string;
    readonly api_secure?: boolean;
    readonly ssl_cert?: string;
    readonly ssl_key?: string;
  };
  /** Load balancers. */
  ingress: {
    readonly backend_service: string;
    readonly frontend_port: number;
    readonly monitor_port: number;
    readonly virtual_ip?: string;
    readonly virtual_ips_list?: readonly string[];
    readonly [option: string]: Json | undefined;
  };
  /** Any container. */
  container: { readonly image: string; readonly [option: string]: Json | undefined };
  /** Senders of alerts. */
  alertmanager: {
    readonly port?: number;
    readonly secure?: boolean;
    readonly user_data?: { readonly [key: string]: Json };
  };
  /** Dashboards. */
  grafana: { readonly port?: number; readonly initial_admin_password?: string };
  /** Exporters of hosts. */
  "node-exporter": { readonly port?: number };
  /** Collectors of metrics. */
  prometheus: { readonly port?: number; readonly retention_time?: string; readonly retention_size?: string };
  /** Senders of SNMP traps. */
  "snmp-gateway": {
    readonly snmp_version: "V2c" | "V3";
    readonly snmp_destination: string;
    readonly credentials: Readonly<Record<string, string>>;
    readonly engine_id?: string;
    readonly auth_protocol?: "MD5" | "SHA";
    readonly privacy_protocol?: "DES" | "AES";
    readonly port?: number;
  };
}

/** Types of services. */
export type ServiceType = keyof ServiceFields;

/** What is known of a type when a specification is read. */
export interface ServiceClass {
  /** Its class in Ceph, as `orch apply` prints it. */
  readonly name: string;
  /** Its daemons have the name of a service: `mds.NAME`. */
  readonly needsId: boolean;
  /** Fields of its own, and what holds when they are left out. */
  readonly fields: Readonly<Record<string, Json>>;
  /** Fields that others have and this type has not. */
  readonly lacks: readonly string[];
}

/** Fields that every type has, unless it lacks them. */
export const COMMON_FIELDS: readonly string[] = [
  "service_type",
  "service_id",
  "placement",
  "config",
  "unmanaged",
  "preview_only",
  "networks",
  "extra_container_args",
  "extra_entrypoint_args",
  "custom_configs",
];

const plain: ServiceClass = { name: "ServiceSpec", needsId: false, fields: { count: null }, lacks: [] };
const monitoring = (name: string, fields: Readonly<Record<string, Json>> = {}): ServiceClass => ({
  ...plain,
  name,
  fields: { port: null, ...fields },
});

/** A table of fields that are nothing when they are left out. */
const unset = (...names: readonly string[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(names.map((name) => [name, null]));

/** All types. OSDs have a file of their own. */
export const SERVICE_CLASSES: Readonly<Record<Exclude<ServiceType, "osd">, ServiceClass>> = {
  "mon": plain,
  "mgr": plain,
  "crash": plain,
  "rbd-mirror": plain,
  "cephfs-mirror": plain,
  "cephadm-exporter": plain,
  "mds": { name: "MDSSpec", needsId: true, fields: {}, lacks: [] },
  "rgw": {
    name: "RGWSpec",
    needsId: true,
    fields: unset(
      "rgw_realm",
      "rgw_zone",
      "rgw_frontend_port",
      "rgw_frontend_ssl_certificate",
      "rgw_frontend_type",
      "ssl",
      "subcluster",
    ),
    lacks: [],
  },
  "nfs": { name: "NFSServiceSpec", needsId: true, fields: unset("port"), lacks: [] },
  "iscsi": {
    name: "IscsiServiceSpec",
    needsId: true,
    fields: {
      ...unset("pool", "trusted_ip_list", "api_secure", "ssl_cert", "ssl_key"),
      api_port: 5000,
      api_user: "admin",
      api_password: "admin",
    },
    lacks: [],
  },
  "ingress": {
    name: "IngressSpec",
    needsId: true,
    fields: unset(
      ...["backend_service", "frontend_port", "ssl", "ssl_cert", "ssl_key", "ssl_dh_param", "ssl_ciphers"],
      ...["ssl_options", "monitor_port", "monitor_user", "monitor_password", "enable_stats"],
      ...["keepalived_password", "virtual_ip", "virtual_ips_list", "virtual_interface_networks"],
    ),
    lacks: ["preview_only"],
  },
  "container": {
    name: "CustomContainerSpec",
    needsId: true,
    fields: unset(
      ...["image", "entrypoint", "uid", "gid", "volume_mounts", "args", "envs", "privileged"],
      ...["bind_mounts", "ports", "dirs", "files"],
    ),
    lacks: ["extra_container_args", "custom_configs"],
  },
  "alertmanager": monitoring("AlertManagerSpec", unset("user_data", "secure")),
  "grafana": monitoring("GrafanaSpec", unset("initial_admin_password")),
  "node-exporter": monitoring("MonitoringSpec"),
  "prometheus": {
    ...monitoring("PrometheusSpec", unset("retention_time", "retention_size")),
    lacks: ["custom_configs"],
  },
  "snmp-gateway": {
    name: "SNMPGatewaySpec",
    needsId: false,
    fields: unset(
      ...["snmp_version", "snmp_destination", "credentials", "engine_id"],
      ...["auth_protocol", "privacy_protocol", "port"],
    ),
    lacks: ["service_id", "config", "networks"],
  },
};

/** OSDs. Its class checks the names of its fields itself. */
export const OSD_CLASS: ServiceClass = {
  name: "DriveGroupSpec",
  needsId: false,
  fields: { objectstore: "bluestore", filter_logic: "AND" },
  lacks: ["config", "networks"],
};
