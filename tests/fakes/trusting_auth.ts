/** An authentication that always agrees, and a handler that remembers what it was told. */

import {
  type Authenticator,
  type AuthVerdict,
  ConMode,
  type Verifier,
} from "../../mgr/msgr/authenticator.ts";
import type { Connection, ConnectionHandler } from "../../mgr/msgr/connection.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import type { RawMessage } from "../../mgr/types/raw_message.ts";

const KEYS = { sessionKey: new Uint8Array(0), connectionSecret: new Uint8Array(0) };
/** The server's side: everybody is client.a. */
export const trusting: Verifier = {
  request: () =>
    Promise.resolve<AuthVerdict>({
      kind: "done",
      globalId: 3n,
      mode: ConMode.crc,
      payload: new Uint8Array(0),
      keys: KEYS,
      peer: { entity: { type: EntityType.client, id: "a" }, globalId: 3n, caps: "", allowAll: true },
    }),
  more: () => {
    throw new Error("not asked for");
  },
};
/** The client's side. */
export const authenticator: Authenticator = {
  begin: () => ({ method: 1, modes: [ConMode.crc], payload: new Uint8Array(0) }),
  refused: () => undefined,
  more: (payload) => payload,
  done: () => KEYS,
};

/** What its connection was told. */
export class Recorder implements ConnectionHandler {
  readonly messages: RawMessage[] = [];
  closedBy: Error | undefined;
  constructor(readonly take: (raw: RawMessage) => void | Promise<void> = () => {}) {}
  message(_: Connection, raw: RawMessage): void | Promise<void> {
    this.messages.push(raw);
    return this.take(raw);
  }
  closed(_: Connection, reason: Error): void {
    this.closedBy = reason;
  }
}
