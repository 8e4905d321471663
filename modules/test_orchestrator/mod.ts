/** A backend of the orchestrator for tests: it pretends to have hosts, devices, services and daemons. */

import { type CommandOf, commands, type HandleCommandResult, type Options } from "@ganglion/sdk";
import {
  type Availability,
  type DaemonDescription,
  type DaemonFilter,
  daemonServiceName,
  type DeviceLightLoc,
  type HostSpec,
  type InventoryFilter,
  type InventoryHost,
  makeHostSpec,
  matchingHosts,
  oneLine,
  Orchestrator,
  OrchestratorError,
  OrchestratorValidationError,
  readDaemon,
  type ServiceDescription,
  type ServiceFilter,
  type ServiceSpec,
  type ServiceType,
} from "@ganglion/sdk/orchestrator";
import { type ClusterState, readState, stateText } from "./cluster_state.ts";
import { REFUSALS } from "./refusals.ts";

const COMMANDS = commands({
  "test_orchestrator load_data": { desc: "load dummy data into test orchestrator", perm: "w" },
});

/** The key under which everything is stored. */
const STATE = "state";
/** Types of daemons that it can list. */
const DAEMON_TYPES: readonly string[] = ["mds", "osd", "mon", "rgw", "mgr", "iscsi", "crash", "nfs"];
/** What there is before anything is loaded. */
const LOCALHOST = makeHostSpec({ hostname: "localhost" });
const DONE = "done";

