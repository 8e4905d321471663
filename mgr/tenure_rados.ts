/** RADOS as one tenure has it: a login, a nonce and an address of its own, so that the monitors can fence it off alone. */

import { getLogger } from "@logtape/logtape";
import { AuthNoneClient } from "./auth/auth_none.ts";
import { CephxClient } from "./auth/cephx_client.ts";
import type { CryptoKey } from "./auth/crypto_key.ts";
import type { Candidate } from "./mon/hunt.ts";
import { MonClient } from "./mon/mon_client.ts";
import { Messenger } from "./msgr/messenger.ts";
import { freshNonce } from "./presence.ts";
import { RadosClient } from "./rados/rados_client.ts";
import type { Clock } from "./time/clock.ts";
import { AddrType, type EntityAddr, type EntityAddrVec } from "./types/entity_addr.ts";
import { type EntityName, EntityType } from "./types/entity_name.ts";
import type { MgrMap } from "./types/mgr_map.ts";
import type { OsdMap } from "./types/osd_map.ts";
import type { Uuid } from "./types/uuid.ts";

const log = getLogger(["ganglion", "rados"]);

/** Tickets for what modules talk to; the one for AUTH renews the others. */
const SERVICES = EntityType.mon | EntityType.osd | EntityType.mds | EntityType.auth;

/** Under this name our address stands in the MgrMap's list of clients. */
const CLIENT_NAME = "rados";

/** The rest of the manager. */
export interface TenureRadosParts {
  readonly clock: Clock;
  readonly entity: EntityName;
  /** Undefined on clusters without authentication. */
  readonly key: CryptoKey | undefined;
  readonly monitors: readonly Candidate[];
  readonly fsid: Uuid;
  readonly hostname: string;
  /** Connection modes toward an entity type. */
  readonly modes: (peerType: number) => readonly number[];
  /** Of the OSDMap, as the manager's own session with the monitors tells. */
  readonly newestEpoch: () => Promise<number>;
  /** Why nothing may be changed now, or undefined. */
  readonly refusal: () => string | undefined;
  readonly opTimeoutMs: () => number;
  /** `clients` has changed: a beacon is due. */
  readonly addressed: () => void;
  /** The OSDs refuse this tenure's address. */
  readonly blocklisted: (reason: string) => void;
  /** It cannot go on, and another one may. */
  readonly ended?: (reason: string) => void;
  /** What dials in place of sockets: for tests. */
  readonly messenger?: Pick<Messenger, "connect">;
}

/** Begins with a tenure and ends with it. Operations wait until the MgrMap has our address. */
export class TenureRados {
  readonly client: RadosClient;
  readonly #parts: TenureRadosParts;
  readonly #nonce = freshNonce();
  readonly #mon: MonClient;
  #gid = 0n;

  constructor(parts: TenureRadosParts) {
    this.#parts = parts;
    const { clock, entity, key, modes } = parts;
    const auth = key === undefined
      ? new AuthNoneClient(entity)
      : new CephxClient({ entity, key, services: SERVICES, now: () => clock.now() });
    // With the manager's key, but as a client: OSDs end themselves over watches of managers (16.2.15).
    const messenger = parts.messenger ?? new Messenger(EntityType.client, this.#nonce, clock);
    this.client = new RadosClient({ ...parts, messenger, auth });
    this.#mon = this.#login(messenger, auth, () => modes(EntityType.mon));
  }

  /** Logs in. */
  begin(): void {
    this.#mon.start();
  }

  /** For the beacon. */
  get clients(): { readonly addrs: readonly EntityAddrVec[]; readonly names: readonly string[] } {
    const { address } = this.client;
    return address === undefined ? { addrs: [], names: [] } : { addrs: [[address]], names: [CLIENT_NAME] };
  }

  /** Each MgrMap: the first that has our address lets the operations go. */
  mgrMap({ clients }: Pick<MgrMap, "clients">): void {
    const { address } = this.client;
    if (address !== undefined && clients.some((addrs) => addrs.some((a) => isSame(a, address)))) {
      this.client.start();
    }
  }

  /** Each OSDMap. */
  osdMap(map: OsdMap): void {
    this.client.osdMap(map);
  }

  /** The tenure is over. */
  close(reason: string): void {
    this.client.close(reason);
    this.#mon.close(reason);
  }

  #login(
    messenger: Pick<Messenger, "connect">,
    auth: CephxClient | AuthNoneClient,
    modes: () => readonly number[],
  ): MonClient {
    const { clock, monitors, hostname, fsid } = this.#parts;
    return new MonClient({ clock, messenger, auth, monitors, modes, hostname, fsid }, {
      sessionUp: (gid, connection) => this.#sessionUp(gid, connection.peer!.seenAs.ip),
      sessionDown: (reason) => log.debug(`login for RADOS: ${reason}`),
      monMap: () => {},
      message: () => {},
      trouble: (text) => log.warn(`login for RADOS: ${text}`),
      hopeless: (reason) => this.#giveUp(reason.message),
    });
  }

  #sessionUp(gid: bigint, ip: string): void {
    if (this.#gid === 0n) {
      this.#gid = gid;
      this.client.identify({ type: AddrType.any, nonce: this.#nonce, ip, port: 0 });
      this.#parts.addressed();
    } else if (gid !== this.#gid) {
      // Operations of ours would be taken for those of somebody else, and done twice.
      this.#giveUp("the monitors gave it a new identity");
    }
  }

  #giveUp(reason: string): void {
    this.close(reason);
    this.#parts.ended?.(reason);
  }
}

/** The type does not count: it is not the same in all places. */
function isSame(a: EntityAddr, b: EntityAddr): boolean {
  return a.ip === b.ip && a.port === b.port && a.nonce === b.nonce;
}
