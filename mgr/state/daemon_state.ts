/** What is known of each daemon: metadata, options, status, counters; and who runs where. */

import { decodeAll, DecodeError } from "../encoding/mod.ts";
import { ConfigDefaults, DaemonConfig } from "../types/daemon_config.ts";
import type { DaemonHealthMetric } from "../types/daemon_health_metric.ts";
import { formatEntityName } from "../types/entity_name.ts";
import type { EntityName } from "../types/entity_name.ts";
import { type UTime, ZERO_TIME } from "../types/utime.ts";
import { type DaemonDevice, devicesOf } from "./devices.ts";
import type { DaemonCounters } from "./perf_counters.ts";
import { SharedBlobs } from "./shared_blobs.ts";

/** Encoded defaults of one daemon: 66 kB in 16.2; a foreign service daemon must not fill our memory. */
export const MAX_DEFAULTS_BYTES = 1024 * 1024;
/** Service daemons of the whole cluster: gateways of all kinds; each is sent to the monitors with its metadata. */
export const MAX_SERVICE_DAEMONS = 10_000;

/** Upstream: DaemonKey in mgr/DaemonKey.h */
export interface DaemonKey {
  /** "osd", "mds", "mon", "mgr" or the name of a service. */
  readonly type: string;
  /** Id without the type. */
  readonly name: string;
}

/** `osd.0` */
export function formatDaemonKey(key: DaemonKey): string {
  return `${key.type}.${key.name}`;
}

const NOTHING = new Uint8Array(0);
const NO_CONFIG: DaemonConfig = { values: new Map(), ignoredMonConfig: new Map() };

/** One daemon. Upstream: DaemonState in mgr/DaemonState.h */
export class DaemonState {
  readonly key: DaemonKey;
  readonly #defaults: SharedBlobs;
  readonly #changed: () => void;
  #defaultsBl: Uint8Array = NOTHING;
  /** Encoded: one object in place of a hundred. */
  #configBl: Uint8Array = NOTHING;
  #hostname = "";
  /** JSON of pairs: one object in place of hundreds, and few ask for it. */
  #metadata = "[]";
  #devices: readonly DaemonDevice[] = [];
  /** It registered itself with service_daemon_register. */
  serviceDaemon = false;
  /** Who opened the session that speaks for a service daemon. */
  owner: EntityName | undefined;
  serviceStatus: ReadonlyMap<string, string> = new Map();
  serviceStatusStamp: UTime = ZERO_TIME;
  /** Monotonic milliseconds of the last sign of life of a service daemon; undefined = not yet since we started. */
  lastServiceBeacon: number | undefined;
  /** Wall clock of the same sign of life. */
  lastServiceBeaconStamp: UTime = ZERO_TIME;
  healthMetrics: readonly DaemonHealthMetric[] = [];
  /** Counters of the present session. */
  counters: DaemonCounters | undefined;

  /** `changed` is called when metadata or options are other ones. */
  constructor(key: DaemonKey, defaults: SharedBlobs, changed: () => void) {
    this.key = key;
    this.#defaults = defaults;
    this.#changed = changed;
  }

  get hostname(): string {
    return this.#hostname;
  }

  /** Without `hostname`, `name` and `id`; made anew at each call. */
  get metadata(): ReadonlyMap<string, string> {
    return new Map(JSON.parse(this.#metadata));
  }

  get devices(): readonly DaemonDevice[] {
    return this.#devices;
  }

  /** Replaces the metadata; `hostname` is taken out of it when it is there. */
  setMetadata(metadata: ReadonlyMap<string, string>): void {
    const rest = new Map(metadata);
    this.#hostname = rest.get("hostname") ?? this.#hostname;
    rest.delete("hostname");
    this.#metadata = JSON.stringify([...rest]);
    this.#devices = devicesOf(rest);
    this.#changed();
  }

  /** Options that differ from their defaults, decoded anew at each call. */
  get config(): DaemonConfig {
    return this.#configBl.length === 0 ? NO_CONFIG : decodeAll(this.#configBl, DaemonConfig.decode);
  }

  /** Takes a config_bl, kept encoded; an empty one says nothing new. Throws DecodeError. */
  setConfig(configBl: Uint8Array): void {
    if (configBl.length === 0) return;
    decodeAll(configBl, DaemonConfig.decode);
    this.#configBl = configBl.slice();
    this.#changed();
  }

  /** Takes a config_defaults_bl, kept encoded and shared between daemons. Throws DecodeError. */
  setDefaults(bytes: Uint8Array): void {
    if (bytes.length > MAX_DEFAULTS_BYTES) {
      throw new DecodeError(`${bytes.length} bytes of defaults`, 0, ["config_defaults_bl"]);
    }
    const check = (b: Uint8Array): void => void decodeAll(b, ConfigDefaults.decode);
    const taken = bytes.length === 0 ? NOTHING : this.#defaults.take(bytes, check);
    this.#defaults.release(this.#defaultsBl);
    this.#defaultsBl = taken;
  }

  /** Compiled defaults, decoded anew at each call: some 1,800. */
  defaults(): ConfigDefaults {
    return this.#defaultsBl.length === 0 ? new Map() : decodeAll(this.#defaultsBl, ConfigDefaults.decode);
  }

  /** Whether this entity may speak for the daemon: a service daemon belongs to who registered it. */
  isOwnedBy(entity: EntityName): boolean {
    return this.owner === undefined || formatEntityName(this.owner) === formatEntityName(entity);
  }

  /** Gives back what is shared with other daemons. */
  free(): void {
    this.counters?.free();
    this.#defaults.release(this.#defaultsBl);
    this.#defaultsBl = NOTHING;
  }
}

/** All daemons by type, name and server. Upstream: DaemonStateIndex in mgr/DaemonState.h */
export class DaemonIndex {
  readonly #byType = new Map<string, Map<string, DaemonState>>();
  /** Those of a type in order, until somebody comes or goes: thousands are asked for every two seconds. */
  readonly #sorted = new Map<string, readonly DaemonState[]>();
  readonly #defaults = new SharedBlobs();
  readonly #onChange: () => void;
  #changes = 0;
  #size = 0;
  #services = 0;

  /** `onChange` is called when `changes` has risen. */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#size;
  }

  /** Rises when somebody comes, goes, or has other metadata or options. */
  get changes(): number {
    return this.#changes;
  }

  readonly #changed = (): void => {
    this.#changes++;
    this.#onChange();
  };

