/** Sessions that we open to daemons: one for each, dialled when it is wanted, shared by all who talk to it. */

import { getLogger } from "@logtape/logtape";
import type { RawMessage } from "../messages/message.ts";
import type { Connection, ConnectionHandler } from "../msgr/connection.ts";
import type { Clock, Timer } from "../time/clock.ts";
import { type EntityAddr, formatTypedAddr, sameAddr } from "../types/entity_addr.ts";
import { type EntityNum, formatEntityNum } from "../types/entity_name.ts";

const log = getLogger(["ganglion", "objecter"]);

/** Pause before a daemon is dialled again, doubled each time. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
/** A session that ends sooner counts as one that could not be opened. */
const LASTING_SESSION_MS = 5_000;

/** Opens connections as the identity that all sessions have. Rejects when the daemon cannot be dialled. */
export type Dial = (
  peer: EntityNum,
  addr: EntityAddr,
  handler: ConnectionHandler,
  signal: AbortSignal,
) => Promise<Connection>;

/** Somebody who talks to daemons over these sessions. */
export interface SessionUser {
  opened(peer: EntityNum): void;
  /** What was sent and not answered is lost; so is a try to dial. */
  lost(peer: EntityNum, reason: string): void;
  /** By type number. Throwing closes the session. */
  readonly handlers: ReadonlyMap<number, (peer: EntityNum, raw: RawMessage) => void>;
}

interface Session {
  readonly peer: EntityNum;
  readonly addr: EntityAddr;
  readonly stop: AbortController;
  state: "idle" | "waiting" | "dialling" | "open";
  /** While dialling: once TCP stands. */
  connection: Connection | undefined;
  openedAt: number;
  /** Pause before the next try. */
  retryMs: number;
  notBefore: number;
  timer: Timer | undefined;
}

/** All sessions of one identity. */
export class DaemonSessions {
  readonly #dial: Dial;
  readonly #clock: Clock;
  readonly #users: SessionUser[] = [];
  readonly #sessions = new Map<string, Session>();
  #closed = false;

  constructor(dial: Dial, clock: Clock) {
    this.#dial = dial;
    this.#clock = clock;
  }

  /** From now on that user is told. */
  use(user: SessionUser): void {
    this.#users.push(user);
  }

  /** Whom we have dialled, and where. */
  peers(): { readonly peer: EntityNum; readonly addr: EntityAddr }[] {
    return [...this.#sessions.values()].map(({ peer, addr }) => ({ peer, addr }));
  }

  /** Dials unless there is a session or a try; the users are told `opened` or `lost`. */
  want(peer: EntityNum, addr: EntityAddr): void {
    if (this.#closed) return;
    const name = formatEntityNum(peer);
    const known = this.#sessions.get(name);
    if (known !== undefined && !sameAddr(known.addr, addr)) this.drop(peer, "it has another address now");
    let session = this.#sessions.get(name);
    if (session === undefined) this.#sessions.set(name, session = newSession(peer, addr));
    if (session.state === "idle") this.#schedule(session);
  }

  /** False when there is no open session. */
  send(peer: EntityNum, raw: RawMessage): boolean {
    const session = this.#sessions.get(formatEntityNum(peer));
    return session?.state === "open" && session.connection!.send(raw);
  }

  /** Ends the session with that daemon, if there is one. */
  drop(peer: EntityNum, reason: string): void {
    const session = this.#sessions.get(formatEntityNum(peer));
    if (session !== undefined) this.#end(session, reason);
  }

  /** The end: nothing is dialled any more. */
  close(reason: string): void {
    this.#closed = true;
    for (const session of [...this.#sessions.values()]) this.#end(session, reason);
  }

  #end(session: Session, reason: string): void {
    this.#sessions.delete(formatEntityNum(session.peer));
    session.timer?.cancel();
    session.stop.abort(new Error(reason));
    const { connection, state } = session;
    session.state = "idle";
    session.connection = undefined;
    connection?.close(reason);
    if (state !== "idle") this.#tellLost(session.peer, reason);
  }

  #schedule(session: Session): void {
    const wait = session.notBefore - this.#clock.now();
    if (wait <= 0) return void this.#open(session);
    session.state = "waiting";
    session.timer = this.#clock.after(wait, () => void this.#open(session));
  }

  async #open(session: Session): Promise<void> {
    session.state = "dialling";
    const { peer, addr, stop: { signal } } = session;
    try {
      const connection = await this.#dial(peer, addr, this.#handler(session), signal);
      if (signal.aborted) connection.close("no longer wanted");
      else session.connection = connection;
    } catch (e) {
      this.#failed(session, e instanceof Error ? e : new Error(String(e)));
    }
  }

  #handler(session: Session): ConnectionHandler {
    return {
      open: (connection) => {
        if (session.stop.signal.aborted) return;
        session.state = "open";
        session.connection = connection;
        session.openedAt = this.#clock.now();
        for (const user of this.#users) user.opened(session.peer);
      },
      message: (connection, raw) => {
        if (session.connection === connection) this.#message(session.peer, raw);
      },
      closed: (_, reason) => this.#failed(session, reason),
    };
  }

  #message(peer: EntityNum, raw: RawMessage): void {
    for (const user of this.#users) user.handlers.get(raw.type)?.(peer, raw);
  }

  #failed(session: Session, reason: Error): void {
    if (session.state === "idle" || session.stop.signal.aborted) return;
    log.debug(`${formatEntityNum(session.peer)} at ${formatTypedAddr(session.addr)}: ${reason.message}`);
    const now = this.#clock.now();
    const lasted = session.state === "open" && now - session.openedAt >= LASTING_SESSION_MS;
    session.retryMs = lasted ? MIN_RETRY_MS : Math.min(session.retryMs * 2, MAX_RETRY_MS);
    session.notBefore = now + session.retryMs;
    session.state = "idle";
    session.connection = undefined;
    this.#tellLost(session.peer, reason.message);
  }

  #tellLost(peer: EntityNum, reason: string): void {
    for (const user of this.#users) user.lost(peer, reason);
  }
}

function newSession(peer: EntityNum, addr: EntityAddr): Session {
  return {
    peer,
    addr,
    stop: new AbortController(),
    state: "idle",
    connection: undefined,
    openedAt: 0,
    retryMs: MIN_RETRY_MS / 2,
    notBefore: -Infinity,
    timer: undefined,
  };
}
