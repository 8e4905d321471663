/** What a peer did wrong. Thrown by the pure protocol, caught by the connection, which closes. */

/** The peer broke the protocol: its connection is closed, nothing else happens. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** The server refused our authentication. `errno` is negative: -13 wrong key or ticket, -95 method or mode. */
export class AuthRefusedError extends Error {
  override readonly name = "AuthRefusedError";

  constructor(message: string, readonly errno: number) {
    super(message);
  }
}
