/** The class that backends extend. */

import type { Json } from "../data/mod.ts";
import type { Commands, Options } from "../declarations.ts";
import { MgrModule } from "../module.ts";
import { NotImplementedError, type OrchResult, orchResult, SpecValidationError } from "./errors.ts";
import {
  type ApplyMethods,
  type BackendMethods,
  type GenericMethods,
  type GenericSpec,
  ORCHESTRATOR_METHODS,
  type OrchestratorMethod,
} from "./methods.ts";
import type { ServiceSpec } from "./service_spec.ts";
import type { ServiceType } from "./service_fields.ts";

/** By method, whether the backend has it. Asking and being refused is as good. */
export type FeatureSet = Readonly<Record<string, { readonly available: boolean }>>;

type ApplyOne = Exclude<keyof ApplyMethods, "applyDrivegroups">;

/** Who applies what. */
const APPLY: { readonly [T in Exclude<ServiceType, "osd">]?: ApplyOne } = {
  "mon": "applyMon",
  "mgr": "applyMgr",
  "mds": "applyMds",
  "rgw": "applyRgw",
  "ingress": "applyIngress",
  "rbd-mirror": "applyRbdMirror",
  "nfs": "applyNfs",
  "iscsi": "applyIscsi",
  "prometheus": "applyPrometheus",
  "node-exporter": "applyNodeExporter",
  "crash": "applyCrash",
  "grafana": "applyGrafana",
  "alertmanager": "applyAlertmanager",
  "snmp-gateway": "applySnmpGateway",
  "cephadm-exporter": "applyCephadmExporter",
};

/** Every method is there; what a subclass does not have rejects with NotImplementedError. */
export interface Orchestrator<O extends Options = Options, C extends Commands = Commands>
  extends BackendMethods {}

/**
 * A backend of the orchestrator: a module that starts daemons on hosts. Extend it, implement what it can do, and choose it
 * with `ceph orch set backend NAME`. What a method rejects with reaches the caller: OrchestratorError for what the user
 * can mend.
 *
 * @example
 * ```ts
 * import { makeHostSpec, Orchestrator } from "@ganglion/sdk/orchestrator";
 *
 * export default class Rack extends Orchestrator {
 *   override available() {
 *     return Promise.resolve({ available: true, why: "", details: {} });
 *   }
 *   override getHosts() {
 *     return Promise.resolve([makeHostSpec({ hostname: "a" })]);
 *   }
 * }
 * ```
 */
export abstract class Orchestrator<O extends Options = Options, C extends Commands = Commands>
  extends MgrModule<O, C>
  implements GenericMethods {
  /** What clients call. */
  static override readonly EXPORTS: readonly string[] = [
    "isOrchestratorModule",
    "getFeatureSet",
    "orchestrate",
  ];

  static {
    for (const name of Object.keys(ORCHESTRATOR_METHODS)) {
      if (name in this.prototype) continue;
      const value = function (this: Orchestrator): Promise<never> {
        return Promise.reject(new NotImplementedError(`${this.getModuleName()} does not implement ${name}`));
      };
      Object.defineProperty(this.prototype, name, { value, writable: true, configurable: true });
    }
  }

  /** Tells backends from other modules. */
  isOrchestratorModule(): boolean {
    return true;
  }

  /** What this backend can do. */
  getFeatureSet(): FeatureSet {
    const told = Object.entries(ORCHESTRATOR_METHODS).filter(([, isTold]) => isTold);
    return Object.fromEntries(
      told.map(([name]) => [name, { available: this.#implements(name as OrchestratorMethod) }]),
    );
  }

  /** Answers a client: errors keep their class. */
  orchestrate(method: string, args: readonly unknown[]): Promise<OrchResult> {
    return orchResult(() => {
      if (!Object.hasOwn(ORCHESTRATOR_METHODS, method)) {
        throw new NotImplementedError(`${this.getModuleName()} does not implement ${method}`);
      }
      return (this[method as OrchestratorMethod] as (...args: readonly unknown[]) => unknown)(...args);
    });
  }

  /** Applies specifications in their order, until one is refused. */
  async apply(specs: readonly GenericSpec[]): Promise<readonly Json[]> {
    const results: Json[] = [];
    for (const spec of specs) results.push(await this.#applyOne(spec));
    return results;
  }

  #implements(name: OrchestratorMethod): boolean {
    return name === "apply" || this[name] !== Orchestrator.prototype[name];
  }

  #applyOne(spec: GenericSpec): Promise<Json> {
    if (!("service_type" in spec)) return this.addHost(spec);
    if (spec.service_type === "osd") return this.applyDrivegroups([spec]);
    const method = APPLY[spec.service_type];
    if (method !== undefined) return this[method](spec as ServiceSpec);
    throw new SpecValidationError(`Services of type '${spec.service_type}' cannot be applied`);
  }
}
