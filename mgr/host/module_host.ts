/** All modules of this manager, as the rest of the manager sees them. */

import { getLogger } from "@logtape/logtape";
import { atMost, type Clock } from "../time/clock.ts";
import { Paced } from "../time/paced.ts";
import type { HealthCheck } from "../types/health.ts";
import type { ModuleInfo } from "../types/module_info.ts";
import type { ProgressEvent } from "../types/progress.ts";
import { runRemote } from "./calls/remote.ts";
import { type AnnouncedCommand, announcedCommands } from "./announced_commands.ts";
import type { ClusterLink } from "./cluster_link.ts";
import type { CommandValue } from "./command_signature.ts";
import { Descriptions, type KnownModule } from "./descriptions.ts";
import { type HostCommand, type HostCommandResult, runCommand, START_WAIT_MS } from "./module_command.ts";
import { ManagedModule } from "./managed_module.ts";
import type { ModuleHome, Target } from "./module_home.ts";
import type { OperatorCall } from "./operator/operator_call.ts";
import { Operator } from "./operator/operator_commands.ts";
import { moduleHealthChecks, type ModuleTrouble } from "./module_health.ts";
import type { OwnPackages } from "./own_packages.ts";
import { watchPackages } from "./packages/package_watch.ts";
import { ProcessFactory } from "./process_factory.ts";
import { reloadAnswer, ReloadQueue, whatChanged } from "./module_reload.ts";
import { findModule, findModules, type FoundModule, type ModulePath } from "./registry.ts";

export type { CommandValue, HostCommand, HostCommandResult };

const log = getLogger(["ganglion", "host"]);

/** Modules that have not said what they are by then are announced without their commands, and again when they have. */
export const DISCOVERY_MS = 3_000;
/** A client may know of a module that was enabled a moment ago: the map is asked for anew, for so long. */
const REFRESH_MS = 1_000;
/** Thousands of reports arrive in a second: what modules hold is not looked through after each of them. */
const DATA_PERIOD_MS = 1;

/** The monitors take some seconds at most for what is announced anew; a reload does not wait for longer. */
const ANNOUNCE_MS = 5_000;

/** What the host is started with. */
export interface ModuleHostOptions {
  /** `x` of mgr.x. */
  readonly mgrId: string;
  /** What modules are told that the manager is: `ceph version 16.2.15 (..) pacific (stable)`, and "pacific". */
  readonly version: string;
  readonly releaseName: string;
  /** Directory of the modules that come with the manager: they are granted what their manifests ask for. */
  readonly builtinPath: string;
  /** Where packages are installed. */
  readonly installedPath: string;
  /** Further directories of modules; of two modules with one name the first counts, built-in ones before all. */
  readonly modulePaths: readonly string[];
  /** mgr_disabled_modules: names that are not looked at. */
  readonly disabledModules: ReadonlySet<string>;
  /** A directory of ours where descriptions are kept from one start to the next; it is made when it is missing. */
  readonly stateDir: string;
  /** Files and directories of the manager that no permission of a module reaches: keys and what it keeps. */
  readonly reservedPaths: readonly string[];
  readonly clock: Clock;
  /** Where modules find the SDK. */
  readonly packages: OwnPackages;
  /** mgr_standby_modules. */
  readonly standbyModules: () => boolean;
  /** All modules are granted what they ask for, as those are that come with the manager; it is told what that is of all others. */
  readonly trusted?: (module: string, permissions: readonly string[]) => void;
}

/** What is known of one module. */
export interface ModuleStatus {
  readonly name: string;
  /** Where it is in its life: "stopped", "starting", "serving", "failed" .. */
  readonly state: string;
  readonly enabled: boolean;
  readonly pid?: number;
  readonly deaths: number;
  /** Calls that it had no permission for. */
  readonly refusals: number;
  /** Notifications that it was too busy for. */
  readonly notificationsLeftOut: number;
}

/**
 * Finds modules, runs each in a process of its own, and answers for them. In order: `discover()`, then `setEnabled()`
 * with every MgrMap, `begin()` and `end()` with the tenure, `stop()` at last. Nothing here waits for a module but
 * `dispatch()` and `stop()`, and both have limits.
 */
