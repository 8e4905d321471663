/** Clusters without authentication: the client's side. Upstream: auth/none/AuthNoneProtocol.h */

import { Encoder } from "../encoding/mod.ts";
import { EntityName } from "../types/entity_name.ts";
import { type ExchangeKeys, METHOD_NONE } from "./authorizer.ts";
import { AuthMode } from "./cephx_structs.ts";
import { RotatingKeys } from "./rotating_keys.ts";

/** Without keys nothing can be encrypted. */
const CRC_ONLY: readonly number[] = [1];
const NO_KEYS: ExchangeKeys = { sessionKey: new Uint8Array(0), connectionSecret: new Uint8Array(0) };

/** One connection's exchange: a request, and the answer is yes. */
interface NoneExchange {
  begin(): { method: number; modes: readonly number[]; payload: Uint8Array };
  refused(): undefined;
  more(): never;
  done(globalId: bigint): ExchangeKeys;
}

/** What CephxClient is on other clusters. */
export class AuthNoneClient {
  readonly rotating = new RotatingKeys();
  readonly entity: EntityName;
  readonly lapsed = false;
  #globalId = 0n;

  constructor(entity: EntityName) {
    this.entity = entity;
  }

  get globalId(): bigint {
    return this.#globalId;
  }

  forgetIdentity(): void {
    this.#globalId = 0n;
  }

  monAuthenticator(): NoneExchange {
    return this.#exchange(AuthMode.mon, (globalId) => this.#globalId = globalId);
  }

  authorizer(): NoneExchange {
    return this.#exchange(AuthMode.authorizer, () => {});
  }

  renewal(): undefined {
    return undefined;
  }

  rotatingRequest(): undefined {
    return undefined;
  }

  reply(): void {}

  #exchange(mode: number, learn: (globalId: bigint) => void): NoneExchange {
    const e = new Encoder().u8(mode);
    EntityName.encode(e, this.entity);
    const payload = e.u64(this.#globalId).finish();
    return {
      begin: () => ({ method: METHOD_NONE, modes: CRC_ONLY, payload }),
      refused: () => undefined,
      more: () => {
        throw new Error("Cannot authenticate: a challenge came without authentication");
      },
      done: (globalId) => (learn(globalId), NO_KEYS),
    };
  }
}
