/** The manager: builds the layers and joins them; standby and active. It knows them all, so it holds no logic of its own. */

import { getLogger } from "@logtape/logtape";
import { AuthNoneClient } from "./auth/auth_none.ts";
import { METHOD_CEPHX, METHOD_NONE } from "./auth/authorizer.ts";
import { CephxClient, MGR_SERVICES } from "./auth/cephx_client.ts";
import { CephxVerifier } from "./auth/cephx_verifier.ts";
import type { CryptoKey } from "./auth/crypto_key.ts";
import { chooseBindAddress } from "./config/bind_address.ts";
import type { Config } from "./config/config.ts";
import type { MonitorSeed } from "./config/mon_host.ts";
import { CEPH_RELEASE, CEPH_VERSION, CEPH_VERSION_SHORT } from "./config/release.ts";
import { daemonMetadata } from "./daemon_metadata.ts";
import { MLogAck } from "./messages/log.ts";
import type { RawMessage } from "./messages/message.ts";
import { type BeaconContent, Beaconer } from "./mon/beaconer.ts";
import { ClusterLog } from "./mon/cluster_log.ts";
import { MonClient } from "./mon/mon_client.ts";
import { Tenure } from "./mon/tenure.ts";
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
      monMap: (map) => void (this.#state.monMap = map),
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
      config: (values) => void config.setMon(values),
      kv: () => {},
      osdMap: (epoch) => this.#tenure.osdMap(epoch),
      fsMap: () => {},
      serviceMap: () => {},
      digest: () => {},
      clusterLog: () => {},
    });
  }

  /** Looks for the monitors; resolves when the hunt has begun. */
  start(): Promise<void> {
    this.#feed.subscribe();
    this.#mon.start();
    return Promise.resolve();
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
    this.#acceptor ??= this.#listen(seenAs.ip);
    this.#mon.refreshRotating().catch((e) => log.warn(String(e)));
    if (this.#beaconGid !== gid) {
      this.#beaconer?.stop();
      this.#beaconGid = gid;
      const period = this.#config.get("mgr_tick_period") * 1000;
      this.#beaconer = new Beaconer(
        this.#id,
        gid,
        this.#clock,
        period,
        () => this.#beacon(),
        (raw) => this.#mon.send(raw),
      );
    }
    this.#clusterLog.newSession();
  }

  #listen(learned: string): Acceptor {
    const c = this.#config;
    const bind = {
      publicAddr: c.text("public_addr"),
      publicNetwork: c.text("public_network"),
      publicNetworkInterface: c.text("public_network_interface"),
      bindIpv4: c.get("ms_bind_ipv4"),
      bindIpv6: c.get("ms_bind_ipv6"),
    };
    const { announce, port } = chooseBindAddress(bind, Deno.networkInterfaces(), learned);
    if (announce === undefined) {
      throw new Error(`Cannot choose an address: ${learned} is excluded by ms_bind_ipv4 and ms_bind_ipv6`);
    }
    const [portMin, portMax] = port > 0
      ? [port, port]
      : [c.get("ms_bind_port_min"), c.get("ms_bind_port_max")];
    const messenger = new Messenger(EntityType.mgr, 0, this.#clock);
    const acceptor = messenger.listen(
      { ip: announce, portMin, portMax, verifier: () => this.#verifier(), gid: () => this.#mon.globalId },
      { message: () => {} },
    );
    acceptor.renew(freshNonce(), "first tenure");
    log.info(`listening on ${formatAddrVec(acceptor.addrs)}`);
    return acceptor;
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
      commandDescs: [],
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
  }

  #onMessage(raw: RawMessage): void {
    if (raw.type === MLogAck.type) this.#clusterLog.acknowledged(raw);
    else if (!this.#feed.message(raw)) log.debug(`ignored a message of type ${raw.type} from a monitor`);
  }

  #begin(serial: number): void {
    log.info(`active (tenure ${serial})`);
  }

  #end(reason: string): void {
    log.warn(`no longer active: ${reason}`);
    this.#mon.failWrites(reason);
    // The address that we served under is blocklisted now, and peers must not take us for the same instance.
    this.#acceptor?.renew(freshNonce(), reason);
  }
}