export class ModuleHost {
  readonly #options: ModuleHostOptions;
  readonly #link: ClusterLink;
  readonly #processes: ProcessFactory;
  readonly #missing = new Set<string>();
  #modules: ReadonlyMap<string, ManagedModule> = new Map();
  #commands: readonly AnnouncedCommand[] = [];
  #enabled: ReadonlySet<string> = new Set();
  #active = false;
  #isDiscovered = false;
  readonly #asking: Promise<void>[] = [];
  readonly #dataChanges: Paced;
  readonly #operator: Operator;
  #packages: Disposable | undefined;
  readonly #reloads = new ReloadQueue((name) => this.#reload(name));
  #isStopped = false;

  constructor(options: ModuleHostOptions, link: ClusterLink) {
    this.#options = options;
    this.#link = link;
    const modules = {
      all: () => [...this.#modules.values()],
      isEnabled: (name: string) => this.#enabled.has(name),
    };
    this.#operator = new Operator(modules, link, options.clock);
    this.#processes = new ProcessFactory(options.clock, options.packages, options.stateDir);
    this.#dataChanges = new Paced(options.clock, DATA_PERIOD_MS, () => {
      for (const module of this.#modules.values()) module.dataChanged();
    });
  }

  /** Looks for modules and learns what they declare. Resolves within DISCOVERY_MS, whatever modules do. */
  async discover(): Promise<void> {
    const { disabledModules, installedPath, stateDir, clock } = this.#options;
    this.#packages = watchPackages(installedPath, stateDir, clock, (name) => this.reload(name));
    const found = await findModules(this.#paths, disabledModules);
    this.#modules = new Map(found.map((one) => [one.name, new ManagedModule(one, this.#home)]));
    await atMost(clock, DISCOVERY_MS, Promise.all(found.map((one) => this.#describe(one))));
    this.#isDiscovered = true;
    this.#commands = announcedCommands(this.#modules.values());
    this.#direct();
  }

  /** All modules found, enabled or not: for beacons. */
  infos(): ModuleInfo[] {
    return [...this.#modules.values()].map(({ info }) => info);
  }

  /** The commands of all modules found, in the order of the modules' names: for beacons. */
  commands(): readonly AnnouncedCommand[] {
    return this.#commands;
  }

  /** The modules that the MgrMap enables or lists as always-on: what is not running starts, what is left out stops. */
  setEnabled(names: ReadonlySet<string>): void {
    this.#enabled = names;
    this.#direct();
  }

  /** A tenure begins: enabled modules are constructed. */
  begin(_serial: number): void {
    this.#active = true;
    this.#direct();
  }

  /** The tenure has ended: modules stop, those with a standby class stand by. */
  end(_reason: string): void {
    this.#active = false;
    this.#direct();
  }

  /** Carries out a command of a module; undefined when no module has such a command. */
  async dispatch(command: HostCommand): Promise<HostCommandResult | undefined> {
    const module = this.#owner(command.prefix);
    if (module === undefined) return undefined;
    if (!this.#enabled.has(module.name)) await this.#refresh();
    using _use = module.demand?.use();
    return await runCommand(module, command, this.#enabled.has(module.name));
  }

  /**
   * Reads a module anew from disk: its process alone is replaced, by one of the code that is there now. A module that is
   * new is taken in, one that is gone is let go. Answers when it serves, or why it does not; never rejects.
   */
  reload(name: string): Promise<HostCommandResult> {
    return this.#reloads.run(name);
  }

  /** Carries out a command of an operator about modules: `module ls` and others. Never rejects. */
  async operate(call: OperatorCall): Promise<HostCommandResult> {
    return await this.#operator.operate(call);
  }

  /** Options have changed: `ClusterLink.config()` answers with new ones. */
  configChanged(): void {
    for (const module of this.#modules.values()) module.optionsChanged();
  }

  /** These full keys of the key-value store have other values now. */
  storeChanged(keys: readonly string[]): void {
    for (const module of this.#modules.values()) {
      if (module.permissionsChanged() && module.description?.hasCanRun) this.#reconsider(module);
      const front = `mgr/${module.name}/`;
      const own = keys.filter((key) => key.startsWith(front));
      if (own.length === 0) continue;
      module.storeChanged(
        own.map((key) => [key.slice(front.length), this.#link.storeValue(key) ?? null] as const),
      );
    }
    this.#operator.storeChanged();
  }

  /** Cluster data may be others now: modules that hold some of them are told, soon if nothing else is sent to them. */
  dataChanged(): void {
    this.#dataChanges.soon();
  }

  /** Tells the modules that asked for this type of notification. `id` goes over as it is: plain data. */
  notify(type: string, id: unknown): void {
    for (const module of this.#modules.values()) module.notify(type, id);
  }

  /** What modules report, and what is to be said of modules themselves. */
  healthChecks(): Map<string, HealthCheck> {
    const enabled = [...this.#modules.values()].filter(({ name }) => this.#enabled.has(name));
    const troubles = (reasonOf: (module: ManagedModule) => string | undefined): ModuleTrouble[] =>
      enabled.flatMap((module) => {
        const reason = reasonOf(module);
        return reason === undefined ? [] : [[module.name, reason] as const];
      });
    return new Map([
      ...enabled.flatMap(({ reports }) => [...reports.healthChecks]),
      ...moduleHealthChecks({
        dependencies: troubles(({ ability }) => (ability.can ? undefined : ability.reason)),
        failures: troubles(({ failure }) => failure),
        deaths: troubles(({ deaths }) => deaths.trouble),
        permissions: troubles(({ permissions }) => permissions.trouble),
      }),
    ]);
  }

  /** Addresses that modules serve at, by module: for beacons. */
  services(): Map<string, string> {
    const serving = [...this.#modules.values()].filter(({ reports }) => reports.uri !== "");
    return new Map(serving.map(({ name, reports }) => [name, reports.uri]));
  }

  /** What modules are at work on, for `ceph -s`; of two events with one id the later module's counts. */
  progressEvents(): Map<string, ProgressEvent> {
    return new Map([...this.#modules.values()].flatMap(({ reports }) => [...reports.progress]));
  }

  /** Opens log files anew after they were rotated away. */
  reopenLogs(): void {
    for (const module of this.#modules.values()) module.reopenLog();
  }

  status(): ModuleStatus[] {
    return [...this.#modules.values()].map((
      { name, state, process, deaths, permissions, notificationsLeftOut },
    ) => ({
      name,
      state,
      enabled: this.#enabled.has(name),
      ...(process === undefined ? {} : { pid: process.pid }),
      deaths: deaths.count,
      refusals: permissions.refusals,
      notificationsLeftOut,
    }));
  }

  /** Ends all modules: shutdown() under a deadline, then SIGKILL. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#packages?.[Symbol.dispose]();
    this.#dataChanges.cancel();
    await Promise.all([...this.#modules.values()].map((module) => module.close()));
    this.#processes[Symbol.dispose]();
    await Promise.all([...this.#asking, ...this.#reloads.pending]);
  }

  get #paths(): ModulePath[] {
    const { builtinPath, installedPath, modulePaths } = this.#options;
    return [
      { path: builtinPath, kind: "builtin" },
      { path: installedPath, kind: "installed" },
      ...modulePaths.map((path): ModulePath => ({ path, kind: "directory" })),
    ];
  }

  get #home(): ModuleHome {
    const { mgrId, version, releaseName, clock, trusted } = this.#options;
    return {
      reserved: [...this.#paths.map(({ path }) => path), ...this.#options.reservedPaths],
      ...{ mgrId, version, releaseName, clock },
      ...(trusted && { trusted }),
      link: this.#link,
      processes: this.#processes,
      demandChanged: () => this.#direct(),
      remote: (module, method, args) => this.#remote(module, method, args),
      commandAnswered: (tag) => this.notify("command", tag),
      isOperators: (module, option) => this.#modules.get(module)?.sandbox.isOperators(option) ?? false,
    };
  }

  /** The version of before answers until the new one has said what it is. */
  async #reload(name: string): Promise<HostCommandResult> {
    const found = await findModule(name, this.#paths, this.#options.disabledModules);
    const old = this.#modules.get(name);
    const fresh = found && new ManagedModule(found, this.#home);
    await fresh?.describe(undefined);
    if (this.#isStopped) return reloadAnswer(name, undefined, "the manager ends");
    if (fresh) await new Descriptions(this.#options.stateDir).write(found, fresh.known);
    if (old) fresh ? fresh.succeed(old) : void old.close();
    this.#replace(name, fresh);
    // Nobody has told it what was granted while it was asked what it is.
    fresh?.permissionsChanged();
    const change = whatChanged(old, fresh);
    if (change !== undefined) this.#link.changed(change);
    this.#link.changed("health");
    // Who asked for it goes on with commands that the monitors have to know.
    if (change === "infos") await atMost(this.#options.clock, ANNOUNCE_MS, this.#link.announced());
    await fresh?.settled(START_WAIT_MS);
    return reloadAnswer(name, fresh);
  }

  #replace(name: string, fresh: ManagedModule | undefined): void {
    const others = [...this.#modules].filter(([other]) => other !== name);
    const all = fresh ? [...others, [name, fresh] as const] : others;
    this.#modules = new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#missing.delete(name);
    this.#commands = announcedCommands(this.#modules.values());
    this.#direct();
  }

  /** With other permissions a module may be able to run that could not before, or not any more. */
  #reconsider(module: ManagedModule): void {
    const asked = module.askAbility().then(() => {
      if (this.#isStopped) return;
      this.#direct();
      this.#link.changed("services");
      this.#link.changed("health");
    });
    this.#asking.push(asked);
  }

  /** Resolves when there is no use in waiting: what went wrong with the same files before will go wrong again. */
  async #describe(found: FoundModule): Promise<void> {
    const descriptions = new Descriptions(this.#options.stateDir);
    const known = await descriptions.read(found);
    const asked = this.#ask(found, known, descriptions);
    this.#asking.push(asked);
    if (known?.problem === undefined) await asked;
  }

  async #ask(found: FoundModule, known: KnownModule | undefined, descriptions: Descriptions): Promise<void> {
    const module = this.#modules.get(found.name)!;
    await module.describe(known);
    const { ability, known: { description, problem } } = module;
    if (!ability.can) log.warn(`module ${found.name} cannot run: ${ability.reason}`);
    if (description === known?.description && problem === known?.problem) return;
    await descriptions.write(found, module.known);
    if (!this.#isDiscovered || this.#isStopped) return;
    this.#commands = announcedCommands(this.#modules.values());
    this.#direct();
    this.#link.changed("infos");
  }

  #owner(prefix: string): ManagedModule | undefined {
    return [...this.#modules.values()].find(({ description }) =>
      Object.hasOwn(description?.commands ?? {}, prefix)
    );
  }

  /** Tells each module what it is wanted for. */
  #direct(): void {
    for (const module of this.#modules.values()) {
      module.demand?.follow(this.#active && this.#canServe(module));
      module.want(this.#targetOf(module));
    }
    if (this.#modules.size === 0) return;
    for (const name of this.#enabled) {
      if (this.#modules.has(name) || this.#missing.has(name)) continue;
      this.#missing.add(name);
      log.info(`module ${name} is enabled, but this manager does not have it`);
    }
  }

  #canServe({ name, ability, description }: ManagedModule): boolean {
    return this.#enabled.has(name) && ability.can && description !== undefined;
  }

  #targetOf(module: ManagedModule): Target {
    const { demand, description, failure } = module;
    if (!this.#canServe(module)) return "off";
    // A module that has failed stays so until somebody mends it.
    if (demand !== undefined) return !this.#active ? "off" : demand.isNeeded || failure ? "active" : "idle";
    if (this.#active) return "active";
    return description!.hasStandby && this.#options.standbyModules() ? "standby" : "warm";
  }

  /** One module calls another, or itself. */
  async #remote(name: string, method: string, args: Uint8Array): Promise<Uint8Array> {
    const module = this.#modules.get(name);
    using _use = module?.demand?.use();
    return await runRemote(module, this.#enabled.has(name), [name, method, args]);
  }

  #refresh(): Promise<void> {
    return atMost(this.#options.clock, REFRESH_MS, this.#link.refreshMgrMap());
  }
}
