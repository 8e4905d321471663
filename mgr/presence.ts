/** How the manager shows itself to the cluster: where it listens, whom it lets in, and its beacons. */

import { getLogger } from "@logtape/logtape";
import { allowedMethods, connectionModes } from "./auth_policy.ts";
import type { AuthNoneClient } from "./auth/auth_none.ts";
import type { CephxClient } from "./auth/cephx_client.ts";
import { CephxVerifier } from "./auth/cephx_verifier.ts";
import type { Config } from "./config/config.ts";
import { CEPH_RELEASE, CEPH_VERSION, CEPH_VERSION_SHORT } from "./config/release.ts";
import { daemonMetadata } from "./daemon_metadata.ts";
import { listen } from "./listen.ts";
import { type BeaconContent, Beaconer } from "./mon/beaconer.ts";
import type { MonClient } from "./mon/mon_client.ts";
import type { ConnectionHandler } from "./msgr/connection.ts";
import type { Acceptor } from "./msgr/acceptor.ts";
import type { Clock } from "./time/clock.ts";
import { connectionsFull, openFileLimit } from "./open_files.ts";
import { Paced } from "./time/paced.ts";
import { andMore, RateLimit } from "./time/rate_limit.ts";
import { Waiters } from "./host/waiters.ts";
import { AddrType, type EntityAddr, type EntityAddrVec, formatAddrVec } from "./types/entity_addr.ts";
import { EntityType } from "./types/entity_name.ts";
import type { HealthCheckMap } from "./types/health.ts";
import type { MgrMap } from "./types/mgr_map.ts";

const log = getLogger(["ganglion", "mgr"]);

/** A module may change its address as often as it likes; each beacon is a message to the leader. */
const CHANGE_PERIOD_MS = 1000;

const PROGRAM: ReadonlyMap<string, string> = new Map([
  ["ceph_release", CEPH_RELEASE],
  ["ceph_version", CEPH_VERSION],
  ["ceph_version_short", CEPH_VERSION_SHORT],
]);

/** Lines a minute about peers whose ticket is not taken: a wrong client tries again and again. */
const REFUSALS_LOGGED = 20;

/** What a beacon tells of the modules. */
export type Announcement = Pick<BeaconContent, "commandDescs" | "modules" | "services">;

/** What it is made of. */
export interface PresenceParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly auth: CephxClient | AuthNoneClient;
  readonly mon: MonClient;
  /** Serves the connections that come in. */
  readonly handler: ConnectionHandler;
  readonly announcement: () => Announcement;
  /** Our clients, which the monitors are to fence off together with us. */
  readonly clients: () => {
    readonly addrs: readonly EntityAddrVec[];
    readonly names: readonly string[];
  };
  /** `healthChecks` answers another thing now. */
  readonly healthChanged: () => void;
}

/** Nonces are 32 bits; 0 is that of monitors. */
export function freshNonce(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0]! % 0xfffffffe) + 1;
}

