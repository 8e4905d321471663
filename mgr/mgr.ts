/** The manager: builds the layers and joins them; standby and active. It knows them all, so it holds no logic of its own. */

import { getLogger } from "@logtape/logtape";
import { Active } from "./active.ts";
import { AuthNoneClient } from "./auth/auth_none.ts";
import { METHOD_CEPHX, METHOD_NONE } from "./auth/authorizer.ts";
import { CephxClient, MGR_SERVICES } from "./auth/cephx_client.ts";
import { CephxVerifier } from "./auth/cephx_verifier.ts";
import type { CryptoKey } from "./auth/crypto_key.ts";
import type { Config } from "./config/config.ts";
import type { MonitorSeed } from "./config/mon_host.ts";
import { CEPH_RELEASE, CEPH_VERSION, CEPH_VERSION_SHORT } from "./config/release.ts";
import { daemonMetadata } from "./daemon_metadata.ts";
import { BUILTIN_COMMANDS } from "./daemons/builtin_commands.ts";
import { listen } from "./listen.ts";
import { MLogAck } from "./messages/log.ts";
import type { RawMessage } from "./messages/message.ts";
import { type BeaconContent, Beaconer } from "./mon/beaconer.ts";
import { ClusterLog } from "./mon/cluster_log.ts";
import { MonClient } from "./mon/mon_client.ts";
import { NULL_MAP_EPOCH, Tenure } from "./mon/tenure.ts";
import { MonFeed } from "./mon_feed.ts";
import type { Connection } from "./msgr/connection.ts";
import { DEFAULT_MODES } from "./msgr/handshake_client.ts";
import { type Acceptor, Messenger } from "./msgr/messenger.ts";
import { ClusterState } from "./state/cluster_state.ts";
import { OsdMapStore } from "./state/osd_map_store.ts";
import type { Clock } from "./time/clock.ts";
import { AddrType, type EntityAddr, formatAddrVec } from "./types/entity_addr.ts";
import { EntityType } from "./types/entity_name.ts";
import type { MgrMap } from "./types/mgr_map.ts";

const log = getLogger(["ganglion", "mgr"]);

/** Nonces are 32 bits; 0 is that of monitors. */
const freshNonce = (): number => (crypto.getRandomValues(new Uint32Array(1))[0]! % 0xfffffffe) + 1;

/** What the daemon was started with. */
export interface MgrOptions {
  readonly config: Config;
  /** Undefined on clusters without authentication. */
  readonly key: CryptoKey | undefined;
  readonly monitors: readonly MonitorSeed[];
  readonly clock: Clock;
}

/** One manager process, from its start to its end; active or standing by as the monitors say. */
export class Mgr {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #id: string;
  readonly #auth: CephxClient | AuthNoneClient;
  readonly #mon: MonClient;
  readonly #tenure: Tenure;
  readonly #clusterLog: ClusterLog;
  readonly #metadata: Map<string, string>;
  readonly #state = new ClusterState();
  readonly #osdMaps = new OsdMapStore({ decode: (full) => full, apply: (_, incremental) => incremental });
  readonly #feed: MonFeed<Uint8Array>;
  /** Rejects when the manager cannot go on. */
  readonly #fatal = Promise.withResolvers<void>();
  #active: Active;
  #acceptor: Acceptor | undefined;
  #beaconer: Beaconer | undefined;
  #beaconGid = 0n;
  #clientAddr: EntityAddr | undefined;

