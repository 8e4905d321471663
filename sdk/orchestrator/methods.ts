/** What an orchestrator can be asked: the methods of every backend and of every client, by group. */

import type { Json, JsonObject } from "../data/mod.ts";
import type { DaemonDescription } from "./daemon.ts";
import type { HostSpec } from "./host_spec.ts";
import type { DeviceLightLoc, InventoryFilter, InventoryHost } from "./inventory.ts";
import type { ServiceDescription } from "./service.ts";
import type { ServiceSpec } from "./service_spec.ts";
import type { UpgradeStatus, UpgradeTarget } from "./upgrade.ts";

/** Anything that `orch apply` takes: a host, or a service. */
export type GenericSpec = ServiceSpec | HostSpec;

/** Whether a backend can work, and if not why; `details` is for `orch status`. */
export interface Availability {
  /** Whether it can be asked. That it has a method is not said by it. */
  readonly available: boolean;
  /** Why not; else "". */
  readonly why: string;
  /** `paused`, `workers`, and whatever else it shows. */
  readonly details: JsonObject;
}

/** An OSD that is being removed. */
export interface OsdRemoval {
  /** Its id. */
  readonly osd_id: number;
  /** Its host. */
  readonly hostname: string;
  /** "draining", "done, waiting for purge" */
  readonly state: string;
  /** Placement groups that are left on it. */
  readonly pgs: number;
  /** Its id is kept for another. */
  readonly replace: boolean;
  /** It is removed whatever is on it. */
  readonly force: boolean;
  /** Its devices are erased. */
  readonly zap: boolean;
  /** When it began; null before. */
  readonly drain_started_at: string | null;
}

/** Which services. */
export interface ServiceFilter {
  /** Type of service. */
  readonly serviceType?: string;
  /** One service. */
  readonly serviceName?: string;
  /** Look again, do not answer with what is known. */
  readonly refresh?: boolean;
}

/** Which daemons. */
export interface DaemonFilter {
  /** Of one service. */
  readonly serviceName?: string;
  /** Of a type. */
  readonly daemonType?: string;
  /** With that id. */
  readonly daemonId?: string;
  /** On that host. */
  readonly host?: string;
  /** Look again, do not answer with what is known. */
  readonly refresh?: boolean;
}

/** Whether something is done although it may do harm. */
export interface Forced {
  /** False when it is left out. */
  readonly force?: boolean;
}

/** The orchestrator itself. */
export interface StateMethods {
  /** Whether it can be asked; comes at once. */
  available(): Promise<Availability>;
  /** Ends what goes on. */
  cancelCompletions(): Promise<void>;
  /** Stops work in the background for a while. */
  pause(): Promise<void>;
  /** Goes on with it. */
  resume(): Promise<void>;
}

/** Hosts. Texts that come back are for the user. */
export interface HostMethods {
  /** Adds a host. */
  addHost(host: HostSpec): Promise<string>;
  /** Removes a host. */
  removeHost(hostname: string, options?: Forced & { readonly offline?: boolean }): Promise<string>;
  /** Moves all daemons away. */
  drainHost(hostname: string, options?: Forced): Promise<string>;
  /** Another address. */
  updateHostAddr(hostname: string, addr: string): Promise<string>;
  /** All hosts. */
  getHosts(): Promise<readonly HostSpec[]>;
  /** What hosts are made of; of one or of all. */
  getFacts(hostname?: string): Promise<readonly JsonObject[]>;
  /** Adds a label. */
  addHostLabel(hostname: string, label: string): Promise<string>;
  /** Takes a label away. */
  removeHostLabel(hostname: string, label: string, options?: Forced): Promise<string>;
  /** Whether nothing becomes unavailable when it stops. */
  hostOkToStop(hostname: string): Promise<string>;
  /** Stops its daemons for a while. */
  enterHostMaintenance(hostname: string, options?: Forced): Promise<string>;
  /** Starts them again. */
  exitHostMaintenance(hostname: string): Promise<string>;
  /** Looks for new disks. */
  rescanHost(hostname: string): Promise<string>;
  /** Devices of hosts. */
  getInventory(
    filter?: InventoryFilter,
    options?: { readonly refresh?: boolean },
  ): Promise<readonly InventoryHost[]>;
}

/** Services and their daemons. */
export interface ServiceMethods {
  /** Services. */
  describeService(filter?: ServiceFilter): Promise<readonly ServiceDescription[]>;
  /** Daemons. */
  listDaemons(filter?: DaemonFilter): Promise<readonly DaemonDescription[]>;
  /** What `apply` would do. */
  plan(specs: readonly GenericSpec[]): Promise<readonly JsonObject[]>;
  /** Starts a daemon of a service that is not managed. */
  addDaemon(spec: ServiceSpec): Promise<readonly string[]>;
  /** Removes daemons by name. */
  removeDaemons(names: readonly string[]): Promise<string | readonly string[]>;
  /** Removes a service and its daemons. */
  removeService(name: string, options?: Forced): Promise<string>;
  /** "start", "stop", "restart", "redeploy" or "reconfig" all daemons of a service. */
  serviceAction(action: string, serviceName: string): Promise<string | readonly string[]>;
  /** The same to one daemon; with another image for "redeploy". */
  daemonAction(action: string, daemonName: string, options?: { readonly image?: string }): Promise<string>;
  /** Whether services are left alone. */
  setUnmanagedFlag(unmanaged: boolean, filter?: ServiceFilter): Promise<string>;
}

/** What every backend has. */
export interface GenericMethods {
  /** Applies specifications one after another, each by the method of its type; one answer for each. */
  apply(
    specs: readonly GenericSpec[],
    options?: { readonly noOverwrite?: boolean },
  ): Promise<readonly Json[]>;
}

