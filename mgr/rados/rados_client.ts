/** RADOS for the modules of one tenure: pools are opened here, and maps and sessions come together. Upstream: librados::RadosClient */

import { getLogger } from "@logtape/logtape";
import { MOSDBackoff } from "../messages/osd_backoff.ts";
import { MOSDOpReply } from "../messages/osd_op_reply.ts";
import { MWatchNotify } from "../messages/watch_notify.ts";
import type { Authenticator } from "../msgr/authenticator.ts";
import type { Messenger } from "../msgr/messenger.ts";
import type { Clock } from "../time/clock.ts";
import { isBlocklisted } from "../types/blocklist.ts";
import { type EntityAddr, formatTypedAddr, msgr2Addr, sameAddr } from "../types/entity_addr.ts";
import { type EntityNum, EntityType, formatEntityNum } from "../types/entity_name.ts";
import type { OsdMap } from "../types/osd_map.ts";
import type { PgId } from "../types/pg_id.ts";
import { DaemonSessions, type Dial } from "./daemon_sessions.ts";
import { IoContext } from "./io_context.ts";
import { Lingers } from "./lingers.ts";
import { Objecter, type ObjecterLink } from "./objecter.ts";
import { NO_OSD } from "./placement.ts";
import { Errno, RadosError } from "./rados_error.ts";
import { OWNER_LIMITS, Window } from "./window.ts";

const log = getLogger(["ganglion", "rados"]);

/** How we prove to daemons who we are: CephxClient, or AuthNoneClient. */
export interface RadosAuth {
  /** Undefined while there is no ticket for that service. */
  authorizer(service: number, modes: readonly number[]): Authenticator | undefined;
}

/** What a client is made of. All of it is its own: identity, nonce and connections are those of one tenure. */
export interface RadosClientOptions {
  readonly clock: Clock;
  /** Of entity type client: as a manager, our watches would end the OSDs that have them (16.2.15). */
  readonly messenger: Pick<Messenger, "connect">;
  readonly auth: RadosAuth;
  /** Connection modes toward a service, the preferred ones first. */
  readonly modes: (service: number) => readonly number[];
  /** The newest epoch of the OSDMap that the monitors have. */
  readonly newestEpoch: () => Promise<number>;
  /** Why nothing may be changed now, or undefined. Asked each time that something that writes is sent. */
  readonly refusal: () => string | undefined;
  /** How long an operation may take that says nothing of it; 0 = for ever. Upstream: rados_osd_op_timeout */
  readonly opTimeoutMs: () => number;
  /** The OSDs refuse us: somebody else is the active manager. Nothing can be done with this client any more. */
  readonly blocklisted: (reason: string) => void;
}

/**
 * Objects of the cluster. Its owner tells it of every OSDMap (`osdMap`) and lets it send (`start`) once the monitors
 * know its address, so that they can fence it off when another manager takes over.
 *
 *     const client = new RadosClient(options);
 *     client.identify(address);          // after the login; the same address stands in the beacon's list of clients
 *     client.osdMap(map);                // each epoch
 *     client.start();                    // the MgrMap has our address
 *     const pool = await client.openPool("rbd");
 *     await pool.writeFull("greeting", new TextEncoder().encode("hello"));
 *     client.close("the tenure is over");
 */
export class RadosClient {
  /** The sessions with daemons; commands to daemons use them too. */
  readonly sessions: DaemonSessions;
  readonly #o: RadosClientOptions;
  readonly #objecter: Objecter;
  readonly #lingers = new Lingers();
  readonly #windows = new Map<string, Window>();
  readonly #mapWaiters = new Set<() => void>();
  #address: EntityAddr | undefined;
  #end: Error | undefined;

