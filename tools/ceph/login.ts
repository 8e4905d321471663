/** A client's login: cephx with its key, or none where ceph.conf and the monitors allow that. */

import { AuthNoneClient } from "../../mgr/auth/auth_none.ts";
import { METHOD_NONE } from "../../mgr/auth/authorizer.ts";
import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import type { MonAuth } from "../../mgr/mon/mon_auth.ts";
import type { Authenticator } from "../../mgr/msgr/authenticator.ts";
import type { EntityName } from "../../mgr/types/entity_name.ts";

/** Who logs in. At least one of key and `allowNone` must be there. */
export interface LoginOptions {
  readonly entity: EntityName;
  readonly key: CryptoKey | undefined;
  /** Whether auth_client_required holds `none`. */
  readonly allowNone: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** One identity. */
export class ClientLogin implements MonAuth {
  /** Only daemons have secrets of their service. */
  readonly rotating = { stale: (): boolean => false };
  readonly entity: EntityName;
  readonly #none: AuthNoneClient | undefined;
  #active: CephxClient | AuthNoneClient;

  constructor({ entity, key, allowNone, now }: LoginOptions) {
    this.entity = entity;
    const cephx = key && new CephxClient({ entity, key, services: MGR_SERVICES, now });
    this.#none = allowNone ? new AuthNoneClient(entity) : undefined;
    const active = cephx ?? this.#none;
    if (active === undefined) {
      throw new Error("Cannot log in: there is neither a key nor a login without one");
    }
    this.#active = active;
  }

  get globalId(): bigint {
    return this.#active.globalId;
  }

  get lapsed(): boolean {
    return this.#active.lapsed;
  }

  monAuthenticator(modes: readonly number[]): Authenticator {
    const none = this.#none;
    let current: Authenticator = this.#active.monAuthenticator(modes);
    return {
      begin: () => current.begin(),
      refused: (refusal) => {
        if (this.#active === none || none === undefined || !refusal.allowedMethods.includes(METHOD_NONE)) {
          return current.refused(refusal);
        }
        this.#active = none;
        current = none.monAuthenticator();
        return current.begin();
      },
      more: (payload) => current.more(payload),
      done: (globalId, mode, payload) => current.done(globalId, mode, payload),
    };
  }

  /** For a connection to a daemon; undefined without a ticket for its kind. */
  authorizer(service: number, modes: readonly number[]): Authenticator | undefined {
    return this.#active.authorizer(service, modes);
  }

  forgetIdentity(): void {
    this.#active.forgetIdentity();
  }

  renewal(): Uint8Array | undefined {
    return this.#active.renewal();
  }

  rotatingRequest(): undefined {
    return undefined;
  }

  reply(result: number, payload: Uint8Array): void {
    this.#active.reply(result, payload);
  }
}
