/** The connections of a simulated OSD: it listens, logs in to the monitor, and dials managers under its own address. */

import { getLogger } from "@logtape/logtape";
import { METHOD_CEPHX } from "../../mgr/auth/authorizer.ts";
import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { CephxVerifier } from "../../mgr/auth/cephx_verifier.ts";
import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { MonClient, type MonClientEvents } from "../../mgr/mon/mon_client.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import type { Connection, ConnectionHandler } from "../../mgr/msgr/connection.ts";
import type { Acceptor } from "../../mgr/msgr/acceptor.ts";
import { type DialOptions, Messenger } from "../../mgr/msgr/messenger.ts";
import type { Dial } from "../../mgr/rados/daemon_sessions.ts";
import type { Clock } from "../../mgr/time/clock.ts";
import type { EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";

const log = getLogger(["ganglion", "dev_osd"]);

/** Ports of Ceph's daemons. */
const PORT_MIN = 6800;
const PORT_MAX = 7568;
const MODES = [ConMode.crc, ConMode.secure];
const MAX_NONCE = 2 ** 31;

/** Who it is and where its monitor is. */
export interface OsdNetOptions {
  readonly id: number;
  readonly key: CryptoKey;
  readonly fsid: string;
  readonly host: string;
  readonly ip: string;
  readonly monitors: EntityAddrVec;
  readonly clock: Clock;
}

/** All of one OSD's connections. */
export class OsdNet {
  readonly mon: MonClient;
  readonly #o: OsdNetOptions;
  readonly #auth: CephxClient;
  readonly #messenger: Messenger;
  readonly #acceptor: Acceptor;

  /** Listens; dials nobody before `mon.start()`. Throws when no port is free. */
  constructor(options: OsdNetOptions, handler: ConnectionHandler, events: MonClientEvents) {
    const { id, key, clock, ip, monitors, host, fsid } = options;
    this.#o = options;
    const now = (): number => clock.now();
    const entity = { type: EntityType.osd, id: String(id) };
    this.#auth = new CephxClient({ entity, key, services: MGR_SERVICES, now });
    this.#messenger = new Messenger(EntityType.osd, 0, clock);
    const verifier = (): CephxVerifier => this.#verifier();
    const listen = { ip, portMin: PORT_MIN, portMax: PORT_MAX, verifier, gid: () => BigInt(id) };
    this.#acceptor = this.#messenger.listen(listen, handler);
    // A restarted OSD must not be taken for the one before.
    this.#acceptor.renew(1 + Math.floor(Math.random() * (MAX_NONCE - 1)), "the OSD starts");
    this.mon = new MonClient({
      clock,
      messenger: { connect: (o, h, signal) => this.#connect(o, h, signal) },
      auth: this.#auth,
      monitors: [{ addrs: monitors, priority: 0, weight: 0 }],
      modes: () => [ConMode.secure, ConMode.crc],
      hostname: host,
      fsid,
    }, events);
  }

  /** Where it listens. */
  get addrs(): EntityAddrVec {
    return this.#acceptor.addrs;
  }

  /** For sessions with managers. */
  readonly dial: Dial = async (peer, addr, handler, signal) => {
    const authenticator = this.#auth.authorizer(peer.type, MODES);
    if (authenticator === undefined) throw new Error("there is no ticket yet");
    return await this.#connect({ addr, peerType: peer.type, authenticator }, handler, signal);
  };

  close(reason: string): void {
    this.#acceptor.close(reason);
    this.mon.close(reason);
  }

  #connect(options: DialOptions, handler: ConnectionHandler, signal?: AbortSignal): Promise<Connection> {
    const own = { addrs: this.addrs, gid: BigInt(this.#o.id) };
    return this.#messenger.connect({ ...options, ...own }, handler, signal);
  }

  #verifier(): CephxVerifier {
    return new CephxVerifier({
      service: EntityType.osd,
      methods: [METHOD_CEPHX],
      modes: MODES,
      secret: (id) => this.#auth.rotating.get(id),
      refetch: () => this.mon.refreshRotating().catch(() => {}),
      onRefusal: (reason) => log.info(`osd.${this.#o.id} refused a peer: ${reason}`),
    });
  }
}
