/** What a peer did wrong. Thrown by the pure protocol, caught by the connection, which closes. */

import type { AuthRefusal } from "./authenticator.ts";

/** The peer broke the protocol: its connection is closed, nothing else happens. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** The server refused our authentication: -13 wrong key or ticket, -95 method or mode. */
export class AuthRefusedError extends Error {
  override readonly name = "AuthRefusedError";

  constructor(readonly refusal: AuthRefusal) {
    super(`Cannot authenticate: the peer refused method ${refusal.method} (${refusal.result})`);
  }

  /** Negative. */
  get errno(): number {
    return this.refusal.result;
  }
}