  constructor(options: RadosClientOptions) {
    this.#o = options;
    this.#objecter = new Objecter(this.#objecterLink(), options.clock);
    this.sessions = new DaemonSessions(this.#dial(), options.clock);
    this.sessions.use({
      opened: (peer) => isOsd(peer) && this.#objecter.opened(Number(peer.num)),
      lost: (peer, reason) => isOsd(peer) && this.#lost(Number(peer.num), reason),
      handlers: new Map([
        [MOSDOpReply.type, (peer, raw) => this.#objecter.reply(Number(peer.num), raw)],
        [MOSDBackoff.type, (peer, raw) => this.#objecter.backoff(Number(peer.num), raw)],
        [MWatchNotify.type, (_, raw) => this.#lingers.event(raw)],
      ]),
    });
  }

  /** Our address toward all daemons: that of CLIENT_IDENT, of the blocklist, and of the beacon. */
  get address(): EntityAddr | undefined {
    return this.#address;
  }

  /** The newest map; undefined before the first. */
  get map(): OsdMap | undefined {
    return this.#objecter.view?.map;
  }

  /** The login has shown under which address we are known. */
  identify(address: EntityAddr): void {
    this.#address = address;
  }

  /** A newer OSDMap: operations and watches follow it. */
  osdMap(map: OsdMap): void {
    const before = this.map?.epoch;
    if (this.#end !== undefined || (before !== undefined && map.epoch <= before)) return;
    if (this.#address !== undefined && isBlocklisted(map, this.#address)) return this.#blocklisted();
    this.#objecter.osdMap(map);
    this.#lingers.osdMap(this.#objecter.view!, before !== undefined && map.epoch !== before + 1);
    // Last: what was at those OSDs knows by now where to go.
    this.#dropUnreachable(map);
    for (const wake of [...this.#mapWaiters]) wake();
  }

  /** From now on operations are sent; what was asked for before has waited. */
  start(): void {
    this.#objecter.start();
  }

  /** The end: everything open and everything to come fails. */
  close(reason: string): void {
    this.#fail(new Error(`Cannot use RADOS: ${reason}`));
  }

  /**
   * A pool by its name or number. `owner` names a module: each has a window of its own. Rejects with RadosError ENOENT
   * when there is no such pool in the newest map.
   */
  async openPool(pool: string | number, owner = ""): Promise<IoContext> {
    this.#check();
    const id = this.#poolId(pool) ?? await this.#newPoolId(pool);
    const name = this.map!.poolNames.get(id) ?? String(id);
    return new IoContext({
      pool: id,
      poolName: name,
      namespace: "",
      key: "",
      clock: this.#o.clock,
      objecter: this.#objecter,
      lingers: this.#lingers,
      window: this.#windowOf(owner),
      opTimeoutMs: this.#o.opTimeoutMs,
    });
  }

  /** Waits until we have the newest map of the monitors: whatever was done before is in it. */
  async newestMap(): Promise<OsdMap> {
    const newest = await this.#o.newestEpoch();
    while (this.map === undefined || this.map.epoch < newest) {
      this.#check();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#mapWaiters.delete(wake);
          resolve();
        };
        this.#mapWaiters.add(wake);
      });
    }
    return this.map;
  }

  /** Dials the OSD, if the map says where it is. */
  want(osd: number): void {
    const { map } = this;
    if (map === undefined || !map.isUp(osd)) return;
    const addr = msgr2Addr(map.clientAddrs.at(osd) ?? []);
    if (addr !== undefined) this.sessions.want(osdPeer(osd), addr);
    else log.warn(`Cannot reach osd.${osd}: it has no msgr2 (v2:) address`);
  }

  /** The OSD that serves a PG; undefined when there is none, or no such pool. */
  primaryOf(pg: PgId): number | undefined {
    const primary = this.#objecter.view?.mapper.map(pg)?.actingPrimary;
    return primary === NO_OSD ? undefined : primary;
  }

  #poolId(pool: string | number): number | undefined {
    if (typeof pool === "string") return this.map?.poolId(pool);
    return this.map?.pools.has(pool) ? pool : undefined;
  }

  /** The pool may be younger than our map. */
  async #newPoolId(pool: string | number): Promise<number> {
    await this.newestMap();
    const id = this.#poolId(pool);
    if (id === undefined) throw new RadosError(`open pool '${pool}'`, Errno.noEntry, "there is no such pool");
    return id;
  }

  #windowOf(owner: string): Window {
    let window = this.#windows.get(owner);
    if (window === undefined) this.#windows.set(owner, window = new Window(OWNER_LIMITS));
    return window;
  }

  #objecterLink(): ObjecterLink {
    const { newestEpoch, refusal } = this.#o;
    return {
      want: (osd) => this.want(osd),
      send: (osd, raw) => this.sessions.send(osdPeer(osd), raw),
      blocklisted: () => this.#blocklisted(),
      newestEpoch,
      refusal,
    };
  }

  #dial(): Dial {
    const { messenger, auth, modes } = this.#o;
    return async (peer, addr, handler, signal) => {
      const authenticator = auth.authorizer(peer.type, modes(peer.type));
      if (authenticator === undefined) throw new Error(`there is no ticket for ${formatEntityNum(peer)} yet`);
      const ip = this.#address?.ip;
      const options = { addr, peerType: peer.type, authenticator, ...(ip === undefined ? {} : { ip }) };
      return await messenger.connect(options, handler, signal);
    };
  }

  #lost(osd: number, reason: string): void {
    this.#objecter.lost(osd, reason);
    this.#lingers.lost(osd);
  }

  /** Sessions with OSDs that are down or elsewhere by this map. */
  #dropUnreachable(map: OsdMap): void {
    for (const { peer, addr } of this.sessions.peers()) {
      if (!isOsd(peer)) continue;
      const osd = Number(peer.num);
      const now = map.isUp(osd) ? msgr2Addr(map.clientAddrs.at(osd) ?? []) : undefined;
      if (now === undefined) this.sessions.drop(peer, "the OSD is down");
      else if (!sameAddr(now, addr)) this.sessions.drop(peer, "the OSD is elsewhere");
    }
  }

  #blocklisted(): void {
    const address = this.#address === undefined ? "" : ` (${formatTypedAddr(this.#address)})`;
    const reason = `this manager is blocklisted${address}: another one is active`;
    this.#fail(new RadosError("use RADOS", Errno.blocklisted, reason));
    this.#o.blocklisted(reason);
  }

  #fail(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#objecter.close(error);
    this.#lingers.close(error);
    this.sessions.close(error.message);
    for (const wake of [...this.#mapWaiters]) wake();
  }

  #check(): void {
    if (this.#end !== undefined) throw this.#end;
  }
}

function osdPeer(osd: number): EntityNum {
  return { type: EntityType.osd, num: BigInt(osd) };
}

function isOsd({ type }: EntityNum): boolean {
  return type === EntityType.osd;
}
