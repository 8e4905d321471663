/** The manager: builds the layers and joins them; standby and active. It knows them all, so it holds no logic of its own. */

import { getLogger } from "@logtape/logtape";
import { fileURLToPath } from "node:url";
import { Active } from "./active.ts";
import { connectionModes } from "./auth_policy.ts";
import { AuthNoneClient } from "./auth/auth_none.ts";
import { CephxClient, MGR_SERVICES } from "./auth/cephx_client.ts";
import type { CryptoKey } from "./auth/crypto_key.ts";
import type { Config } from "./config/config.ts";
import type { MonitorSeed } from "./config/mon_host.ts";
import { CEPH_RELEASE, CEPH_RELEASE_NUMBER, CEPH_VERSION } from "./config/release.ts";
import { MANAGER_COMMANDS } from "./daemons/builtin_commands.ts";
import type { HostChange } from "./host/cluster_link.ts";
import { ModuleHost, type ModuleHostOptions } from "./host/module_host.ts";
import type { OwnPackages } from "./host/own_packages.ts";
import { moduleState, packageStore } from "./host/packages/package_store.ts";
import { MLogAck } from "./messages/log.ts";
import type { RawMessage } from "./messages/message.ts";
import { ModuleLink } from "./module_link.ts";
import { ClusterLog } from "./mon/cluster_log.ts";
import { huntOptionsOf, pingOptionsOf } from "./mon/hunt.ts";
import { MonClient, type MonClientEvents } from "./mon/mon_client.ts";
import { RequestLostError } from "./mon/requests.ts";
import { NULL_MAP_EPOCH, Tenure } from "./mon/tenure.ts";
import { type FeedEvents, MonFeed } from "./mon_feed.ts";
import { Messenger } from "./msgr/messenger.ts";
import { freshNonce, Presence } from "./presence.ts";
import { ClusterState } from "./state/cluster_state.ts";
import { OsdMapStore } from "./state/osd_map_store.ts";
import { tellSelf, TenureClients } from "./tenure_clients.ts";
import type { Clock } from "./time/clock.ts";
import { isBlocklisted } from "./types/blocklist.ts";
import { type EntityName, EntityType } from "./types/entity_name.ts";
import { dumpLogEntry } from "./types/log_entry.ts";
import { type MgrMap, wantedModules } from "./types/mgr_map.ts";
import type { OsdMap } from "./types/osd_map.ts";
import { osdMapCodec } from "./types/osd_map_apply.ts";

const log = getLogger(["ganglion", "mgr"]);

/** The modules that come with the manager. */
const BUILTIN_MODULES = fileURLToPath(import.meta.resolve("../modules"));
/** What may have changed when the monitors send a digest; of PGs it is only a tick. Upstream: Mgr::handle_mgr_digest */
const DIGEST_NOTIFICATIONS = ["mon_status", "health", "pg_summary"];
/** A quorum in trouble does not hold up the end of the process for longer. */
const FAIL_TIMEOUT_MS = 3000;

const words = (list: string): string[] => list.split(/[,;\s]+/).filter((word) => word !== "");

/** What the daemon was started with. */
export interface MgrOptions {
  readonly config: Config;
  /** Undefined on clusters without authentication. */
  readonly key: CryptoKey | undefined;
  readonly monitors: readonly MonitorSeed[];
  readonly clock: Clock;
  /** Where the log goes; undefined when it is stderr alone. */
  logFile(): string | undefined;
  /** Where modules find the SDK. */
  readonly packages: OwnPackages;
  /** ModuleHostOptions.trusted */
  readonly trusted?: Required<ModuleHostOptions>["trusted"];
}

/** One manager process, from its start to its end; active or standing by as the monitors say. */
export class Mgr {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #entity: EntityName;
  readonly #key: CryptoKey | undefined;
  readonly #auth: CephxClient | AuthNoneClient;
  readonly #tenure: Tenure;
  readonly #mon: MonClient;
  readonly #state = new ClusterState();
  readonly #osdMaps = new OsdMapStore(osdMapCodec, (map) => this.#onOsdMap(map));
  readonly #feed: MonFeed<OsdMap>;
  readonly #presence: Presence;
  readonly #clusterLog: ClusterLog;
  readonly #link: ModuleLink;
  readonly #host: ModuleHost;
  #active: Active;
  /** While a tenure lasts. */
  #clients: TenureClients | undefined;
  /** Rejects when the manager cannot go on. */
  readonly #fatal = Promise.withResolvers<void>();

