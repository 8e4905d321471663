/** Who may log in: keys, tickets and numbers from the committed state. Upstream: mon/AuthMonitor.cc, auth/KeyServer.cc */

import { METHOD_CEPHX } from "../../../mgr/auth/authorizer.ts";
import { CephxMonServer, type MonAuthority } from "../../../mgr/auth/cephx_mon_server.ts";
import { DEFAULT_LIFE } from "../../../mgr/auth/cephx_mon_tickets.ts";
import type { RotatingSecrets } from "../../../mgr/auth/cephx_structs.ts";
import { randomBytes } from "../../../mgr/auth/seal.ts";
import { NO_SECRETS, rotate } from "../../../mgr/auth/service_secrets.ts";
import type { AuthVerdict, PeerIdentity, Verifier } from "../../../mgr/msgr/authenticator.ts";
import { ConMode } from "../../../mgr/msgr/authenticator.ts";
import { EntityType, formatEntityName } from "../../../mgr/types/entity_name.ts";
import type { Change, Committed } from "../state/committed.ts";

/** Services whose tickets are sealed with rotating secrets. */
const SERVICES = [EntityType.mon, EntityType.mds, EntityType.osd, EntityType.mgr, EntityType.auth] as const;
/** Numbers are taken from the store in blocks: a login costs no write. */
const GLOBAL_IDS = 100;

const EACCES = -13;
const REFUSED: AuthVerdict = {
  kind: "refused",
  refusal: {
    method: METHOD_CEPHX,
    result: EACCES,
    allowedMethods: [METHOD_CEPHX],
    allowedModes: [ConMode.secure],
  },
};

/** What logins need of the monitor. */
export interface LoginHost {
  readonly state: Committed;
  readonly wall: () => number;
  commit(change: Change): void;
  /** Whether nobody is let in. */
  refuses(): boolean;
  /** Told why somebody was refused. */
  refused(reason: string): void;
}

/** Makes the verifier of each connection, and knows which one let a peer in. */
export class Logins {
  readonly #host: LoginHost;
  readonly #authority: MonAuthority;
  readonly #servers = new WeakMap<PeerIdentity, CephxMonServer>();
  #nextId = 0;
  #lastId = 0;

  constructor(host: LoginHost) {
    this.#host = host;
    this.#authority = {
      life: DEFAULT_LIFE,
      secrets: (service) => host.state.auth.rotating.get(service),
      wall: host.wall,
      random: randomBytes,
      entity: (name) => host.state.auth.entities.get(formatEntityName(name)),
      newGlobalId: () => this.#newGlobalId(),
      modes: [ConMode.secure, ConMode.crc],
      insecureReclaim: false,
      onRefusal: (reason) => host.refused(reason),
    };
  }

  /** For one connection. */
  verifier(): Verifier {
    const server = new CephxMonServer(this.#authority);
    const remember = (verdict: AuthVerdict): AuthVerdict => {
      if (verdict.kind === "done") this.#servers.set(verdict.peer, server);
      return verdict;
    };
    return {
      request: (request, peerType) =>
        this.#host.refuses() ? REFUSED : remember(server.request(request, peerType)),
      more: (payload) => remember(server.more(payload)),
    };
  }

  /** Answers the MAuth of a peer that came in by one of our verifiers. */
  serverOf(identity: PeerIdentity): CephxMonServer {
    return this.#servers.get(identity)!;
  }

  /** New secrets where old ones have expired; undefined when all are good. */
  rotation(): Change | undefined {
    const { state, wall } = this.#host;
    const changed = SERVICES.flatMap((service): [number, RotatingSecrets][] => {
      const old = state.auth.rotating.get(service) ?? NO_SECRETS;
      const next = rotate(old, wall(), DEFAULT_LIFE.serviceMs, randomBytes);
      return next === old ? [] : [[service, next]];
    });
    return changed.length === 0 ? undefined : { auth: { rotating: new Map(changed) } };
  }

  #newGlobalId(): bigint {
    if (this.#nextId >= this.#lastId) {
      this.#nextId = this.#host.state.auth.maxGlobalId;
      this.#lastId = this.#nextId + GLOBAL_IDS;
      this.#host.commit({ auth: { maxGlobalId: this.#lastId } });
    }
    return BigInt(++this.#nextId);
  }
}
