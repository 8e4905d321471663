/** A client and a server of the messenger joined in memory, with an authentication that always agrees. */

import { type AuthVerdict, ConMode } from "../../mgr/msgr/authenticator.ts";
import { Protocol, type ProtocolEvent } from "../../mgr/msgr/protocol.ts";
import type { ClientParameters } from "../../mgr/msgr/handshake_client.ts";
import type { ServerParameters } from "../../mgr/msgr/handshake_server.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";

/** Where the server of the pair pretends to listen. */
export const SERVER_ADDR: EntityAddr = { type: 2, nonce: 77, ip: "127.0.0.1", port: 6800 };
const CLIENT_ADDR: EntityAddr = { type: 2, nonce: 0, ip: "127.0.0.1", port: 40000 };

/** What a test may change. */
export interface PairOptions {
  readonly modes?: readonly number[];
  /** The mode that the server chooses; by default the client's first. */
  readonly chosen?: number;
  readonly sessionKey?: Uint8Array;
  readonly serverKey?: Uint8Array;
  readonly secret?: Uint8Array;
  readonly client?: Partial<ClientParameters>;
  readonly server?: Partial<ServerParameters>;
}

/** Both ends and what they told. */
export class ProtocolPair {
  readonly clientEvents: ProtocolEvent[] = [];
  readonly serverEvents: ProtocolEvent[] = [];
  readonly client: Protocol;
  readonly server: Protocol;
  readonly #o: PairOptions;

  constructor(options: PairOptions = {}) {
    this.#o = options;
    const modes = options.modes ?? [ConMode.secure, ConMode.crc];
    const keys = {
      sessionKey: options.sessionKey ?? new Uint8Array(16).fill(1),
      connectionSecret: options.secret ?? new Uint8Array(64).fill(2),
    };
    const client: ClientParameters = {
      entityType: EntityType.osd,
      target: SERVER_ADDR,
      targetType: EntityType.mgr,
      nonce: 5,
      globalSeq: 1n,
      authenticator: {
        begin: () => ({ method: 2, modes, payload: new Uint8Array([1]) }),
        refused: () => undefined,
        more: (payload) => payload,
        done: () => keys,
      },
      ...options.client,
    };
    const server: ServerParameters = {
      entityType: EntityType.mgr,
      addrs: () => [SERVER_ADDR],
      socketAddr: CLIENT_ADDR,
      gid: () => 4100n,
      globalSeq: 1n,
      ...options.server,
    };
    this.client = new Protocol({ kind: "client", parameters: client }, (e) => this.clientEvents.push(e));
    this.server = new Protocol({ kind: "server", parameters: server }, (e) => this.serverEvents.push(e));
  }

  /** What the server's verifier says to a request: a challenge first, then yes. */
  verdict(more: boolean, mode: number): AuthVerdict {
    if (!more) return { kind: "more", payload: new Uint8Array([9]) };
    return {
      kind: "done",
      globalId: 3n,
      mode: this.#o.chosen ?? mode,
      payload: new Uint8Array(0),
      keys: {
        sessionKey: this.#o.serverKey ?? this.#o.sessionKey ?? new Uint8Array(16).fill(1),
        connectionSecret: this.#o.secret ?? new Uint8Array(64).fill(2),
      },
      peer: {
        entity: { type: EntityType.osd, id: "3" },
        globalId: 3n,
        caps: "allow profile osd",
        allowAll: false,
      },
    };
  }

  /** Carries bytes until nobody says anything more; `tamper` may change what a side sends. */
  run(tamper: (from: "client" | "server", bytes: Uint8Array) => Uint8Array = (_, b) => b): void {
    for (let busy = true; busy;) {
      busy = false;
      for (const bytes of this.client.output()) {
        busy = true;
        this.#works.push(this.server.receive(tamper("client", bytes)));
      }
      this.#answerVerify();
      for (const bytes of this.server.output()) {
        busy = true;
        this.#works.push(this.client.receive(tamper("server", bytes)));
      }
    }
  }

  readonly #works: (Promise<void> | undefined)[] = [];

  /** Large encrypted messages are taken a little later. */
  async settled(): Promise<void> {
    await Promise.all(this.#works.splice(0));
  }

  #verified = 0;
  #answerVerify(): void {
    for (let asked = this.#asked(); asked.length > this.#verified; asked = this.#asked()) {
      const { more, request } = asked[this.#verified++]!;
      this.server.verdict(this.verdict(more, request.modes[0]!));
    }
  }

  #asked(): Extract<ProtocolEvent, { kind: "verify" }>[] {
    return this.serverEvents.filter((e) => e.kind === "verify");
  }
}
