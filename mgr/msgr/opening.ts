/** What a connection keeps until its session is open, and gives up then: most are open and silent. */

import { ProtocolError } from "./errors.ts";
import { ClientHandshake, type ClientParameters } from "./handshake_client.ts";
import { ServerHandshake, type ServerParameters } from "./handshake_server.ts";
import { signature } from "./crypto.ts";

/** Which side we are. */
export type Role =
  | { readonly kind: "client"; readonly parameters: ClientParameters }
  | { readonly kind: "server"; readonly parameters: ServerParameters };

/** Bytes that a peer may send before it is authenticated; the signature keeps them all. Real ones stay below 4 KiB. */
const MAX_HANDSHAKE_BYTES = 64 * 1024;

/** Records one direction until the signature is made. */
class Recording {
  readonly parts: Uint8Array[] = [];
  #bytes = 0;
  #on = true;

  add(wire: Uint8Array): void {
    if (!this.#on) return;
    this.#bytes += wire.length;
    if (this.#bytes > MAX_HANDSHAKE_BYTES) {
      throw new ProtocolError("Cannot open a session: the handshake is too long");
    }
    this.parts.push(wire);
  }

  stop(): void {
    this.#on = false;
  }
}

/** A session that is being opened. */
export class Opening {
  readonly handshake: ClientHandshake | ServerHandshake;
  readonly received = new Recording();
  readonly sent = new Recording();
  sessionKey: Uint8Array = new Uint8Array(0);
  /** The owner has been asked to verify the peer: frames that follow wait. */
  verifying = false;
  /** Of the peer's banner, once its head is there. */
  bannerLength: number | undefined;
  /** The banners are exchanged. */
  begun = false;

  constructor(role: Role) {
    const expected = (): Uint8Array => signature(this.sessionKey, this.sent.parts);
    this.handshake = role.kind === "client"
      ? new ClientHandshake(role.parameters, expected)
      : new ServerHandshake(role.parameters, expected);
  }

  /** What it waits for: for error texts. */
  get state(): string {
    return this.begun ? this.handshake.state : "banner";
  }
}