/** What a backend implements of the rest: as much as it can. */
export interface BackendMethods
  extends StateMethods, HostMethods, ServiceMethods, ApplyMethods, OsdMethods, UpgradeMethods {}

/** What `apply` calls, by type of service. */
export interface ApplyMethods {
  /** Monitors. */
  applyMon(spec: ServiceSpec): Promise<string>;
  /** Managers. */
  applyMgr(spec: ServiceSpec): Promise<string>;
  /** Metadata servers. */
  applyMds(spec: ServiceSpec): Promise<string>;
  /** Object gateways. */
  applyRgw(spec: ServiceSpec): Promise<string>;
  /** Load balancers. */
  applyIngress(spec: ServiceSpec): Promise<string>;
  /** Mirrors of images. */
  applyRbdMirror(spec: ServiceSpec): Promise<string>;
  /** NFS servers. */
  applyNfs(spec: ServiceSpec): Promise<string>;
  /** iSCSI gateways. */
  applyIscsi(spec: ServiceSpec): Promise<string>;
  /** Collectors of metrics. */
  applyPrometheus(spec: ServiceSpec): Promise<string>;
  /** Exporters of hosts. */
  applyNodeExporter(spec: ServiceSpec): Promise<string>;
  /** Crash reporters. */
  applyCrash(spec: ServiceSpec): Promise<string>;
  /** Dashboards. */
  applyGrafana(spec: ServiceSpec): Promise<string>;
  /** Senders of alerts. */
  applyAlertmanager(spec: ServiceSpec): Promise<string>;
  /** Senders of SNMP traps. */
  applySnmpGateway(spec: ServiceSpec): Promise<string>;
  /** Exporters of cephadm. */
  applyCephadmExporter(spec: ServiceSpec): Promise<string>;
  /** OSDs, of several specifications. */
  applyDrivegroups(specs: readonly ServiceSpec[]): Promise<readonly string[]>;
}

/** OSDs and their devices. */
export interface OsdMethods {
  /** Makes OSDs of one specification. */
  createOsds(spec: ServiceSpec): Promise<string>;
  /** What specifications would do. */
  previewOsdspecs(name?: string, specs?: readonly ServiceSpec[]): Promise<Json>;
  /** Begins to remove OSDs. */
  removeOsds(
    ids: readonly string[],
    options?: Forced & { readonly replace?: boolean; readonly zap?: boolean; readonly noDestroy?: boolean },
  ): Promise<string>;
  /** Removes them no longer. */
  stopRemoveOsds(ids: readonly string[]): Promise<string>;
  /** Those that are being removed. */
  removeOsdsStatus(): Promise<readonly OsdRemoval[]>;
  /** Switches lights on or off. */
  blinkDeviceLight(
    light: "ident" | "fault",
    on: boolean,
    locations: readonly DeviceLightLoc[],
  ): Promise<string | readonly string[]>;
  /** Erases a device. */
  zapDevice(host: string, path: string): Promise<string>;
}

/** Upgrades. */
export interface UpgradeMethods {
  /** What an upgrade would change. */
  upgradeCheck(target: UpgradeTarget): Promise<string>;
  /** Versions that there are, or their tags. */
  upgradeLs(image?: string, tags?: boolean): Promise<JsonObject>;
  /** Begins. */
  upgradeStart(target: UpgradeTarget): Promise<string>;
  /** Waits. */
  upgradePause(): Promise<string>;
  /** Goes on. */
  upgradeResume(): Promise<string>;
  /** Ends; daemons stay as they are. */
  upgradeStop(): Promise<string>;
  /** How far it is. */
  upgradeStatus(): Promise<UpgradeStatus>;
  /** Versions to upgrade to. */
  upgradeAvailable(): Promise<readonly string[]>;
}

/** All of it. Upstream: class Orchestrator in orchestrator/_interface.py */
export interface OrchestratorMethods extends GenericMethods, BackendMethods {}

/** Name of a method. */
export type OrchestratorMethod = keyof OrchestratorMethods;

/** Each method, and whether `getFeatureSet()` tells of it. */
export const ORCHESTRATOR_METHODS: Readonly<Record<OrchestratorMethod, boolean>> = {
  available: false,
  cancelCompletions: true,
  pause: true,
  resume: true,
  addHost: true,
  removeHost: true,
  drainHost: true,
  updateHostAddr: true,
  getHosts: true,
  getFacts: true,
  addHostLabel: true,
  removeHostLabel: true,
  hostOkToStop: true,
  enterHostMaintenance: true,
  exitHostMaintenance: true,
  rescanHost: true,
  getInventory: true,
  describeService: true,
  listDaemons: true,
  apply: true,
  plan: true,
  addDaemon: true,
  removeDaemons: true,
  removeService: true,
  serviceAction: true,
  daemonAction: true,
  setUnmanagedFlag: true,
  applyMon: true,
  applyMgr: true,
  applyMds: true,
  applyRgw: true,
  applyIngress: true,
  applyRbdMirror: true,
  applyNfs: true,
  applyIscsi: true,
  applyPrometheus: true,
  applyNodeExporter: true,
  applyCrash: true,
  applyGrafana: true,
  applyAlertmanager: true,
  applySnmpGateway: true,
  applyCephadmExporter: true,
  applyDrivegroups: true,
  createOsds: true,
  previewOsdspecs: true,
  removeOsds: true,
  stopRemoveOsds: true,
  removeOsdsStatus: true,
  blinkDeviceLight: true,
  zapDevice: true,
  upgradeCheck: true,
  upgradeLs: true,
  upgradeStart: true,
  upgradePause: true,
  upgradeResume: true,
  upgradeStop: true,
  upgradeStatus: true,
  upgradeAvailable: false,
};