  constructor({ config, key, monitors, clock, logFile, ...modules }: MgrOptions) {
    this.#config = config;
    this.#clock = clock;
    this.#key = key;
    this.#entity = { type: EntityType.mgr, id: config.identity.id };
    this.#auth = key === undefined ? new AuthNoneClient(this.#entity) : this.#cephx(key);
    this.#tenure = new Tenure(clock, {
      begin: (serial) => this.#begin(serial),
      end: (reason) => this.#end(reason),
      confirmed: () => this.#mon.releaseWrites(),
    }, () => this.#mon.lastHeard);
    this.#mon = this.#monClient(monitors);
    this.#feed = new MonFeed(this.#mon, this.#state, this.#osdMaps, this.#feedEvents());
    this.#presence = this.#makePresence();
    this.#clusterLog = this.#makeClusterLog();
    this.#link = this.#moduleLink(logFile);
    this.#host = this.#moduleHost(modules);
    this.#active = this.#newActive();
    config.onChange((names) => {
      if (names.some((name) => name.startsWith("mgr_stats_"))) this.#active.server.reconfigure();
      this.#host.dataChanged();
    });
  }

  /** Looks for the monitors; the rest follows from what they say. Rejects when the manager cannot go on. */
  start(): Promise<void> {
    this.#host.discover().then(() => this.#presence.described());
    this.#feed.subscribe();
    this.#mon.start();
    return this.#fatal.promise;
  }

  /** Ends in order: modules first, under their deadline. When somebody stands by, he is told to take over. */
  async stop(reason: string): Promise<void> {
    this.#presence.silence();
    await this.#host.stop();
    if (this.#tenure.active && (this.#state.mgrMap?.standbys.size ?? 0) > 0) {
      const fail = { prefix: "mgr fail", who: String(this.#mon.globalId) };
      const options = { timeoutMs: FAIL_TIMEOUT_MS, write: true };
      // That the role is lost may come before the answer.
      await this.#mon.command(fail, options).catch((e) =>
        e instanceof RequestLostError || log.warn(e.message)
      );
    }
    this.#presence.close(reason);
    this.#clusterLog.stop();
    this.#mon.close(reason);
  }

  /** Log files were rotated away. */
  reopenLogs(): void {
    this.#host.reopenLogs();
  }

  #cephx(key: CryptoKey): CephxClient {
    const now = (): number => this.#clock.now();
    return new CephxClient({ entity: this.#entity, key, services: MGR_SERVICES, now });
  }

  #monClient(monitors: readonly MonitorSeed[]): MonClient {
    const config = this.#config;
    const events: MonClientEvents = {
      sessionUp: (gid, connection) => this.#sessionUp(gid, connection.peer!.seenAs.ip),
      sessionDown: () => this.#tenure.sessionDown(),
      monMap: (map) => {
        this.#state.monMap = map;
        this.#active.roster.monMap(map);
        this.#host.notify("mon_map", map.epoch);
        this.#host.dataChanged();
      },
      message: (raw) => this.#onMessage(raw),
      trouble: (text) => log.error(text),
      hopeless: (reason) => this.#fatal.reject(reason),
    };
    return new MonClient({
      clock: this.#clock,
      messenger: new Messenger(EntityType.mgr, freshNonce(), this.#clock),
      auth: this.#auth,
      monitors,
      modes: () => connectionModes(config, EntityType.mon),
      hunt: huntOptionsOf(config),
      ping: pingOptionsOf(config),
      hostname: config.identity.host,
      fsid: config.source("fsid") === "default" ? "" : config.text("fsid"),
    }, events);
  }

  #feedEvents(): FeedEvents {
    return {
      mgrMap: (map) => this.#onMgrMap(map),
      config: (values) => this.#onConfig(values),
      kv: (prefix, keys) => prefix === "mgr/" && this.#host.storeChanged(keys),
      fsMap: (map) => {
        this.#active.roster.fsMap(map);
        this.#clients?.fsMapChanged();
        this.#host.notify("fs_map", map.epoch);
      },
      serviceMap: (map) => {
        this.#active.roster.serviceMap(map);
        this.#host.notify("service_map", map.epoch);
      },
      digest: () => DIGEST_NOTIFICATIONS.forEach((type) => this.#host.notify(type, "")),
      clusterLog: (entry) => this.#host.notify("clog", dumpLogEntry(entry)),
      taken: () => this.#host.dataChanged(),
    };
  }

  #makePresence(): Presence {
    return new Presence({
      config: this.#config,
      clock: this.#clock,
      auth: this.#auth,
      mon: this.#mon,
      handler: {
        open: (connection, peer) => this.#active.server.open(connection, peer),
        message: (connection, raw) => this.#active.server.message(connection, raw),
        closed: (connection) => this.#active.server.closed(connection),
      },
      clients: () => this.#clients?.addresses ?? { addrs: [], names: [] },
      announcement: () => ({
        commandDescs: [...this.#host.commands().map(({ command }) => command), ...MANAGER_COMMANDS],
        services: this.#host.services(),
        modules: this.#host.infos(),
      }),
      healthChanged: () => this.#active.healthChanged(),
    });
  }

  #makeClusterLog(): ClusterLog {
    const identity = () => ({
      name: this.#entity,
      gid: this.#mon.globalId,
      addrs: this.#presence.clientAddr ? [this.#presence.clientAddr] : [],
      fsid: this.#mon.monMap?.fsid ?? "",
    });
    return new ClusterLog(this.#clock, identity, (raw) => this.#mon.send(raw));
  }

  #moduleLink(logFile: () => string | undefined): ModuleLink {
    return new ModuleLink({
      config: this.#config,
      state: this.#state,
      active: () => this.#active,
      serverAddrs: () => this.#presence.serverAddrs,
      osdMaps: this.#osdMaps,
      tenure: this.#tenure,
      mon: this.#mon,
      clusterLog: this.#clusterLog,
      queries: () => this.#active,
      clients: () => this.#clients,
      logFile,
      changed: (what) => this.#onHostChange(what),
      announced: () => this.#presence.announced(),
    });
  }

  #onHostChange(what: HostChange): void {
    if (what === "health") this.#active.healthChanged();
    else if (what === "services") this.#presence.changed();
    else this.#presence.announceAnew();
  }

  #moduleHost(modules: Pick<MgrOptions, "packages" | "trusted">): ModuleHost {
    const config = this.#config;
    return new ModuleHost({
      mgrId: this.#entity.id,
      version: CEPH_VERSION,
      releaseName: CEPH_RELEASE,
      builtinPath: BUILTIN_MODULES,
      installedPath: packageStore(config.text("mgr_data")),
      modulePaths: words(config.text("mgr_module_path")),
      disabledModules: new Set(words(config.text("mgr_disabled_modules"))),
      stateDir: moduleState(config.text("mgr_data")),
      reservedPaths: [config.text("mgr_data"), ...words(config.text("keyring"))],
      clock: this.#clock,
      ...modules,
      standbyModules: () => config.get("mgr_standby_modules"),
    }, this.#link);
  }

  #newClients(): TenureClients {
    const config = this.#config;
    return new TenureClients({
      clock: this.#clock,
      entity: this.#entity,
      key: this.#key,
      hostname: config.identity.host,
      modes: (peerType) => connectionModes(config, peerType),
      opTimeoutMs: () => Number(config.any("rados_osd_op_timeout")) * 1000,
      addressed: () => this.#presence.changed(),
      mon: this.#mon,
      state: this.#state,
      tenure: this.#tenure,
      tellSelf: (command) => tellSelf(this.#active, command),
    });
  }

  #newActive(): Active {
    return new Active({
      clock: this.#clock,
      config: this.#config,
      state: this.#state,
      modules: this.#host,
      clusterLog: this.#clusterLog,
      gid: () => this.#mon.globalId,
      send: (raw) => this.#mon.send(raw),
      ask: (cmd, options) => this.#mon.command(cmd, options),
      healthChecks: () => this.#presence.healthChecks(),
      fsid: () => this.#mon.monMap?.fsid ?? "",
      mayAct: () => this.#tenure.refusal === undefined,
      status: () => ({ mgrmap_epoch: this.#state.mgrMap?.epoch ?? 0, initialized: this.#tenure.active }),
    });
  }

  #sessionUp(gid: bigint, seenAs: string): void {
    this.#feed.sessionUp(gid);
    this.#tenure.sessionUp(gid);
    this.#presence.sessionUp(seenAs);
    this.#mon.refreshRotating().catch((e) => log.warn(String(e)));
    this.#clusterLog.newSession();
  }

  /** The monitors' options come before their maps: the address may depend on them. */
  #onConfig(values: ReadonlyMap<string, string>): void {
    this.#config.setMon(values);
    this.#host.configChanged();
    try {
      this.#presence.configured();
    } catch (e) {
      this.#fatal.reject(e);
    }
  }

  #onMgrMap(map: MgrMap): void {
    this.#tenure.mgrMap(map);
    this.#presence.mgrMap(map);
    this.#clients?.mgrMap(map);
    if (this.#presence.announcing) this.#active.roster.load();
    if (map.epoch === NULL_MAP_EPOCH) return;
    this.#active.roster.mgrMap(map);
    this.#host.setEnabled(wantedModules(map, CEPH_RELEASE_NUMBER));
    this.#link.mgrMapTaken();
  }

  #onOsdMap(map: OsdMap): void {
    this.#state.osdMap = map;
    if (this.#tenure.active) this.#active.osdMap(map);
    this.#clients?.osdMap(map);
    if (this.#presence.serverAddrs.some((addr) => isBlocklisted(map, addr))) {
      this.#tenure.fenced(`OSDMap epoch ${map.epoch} has our address on its blocklist`);
    }
    this.#tenure.osdMap(map.epoch);
    this.#host.notify("osd_map", map.epoch);
  }

  #onMessage(raw: RawMessage): void {
    if (raw.type === MLogAck.type) this.#clusterLog.acknowledged(raw);
    else if (!this.#feed.message(raw)) log.debug(`ignored a message of type ${raw.type} from a monitor`);
  }

  #begin(serial: number): void {
    log.info(`active (tenure ${serial})`);
    this.#clients = this.#newClients();
    this.#active.begin();
    this.#host.begin(serial);
  }

  #end(reason: string): void {
    log.warn(`no longer active: ${reason}`);
    this.#active.end();
    this.#clients?.close(reason);
    this.#clients = undefined;
    this.#host.end(reason);
    this.#mon.failWrites(reason);
    this.#presence.renew(reason);
    this.#active = this.#newActive();
    this.#host.dataChanged();
  }
}
