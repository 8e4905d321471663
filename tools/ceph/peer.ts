/** A connection to one daemon over which commands are asked. */

import { MCommand, MCommandReply, MMgrCommand, MMgrCommandReply } from "../../mgr/messages/command.ts";
import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MPing } from "../../mgr/messages/ping.ts";
import type { CommandResult } from "../../mgr/mon/mon_client.ts";
import type { Connection } from "../../mgr/msgr/connection.ts";
import type { DialOptions, Messenger } from "../../mgr/msgr/messenger.ts";

/** The answer to a ping has no number: nothing else is asked over that connection. */
const PING = -1n;
/** `tell` goes to the table of a daemon, `mgr` to that of the active manager. */
export type CommandTable = "tell" | "mgr";

const REQUEST = { tell: MCommand, mgr: MMgrCommand } as const;

/** An open session. */
export class Peer {
  readonly #connection: Connection;
  readonly #waiting: Map<bigint, PromiseWithResolvers<RawMessage>>;
  #lastTid = 0n;

  private constructor(connection: Connection, waiting: Map<bigint, PromiseWithResolvers<RawMessage>>) {
    this.#connection = connection;
    this.#waiting = waiting;
  }

  /** Dials; resolves when the session is open, rejects when it cannot be or `signal` ends it before. */
  static async open(messenger: Messenger, dial: DialOptions, signal?: AbortSignal): Promise<Peer> {
    const opened = Promise.withResolvers<void>();
    // Dialling itself may fail first.
    opened.promise.catch(() => {});
    const waiting = new Map<bigint, PromiseWithResolvers<RawMessage>>();
    const fail = (reason: Error): void => {
      opened.reject(reason);
      for (const answer of waiting.values()) answer.reject(reason);
    };
    const onAbort = (): void => fail(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const connection = await messenger.connect(dial, {
      open: () => opened.resolve(),
      message: (_, raw) => (waiting.get(raw.tid) ?? waiting.get(PING))?.resolve(raw),
      closed: (_, reason) => fail(reason),
    }, signal);
    await opened.promise;
    return new Peer(connection, waiting);
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Sends a command, JSON, and waits for its answer, as long as the session stands. */
  async command(table: CommandTable, fsid: string, json: string, data: Uint8Array): Promise<CommandResult> {
    const tid = ++this.#lastTid;
    const raw = await this.#ask(tid, pack(REQUEST[table], { fsid, cmd: [json], data }, tid));
    return unpack(raw.type === MCommandReply.type ? MCommandReply : MMgrCommandReply, raw);
  }

  /** What a monitor says of itself. */
  async ping(): Promise<string> {
    return unpack(MPing, await this.#ask(PING, pack(MPing, { text: "" }))).text;
  }

  close(): void {
    this.#connection.close("done");
  }

  async #ask(id: bigint, raw: RawMessage): Promise<RawMessage> {
    const answer = Promise.withResolvers<RawMessage>();
    this.#waiting.set(id, answer);
    try {
      if (!this.#connection.send(raw)) throw new Error("the connection is gone");
      return await answer.promise;
    } finally {
      this.#waiting.delete(id);
    }
  }
}
