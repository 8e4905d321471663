/** All modules of this manager, as the rest of the manager sees them. */

import type { Clock } from "../time/clock.ts";
import type { HealthCheck } from "../types/health.ts";
import type { ModuleInfo } from "../types/module_info.ts";
import type { MonCommand } from "../types/mon_command.ts";
import type { ClusterLink } from "./cluster_link.ts";

/** What the host is started with. */
export interface ModuleHostOptions {
  /** `x` of mgr.x. */
  readonly mgrId: string;
  /** Directory of the modules that come with the manager: they are granted what their manifests ask for. */
  readonly builtinPath: string;
  /** Further directories of modules; of two modules with one name the first counts, built-in ones before all. */
  readonly modulePaths: readonly string[];
  /** mgr_disabled_modules: names that are not looked at. */
  readonly disabledModules: ReadonlySet<string>;
  /** A directory of ours where descriptions are kept from one start to the next; it is made when it is missing. */
  readonly stateDir: string;
  readonly clock: Clock;
  /** mgr_standby_modules. */
  readonly standbyModules: () => boolean;
}

/** A value of a command's argument, as clients send it. */
export type CommandValue = string | number | boolean | readonly string[] | readonly number[];

/** A command for some module. */
export interface HostCommand {
  readonly prefix: string;
  /** All arguments; `prefix`, `target` and others that nobody declared do no harm. */
  readonly args: ReadonlyMap<string, CommandValue>;
  readonly inbuf: Uint8Array;
}

/** What a command comes to. */
export interface HostCommandResult {
  /** 0 or a negative errno. */
  readonly retval: number;
  readonly stdout: string | Uint8Array;
  readonly stderr: string;
}

/** A command as it is announced, and whose it is. */
export interface AnnouncedCommand {
  readonly module: string;
  readonly command: MonCommand;
}

/** What is known of one module. */
export interface ModuleStatus {
  readonly name: string;
  /** Where it is in its life: "found", "cannot run", "starting", "serving" .. */
  readonly state: string;
  readonly enabled: boolean;
  readonly pid?: number;
  readonly deaths: number;
}

/**
 * Finds modules, runs each in a process of its own, and answers for them. In order: `discover()`, then `setEnabled()`
 * with every MgrMap, `begin()` and `end()` with the tenure, `stop()` at last. Nothing here waits for a module but
 * `dispatch()` and `stop()`, and both have limits.
 */
export class ModuleHost {
  readonly #options: ModuleHostOptions;
  readonly #link: ClusterLink;
  #enabled: ReadonlySet<string> = new Set();

  constructor(options: ModuleHostOptions, link: ClusterLink) {
    this.#options = options;
    this.#link = link;
  }

  /** Looks for modules and learns what they declare. Resolves within DISCOVERY_MS, whatever modules do. */
  discover(): Promise<void> {
    return Promise.resolve();
  }

  /** All modules found, enabled or not: for beacons. */
  infos(): ModuleInfo[] {
    return [];
  }

  /** The commands of all modules found, in the order of the modules' names: for beacons. */
  commands(): readonly AnnouncedCommand[] {
    return [];
  }

  /** The modules that the MgrMap enables or lists as always-on: what is not running starts, what is left out stops. */
  setEnabled(names: ReadonlySet<string>): void {
    this.#enabled = names;
  }

  /** A tenure begins: enabled modules are constructed. */
  begin(_serial: number): void {}

  /** The tenure has ended: modules stop, those with a standby class stand by. */
  end(_reason: string): void {}

  /** Carries out a command of a module; undefined when no module has such a command. */
  dispatch(_command: HostCommand): Promise<HostCommandResult | undefined> {
    return Promise.resolve(undefined);
  }

  /** Options have changed: `ClusterLink.config()` answers with new ones. */
  configChanged(): void {}

  /** These full keys of the key-value store have other values now. */
  storeChanged(_keys: readonly string[]): void {}

  /** Tells the modules that asked for this type of notification. `id` goes over as it is: plain data. */
  notify(_type: string, _id: unknown): void {}

  /** What modules report, and what is to be said of modules themselves. */
  healthChecks(): Map<string, HealthCheck> {
    return new Map();
  }

  /** Addresses that modules serve at, by module: for beacons. */
  services(): Map<string, string> {
    return new Map();
  }

  /** Opens log files anew after they were rotated away. */
  reopenLogs(): void {}

  status(): ModuleStatus[] {
    return [...this.#enabled].map((name) => ({ name, state: "missing", enabled: true, deaths: 0 }));
  }

  /** Ends all modules: shutdown() under a deadline, then SIGKILL. */
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