/** Beacons begin when everything that they tell is known: the address, the modules, and who is active. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #metadata = daemonMetadata(PROGRAM);
  readonly #beat: Paced;
  readonly #refusals: RateLimit;
  #acceptor: Acceptor | undefined;
  #beaconer: Beaconer | undefined;
  #beaconGid = 0n;
  #described = false;
  readonly #maps = new Waiters();
  #clientAddr: EntityAddr | undefined;
  /** Why nobody is let in. */
  #full: string | undefined;
  /** The last MgrMap of the present session. */
  #map: MgrMap | undefined;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#beat = new Paced(parts.clock, CHANGE_PERIOD_MS, () => this.#beaconer?.beat());
    this.#refusals = new RateLimit(parts.clock, REFUSALS_LOGGED, 60_000);
  }

  /** The address of our own sessions; undefined before the first. */
  get clientAddr(): EntityAddr | undefined {
    return this.#clientAddr;
  }

  /** Where we serve; none before the first session. */
  get serverAddrs(): EntityAddrVec {
    return this.#acceptor?.addrs ?? [];
  }

  /** We are the active manager, or say that we want to be. */
  get announcing(): boolean {
    return this.#beaconer?.announcing ?? false;
  }

  /** What is wrong with us. */
  healthChecks(): HealthCheckMap {
    const { id } = this.#parts.config.identity;
    return this.#full === undefined ? new Map() : connectionsFull(id, this.#full, openFileLimit());
  }

  /** A session with a monitor, which sees us under `ip`. */
  sessionUp(ip: string): void {
    this.#map = undefined;
    this.#clientAddr = { type: AddrType.any, nonce: 0, ip, port: 0 };
    this.#metadata.set("addr", ip).set("addrs", formatAddrVec([this.#clientAddr]));
    this.#begin();
  }

  /** The monitors' options are known. Throws an Error of one line when there is no address to listen on. */
  configured(): void {
    this.#listen();
    this.#begin();
  }

  /** The modules are known. */
  described(): void {
    this.#described = true;
    this.#begin();
  }

  /** A MgrMap of the present session; the null map too. */
  mgrMap(map: MgrMap): void {
    const wasAvailable = this.#isAvailable;
    this.#map = map;
    if (this.#isAvailable && !wasAvailable) log.info(`available, says MgrMap epoch ${map.epoch}`);
    this.#beaconer?.mgrMap(map);
    this.#maps.wake();
  }

  /** Resolves when the monitors have taken what was announced. */
  announced(): Promise<void> {
    return this.#maps.when(() => this.#beaconer?.settled ?? true);
  }

  /** What beacons tell of modules or clients has changed. */
  changed(): void {
    this.#beat.soon();
  }

  /** The commands or options of modules have changed. */
  announceAnew(): void {
    this.#beaconer?.announceAnew();
  }

  /** The role is lost: the address that we served under is blocklisted, and peers must not take us for the same instance. */
  renew(reason: string): void {
    this.#acceptor?.renew(freshNonce(), reason);
  }

  /** No beacon from now on. */
  silence(): void {
    this.#beat.cancel();
    this.#beaconer?.stop();
  }

  /** Stops listening and drops everybody. */
  close(reason: string): void {
    this.silence();
    this.#acceptor?.close(reason);
  }

  get #isAvailable(): boolean {
    return this.#map?.available === true && this.#map.activeGid === this.#beaconGid;
  }

  #listen(): void {
    if (this.#acceptor !== undefined) return;
    const { config, clock, mon, handler, healthChanged } = this.#parts;
    const onFull = (why: string | undefined): void => {
      this.#full = why;
      healthChanged();
    };
    const parts = { clock, handler, onFull, verifier: () => this.#verifier(), gid: () => mon.globalId };
    this.#acceptor = listen(config, parts, this.#clientAddr!.ip);
    this.#acceptor.renew(freshNonce(), "first tenure");
    log.info(`listening on ${formatAddrVec(this.#acceptor.addrs)}`);
  }

  #verifier(): CephxVerifier {
    const { auth, config, mon } = this.#parts;
    return new CephxVerifier({
      service: EntityType.mgr,
      methods: (peerType) => allowedMethods(config, peerType),
      modes: (peerType) => connectionModes(config, peerType),
      secret: (id) => auth.rotating.get(id),
      refetch: () => mon.refreshRotating().catch(() => {}),
      onRefusal: (reason) =>
        this.#refusals.take((dropped) => log.info(`refused a peer: ${reason}${andMore(dropped)}`)),
    });
  }

  /** A new identity has beacons of its own. */
  #begin(): void {
    const { config, clock, mon } = this.#parts;
    const gid = mon.globalId;
    if (this.#acceptor === undefined || !this.#described || this.#beaconGid === gid) return;
    this.#beaconer?.stop();
    this.#beaconGid = gid;
    const period = (): number => config.get("mgr_tick_period") * 1000;
    const content = (): BeaconContent => this.#content();
    const send = mon.send.bind(mon);
    this.#beaconer = new Beaconer(config.identity.id, gid, clock, period, content, send);
    if (this.#map !== undefined) this.#beaconer.mgrMap(this.#map);
  }

  #content(): BeaconContent {
    const { mon, config, announcement, clients } = this.#parts;
    const { addrs, names } = clients();
    return {
      serverAddrs: this.#acceptor!.addrs,
      gid: mon.globalId,
      name: config.identity.id,
      fsid: mon.monMap!.fsid,
      metadata: this.#metadata,
      clientsAddrs: addrs,
      clientsNames: names,
      ...announcement(),
    };
  }
}