/** Starts nothing, and remembers what it was told to start. */
export default class TestOrchestrator extends Orchestrator<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;
  #changes: Promise<unknown> = Promise.resolve();

  override async handleCommand(
    inbuf: string,
    _cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    try {
      const state = readState(inbuf);
      await this.#change(() => state);
      return [0, "", ""];
    } catch (e) {
      if (e instanceof OrchestratorError) return [e.errno, "", e.message];
      throw e;
    }
  }

  override available(): Promise<Availability> {
    return Promise.resolve({ available: true, why: "", details: {} });
  }

  override getHosts(): Promise<readonly HostSpec[]> {
    const { hosts } = this.#state;
    return Promise.resolve(hosts.length > 0 ? hosts : [LOCALHOST]);
  }

  override async addHost(host: HostSpec): Promise<string> {
    REFUSALS.get(host.hostname)?.();
    await this.#change((state) => ({
      ...state,
      hosts: [...state.hosts.filter(({ hostname }) => hostname !== host.hostname), host],
    }));
    return "";
  }

  override async removeHost(name: string): Promise<string> {
    await this.#change((state) => ({
      ...state,
      hosts: state.hosts.filter(({ hostname }) => hostname !== name),
      inventory: state.inventory.filter((host) => host.name !== name),
    }));
    return DONE;
  }

  override getInventory({ hosts }: InventoryFilter = {}): Promise<readonly InventoryHost[]> {
    const { inventory } = this.#state;
    return Promise.resolve(
      hosts === undefined ? inventory : inventory.filter(({ name }) => hosts.includes(name)),
    );
  }

  override async describeService({ serviceType, serviceName }: ServiceFilter = {}): Promise<
    readonly ServiceDescription[]
  > {
    const { services } = this.#state;
    const all = services.length > 0 ? services : servicesOf(await this.#clusterDaemons());
    return all.filter(({ spec }) =>
      (serviceType ?? spec.service_type) === spec.service_type &&
      (serviceName ?? spec.service_name) === spec.service_name
    );
  }

  override async listDaemons(filter: DaemonFilter = {}): Promise<readonly DaemonDescription[]> {
    const { serviceName, daemonType, daemonId, host } = filter;
    if (daemonType && !DAEMON_TYPES.includes(daemonType)) {
      throw new OrchestratorValidationError(`${daemonType} unsupported`);
    }
    const { daemons } = this.#state;
    const all = daemons.length > 0 ? daemons : await this.#clusterDaemons();
    return all.filter((daemon) =>
      (!serviceName || daemonServiceName(daemon) === serviceName) &&
      (daemonType ?? daemon.daemon_type) === daemon.daemon_type &&
      (daemonId ?? daemon.daemon_id) === daemon.daemon_id &&
      (host ?? daemon.hostname) === daemon.hostname
    );
  }

  override applyMon(spec: ServiceSpec): Promise<string> {
    return this.#applyCounted(spec);
  }

  override applyMgr(spec: ServiceSpec): Promise<string> {
    return this.#applyCounted(spec);
  }

  override applyNfs(spec: ServiceSpec): Promise<string> {
    return this.#apply(spec);
  }

  override applyIscsi(spec: ServiceSpec): Promise<string> {
    return this.#apply(spec);
  }

  override async applyDrivegroups(specs: readonly ServiceSpec[]): Promise<readonly string[]> {
    for (const spec of specs) {
      await this.createOsds(spec);
      await this.#apply(spec);
    }
    return specs.map(() => "");
  }

  override async createOsds({ placement = {} }: ServiceSpec): Promise<string> {
    if (matchingHosts(placement, await this.getHosts()).length > 0) return "";
    throw new OrchestratorValidationError("failed to match");
  }

  override addDaemon(spec: ServiceSpec): Promise<readonly string[]> {
    return Promise.resolve([oneLine(spec)]);
  }

  override async removeDaemons(names: readonly string[]): Promise<string> {
    await this.#change((state) => ({
      ...state,
      daemons: state.daemons.filter(({ daemon_name }) => !names.includes(daemon_name)),
    }));
    return DONE;
  }

  override async removeService(name: string): Promise<string> {
    await this.#change((state) => ({
      ...state,
      services: state.services.filter(({ spec }) => spec.service_name !== name),
    }));
    return DONE;
  }

  override serviceAction(): Promise<string> {
    return Promise.resolve(DONE);
  }

  override daemonAction(): Promise<string> {
    return Promise.resolve(DONE);
  }

  override blinkDeviceLight(
    _light: string,
    _on: boolean,
    _locations: readonly DeviceLightLoc[],
  ): Promise<string> {
    return Promise.resolve("");
  }

  /** As Ceph's: hosts of these services are counted by the user too. */
  #applyCounted(spec: ServiceSpec): Promise<string> {
    const { hosts = [], count } = spec.placement ?? {};
    if (hosts.length > 0 && hosts.length !== count) {
      throw new OrchestratorValidationError(
        `The placement of ${spec.service_name} has ${hosts.length} hosts: it needs count: ${hosts.length}`,
      );
    }
    return this.#apply(spec);
  }

  async #apply(spec: ServiceSpec): Promise<string> {
    const { placement = {}, service_name } = spec;
    const size = placement.count ??
      matchingHosts(placement, await this.getHosts()).length * (placement.count_per_host ?? 1);
    const applied: ServiceDescription = { spec, status: { size, running: 0 } };
    await this.#change((state) => ({
      ...state,
      services: [...state.services.filter((service) => service.spec.service_name !== service_name), applied],
    }));
    return oneLine(spec);
  }

  /** Daemons of the cluster itself, until others are loaded. */
  async #clusterDaemons(): Promise<readonly DaemonDescription[]> {
    const servers = await this.listServers();
    return servers.flatMap(({ hostname, services }) =>
      services.map(({ type, id }) => readDaemon({ daemon_type: type, daemon_id: id, hostname }))
    );
  }

  get #state(): ClusterState {
    return readState(this.getStore(STATE) ?? "{}");
  }

  /** One change after the other: each begins with what the former has left. */
  async #change(change: (state: ClusterState) => ClusterState): Promise<void> {
    const done = this.#changes.then(() => this.setStore(STATE, stateText(change(this.#state))));
    this.#changes = done.catch(() => {});
    await done;
  }
}

/** One service for each type of daemons. */
function servicesOf(daemons: readonly DaemonDescription[]): ServiceDescription[] {
  const types = [...new Set(daemons.map(({ daemon_type }) => daemon_type))];
  return types.map((type) => {
    const size = daemons.filter(({ daemon_type }) => daemon_type === type).length;
    return { spec: plainSpec(type as ServiceType), status: { size, running: size } };
  });
}

/** Not checked: a service of metadata servers would need a name. */
function plainSpec(type: ServiceType): ServiceSpec {
  return { service_type: type, service_name: type };
}