  /** Distinct blobs of defaults. */
  get sharedBlobs(): number {
    return this.#defaults.size;
  }

  get(key: DaemonKey): DaemonState | undefined {
    return this.#byType.get(key.type)?.get(key.name);
  }

  /** The entry, made when it is not there yet. */
  add(key: DaemonKey): DaemonState {
    const names = this.#byType.get(key.type) ?? new Map<string, DaemonState>();
    this.#byType.set(key.type, names);
    let state = names.get(key.name);
    if (state === undefined) {
      names.set(key.name, state = new DaemonState(key, this.#defaults, this.#changed));
      this.#sorted.delete(key.type);
      this.#size++;
      this.#changed();
    }
    return state;
  }

  /** The entry of a service daemon; undefined when there are too many of them. */
  addService(key: DaemonKey): DaemonState | undefined {
    if (this.get(key) === undefined && this.#services >= MAX_SERVICE_DAEMONS) return undefined;
    const state = this.add(key);
    if (!state.serviceDaemon) this.#services++;
    state.serviceDaemon = true;
    return state;
  }

  /** Forgets a daemon and all that it reported. */
  remove(key: DaemonKey): boolean {
    const names = this.#byType.get(key.type);
    const state = names?.get(key.name);
    if (names === undefined || state === undefined) return false;
    state.free();
    names.delete(key.name);
    this.#sorted.delete(key.type);
    if (names.size === 0) this.#byType.delete(key.type);
    this.#size--;
    this.#changed();
    if (state.serviceDaemon) this.#services--;
    return true;
  }

  /** Everybody, in the order of type and name as text. */
  all(): DaemonState[] {
    return [...this.#byType.keys()].sort().flatMap((type) => this.ofType(type));
  }

  /** All of a type, in the order of their names as text. */
  ofType(type: string): readonly DaemonState[] {
    const names = this.#byType.get(type);
    if (names === undefined) return [];
    const known = this.#sorted.get(type);
    if (known !== undefined) return known;
    const sorted = [...names.keys()].sort().map((name) => names.get(name)!);
    this.#sorted.set(type, sorted);
    return sorted;
  }

  serviceDaemons(): DaemonState[] {
    return this.#services === 0 ? [] : this.all().filter((state) => state.serviceDaemon);
  }

  /** Who runs on a host. */
  onServer(hostname: string): DaemonState[] {
    return this.all().filter((state) => state.hostname === hostname);
  }

  /** Removes daemons of a type that the newest map does not name; answers with the removed. */
  cull(type: string, names: ReadonlySet<string>): DaemonKey[] {
    const gone = this.ofType(type).filter(({ key }) => !names.has(key.name)).map(({ key }) => key);
    for (const key of gone) this.remove(key);
    return gone;
  }

  /** Removes service daemons that the ServiceMap does not list. */
  cullServices(listed: (key: DaemonKey) => boolean): DaemonKey[] {
    const gone = this.serviceDaemons().filter(({ key }) => !listed(key)).map(({ key }) => key);
    for (const key of gone) this.remove(key);
    return gone;
  }

  /**
   * Takes what a monitor answers to `osd metadata`, `mds metadata`, `mon metadata`: one object. Undefined, and
   * nothing kept, when it has no `hostname` or names nobody. `fallback` is the key that was asked for.
   */
  load(
    type: string,
    answer: Readonly<Record<string, unknown>>,
    fallback?: DaemonKey,
  ): DaemonState | undefined {
    const { name, id, hostname, ...rest } = answer;
    const own = type === "osd" ? id ?? fallback?.name : name ?? id ?? fallback?.name;
    if (typeof hostname !== "string" || own === undefined) return undefined;
    const state = this.add({ type, name: String(own) });
    const metadata = Object.entries(rest).map(([k, v]) => [k, String(v)] as const);
    state.setMetadata(new Map([["hostname", hostname], ...metadata]));
    return state;
  }
}
