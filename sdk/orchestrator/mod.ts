/**
 * Orchestrators: backends that run daemons on hosts, and what modules ask them with.
 *
 * @module
 */

export type { Json, JsonObject } from "../data/mod.ts";
export { OrchestratorClient, type RemoteCaller, type SelectBackend } from "./client.ts";
export {
  type DaemonDescription,
  daemonPorts,
  daemonServiceName,
  DaemonStatus,
  daemonStatusText,
  daemonTypesOf,
  readDaemon,
  serviceOfDaemon,
} from "./daemon.ts";
export {
  NoOrchestrator,
  NotImplementedError,
  OrchestratorError,
  OrchestratorValidationError,
  type OrchResult,
  orchResult,
  SpecValidationError,
  unwrapResult,
} from "./errors.ts";
export { eventText, type OrchestratorEvent, parseEvent } from "./event.ts";
export { checkHostname, type HostSpec, makeHostSpec, readHostSpec } from "./host_spec.ts";
export {
  type Device,
  type DeviceLightLoc,
  type InventoryFilter,
  type InventoryHost,
  readDevice,
  readInventoryHost,
} from "./inventory.ts";
export type {
  ApplyMethods,
  Availability,
  BackendMethods,
  DaemonFilter,
  Forced,
  GenericMethods,
  GenericSpec,
  HostMethods,
  OrchestratorMethod,
  OrchestratorMethods,
  OsdMethods,
  OsdRemoval,
  ServiceFilter,
  ServiceMethods,
  StateMethods,
  UpgradeMethods,
} from "./methods.ts";
export { type FeatureSet, Orchestrator } from "./orchestrator.ts";
export type { DeviceSelection, OsdSpecFields } from "./osd_spec.ts";
export {
  type HostPlacementSpec,
  hostPlacementText,
  makePlacement,
  matchingHosts,
  parseHostPlacement,
  parsePlacement,
  type PlacementSpec,
  placementText,
  readPlacement,
} from "./placement.ts";
export {
  readService,
  type ServiceDescription,
  serviceJson,
  servicePorts,
  type ServiceStatus,
} from "./service.ts";
export type { ServiceFields, ServiceType } from "./service_fields.ts";
export {
  type CustomConfig,
  isServiceType,
  makeServiceSpec,
  oneLine,
  readGenericSpec,
  readServiceSpec,
  serviceName,
  type ServiceSpec,
} from "./service_spec.ts";
export type { UpgradeStatus, UpgradeTarget } from "./upgrade.ts";
