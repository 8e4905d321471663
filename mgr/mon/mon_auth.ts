/** What MonClient needs of authentication. */

import type { Authenticator } from "../msgr/authenticator.ts";
import type { EntityName } from "../types/entity_name.ts";

/** How we log in: CephxClient, or AuthNoneClient. */
export interface MonAuth {
  readonly entity: EntityName;
  readonly globalId: bigint;
  /** Tickets have expired without a renewal. */
  readonly lapsed: boolean;
  /** Whether it is time to fetch them anew; monotonic milliseconds. */
  readonly rotating: { stale(now: number): boolean };
  monAuthenticator(modes: readonly number[]): Authenticator;
  forgetIdentity(): void;
  /** The next request that keeps tickets fresh. */
  renewal(): Uint8Array | undefined;
  /** Undefined where there are no rotating secrets. */
  rotatingRequest(): Uint8Array | undefined;
  reply(result: number, payload: Uint8Array): void;
}

/** Lets `done` through only when no other login of the batch was granted before. */
export function onlyFirst(inner: Authenticator, first: () => boolean): Authenticator {
  return {
    begin: () => inner.begin(),
    refused: (refusal) => inner.refused(refusal),
    more: (payload) => inner.more(payload),
    done(globalId, mode, payload) {
      if (!first()) throw new Error("another monitor answered first");
      return inner.done(globalId, mode, payload);
    },
  };
}