  constructor({ config, key, monitors, clock }: MgrOptions) {
    this.#config = config;
    this.#clock = clock;
    this.#id = config.identity.id;
    const entity = { type: EntityType.mgr, id: this.#id };
    this.#auth = key === undefined
      ? new AuthNoneClient(entity)
      : new CephxClient({ entity, key, services: MGR_SERVICES, now: () => clock.now() });
    this.#tenure = new Tenure(clock, {
      begin: (serial) => this.#begin(serial),
      end: (reason) => this.#end(reason),
      confirmed: () => this.#mon.releaseWrites(),
    });
    this.#mon = new MonClient({
      clock,
      messenger: new Messenger(EntityType.mgr, freshNonce(), clock),
      auth: this.#auth,
      monitors: monitors.map(({ addrs }) => ({ addrs, priority: 0, weight: 0 })),
      modes: DEFAULT_MODES,
      hostname: config.identity.host,
      fsid: config.source("fsid") === "default" ? "" : config.text("fsid"),
    }, {
      sessionUp: (gid, connection) => this.#sessionUp(gid, connection),
      sessionDown: () => this.#tenure.sessionDown(),
      monMap: (map) => {
        this.#state.monMap = map;
        this.#active.roster.monMap(map);
      },
      message: (raw) => this.#onMessage(raw),
      refused: (reason) => log.error(reason),
    });
    this.#clusterLog = new ClusterLog(clock, () => ({
      name: entity,
      gid: this.#mon.globalId,
      addrs: this.#clientAddr ? [this.#clientAddr] : [],
      fsid: this.#mon.monMap?.fsid ?? "",
    }), (raw) => this.#mon.send(raw));
    this.#metadata = daemonMetadata(
      new Map([["ceph_release", CEPH_RELEASE], ["ceph_version", CEPH_VERSION], [
        "ceph_version_short",
        CEPH_VERSION_SHORT,
      ]]),
    );
    this.#feed = new MonFeed(this.#mon, this.#state, this.#osdMaps, {
      mgrMap: (map) => this.#onMgrMap(map),
      config: (values) => this.#onConfig(values),
      kv: () => {},
      osdMap: (epoch) => this.#tenure.osdMap(epoch),
      fsMap: () => this.#active.roster.fsMap(this.#state.fsMap!),
      serviceMap: () => this.#active.roster.serviceMap(this.#state.serviceMap!),
      digest: () => {},
      clusterLog: () => {},
    });
    this.#active = this.#newActive();
    config.onChange((names) => {
      if (names.includes("mgr_stats_period") || names.includes("mgr_stats_threshold")) {
        this.#active.server.reconfigure();
      }
    });
  }

  #newActive(): Active {
    return new Active({
      clock: this.#clock,
      config: this.#config,
      modules: { commands: () => [], dispatch: () => Promise.resolve(undefined) },
      clusterLog: this.#clusterLog,
      ask: (cmd, options) => this.#mon.command(cmd, options),
      fsid: () => this.#mon.monMap?.fsid ?? "",
      mayAct: () => this.#tenure.refusal === undefined,
      status: () => ({ mgrmap_epoch: this.#state.mgrMap?.epoch ?? 0, initialized: this.#tenure.active }),
    });
  }

  /** Looks for the monitors; the rest follows from what they say. Rejects when the manager cannot go on. */
  start(): Promise<void> {
    this.#feed.subscribe();
    this.#mon.start();
    return this.#fatal.promise;
  }

  /** Ends in order. When we are active and somebody stands by, he is told to take over. */
  async stop(reason: string): Promise<void> {
    this.#beaconer?.stop();
    if (this.#tenure.active && (this.#state.mgrMap?.standbys.size ?? 0) > 0) {
      const fail = { prefix: "mgr fail", who: String(this.#mon.globalId) };
      await this.#mon.command(fail, { timeoutMs: 3000, write: true }).catch((e) => log.warn(String(e)));
    }
    this.#acceptor?.close(reason);
    this.#clusterLog.stop();
    this.#mon.close(reason);
  }

  #sessionUp(gid: bigint, connection: Connection): void {
    this.#tenure.sessionUp(gid);
    const seenAs = connection.peer!.seenAs;
    this.#clientAddr = { type: AddrType.any, nonce: 0, ip: seenAs.ip, port: 0 };
    this.#metadata.set("addr", seenAs.ip).set("addrs", formatAddrVec([this.#clientAddr]));
    this.#mon.refreshRotating().catch((e) => log.warn(String(e)));
    this.#startBeacons();
    this.#clusterLog.newSession();
  }

  /** The monitors' options come before their maps: the address may depend on them. */
  #onConfig(values: ReadonlyMap<string, string>): void {
    this.#config.setMon(values);
    try {
      this.#listen();
    } catch (e) {
      return this.#fatal.reject(e);
    }
    this.#startBeacons();
  }

  /** A new identity has beacons of its own. */
  #startBeacons(): void {
    const gid = this.#mon.globalId;
    if (this.#acceptor === undefined || this.#beaconGid === gid) return;
    this.#beaconer?.stop();
    this.#beaconGid = gid;
    this.#beaconer = new Beaconer(
      this.#id,
      gid,
      this.#clock,
      this.#config.get("mgr_tick_period") * 1000,
      () => this.#beacon(),
      (raw) => this.#mon.send(raw),
    );
  }

  #listen(): void {
    if (this.#acceptor !== undefined) return;
    this.#acceptor = listen(this.#config, {
      clock: this.#clock,
      verifier: () => this.#verifier(),
      gid: () => this.#mon.globalId,
      handler: {
        open: (connection, peer) => this.#active.server.open(connection, peer),
        message: (connection, raw) => this.#active.server.message(connection, raw),
        closed: (connection) => this.#active.server.closed(connection),
      },
    }, this.#clientAddr!.ip);
    this.#acceptor.renew(freshNonce(), "first tenure");
    log.info(`listening on ${formatAddrVec(this.#acceptor.addrs)}`);
  }

  #verifier(): CephxVerifier {
    return new CephxVerifier({
      service: EntityType.mgr,
      methods: [this.#auth instanceof CephxClient ? METHOD_CEPHX : METHOD_NONE],
      modes: DEFAULT_MODES,
      secret: (id) => this.#auth.rotating.get(id),
      refetch: () => this.#mon.refreshRotating().catch(() => {}),
      onRefusal: (reason) => log.info(`refused a peer: ${reason}`),
    });
  }

  #beacon(): BeaconContent {
    return {
      serverAddrs: this.#acceptor!.addrs,
      gid: this.#mon.globalId,
      name: this.#id,
      fsid: this.#mon.monMap!.fsid,
      commandDescs: BUILTIN_COMMANDS,
      metadata: this.#metadata,
      services: new Map(),
      modules: [],
      clientsAddrs: [],
      clientsNames: [],
    };
  }

  #onMgrMap(map: MgrMap): void {
    this.#tenure.mgrMap(map);
    this.#beaconer?.mgrMap(map);
    if (this.#beaconer?.announcing) this.#active.roster.load();
    if (map.epoch !== NULL_MAP_EPOCH) this.#active.roster.mgrMap(map);
  }

  #onMessage(raw: RawMessage): void {
    if (raw.type === MLogAck.type) this.#clusterLog.acknowledged(raw);
    else if (!this.#feed.message(raw)) log.debug(`ignored a message of type ${raw.type} from a monitor`);
  }

  #begin(serial: number): void {
    log.info(`active (tenure ${serial})`);
    const { monMap, fsMap, serviceMap } = this.#state;
    const { roster } = this.#active;
    if (serviceMap !== undefined) roster.serviceMap(serviceMap);
    roster.load().then(() => {
      if (monMap !== undefined) roster.monMap(monMap);
      if (fsMap !== undefined) roster.fsMap(fsMap);
    });
  }

  #end(reason: string): void {
    log.warn(`no longer active: ${reason}`);
    this.#mon.failWrites(reason);
    // The address that we served under is blocklisted now, and peers must not take us for the same instance.
    this.#acceptor?.renew(freshNonce(), reason);
    this.#active = this.#newActive();
  }
}
