/** A session with the active manager that comes back when it is lost. Upstream: mgr/MgrClient.cc */

import type { CephxClient } from "../../mgr/auth/cephx_client.ts";
import type { RawMessage } from "../../mgr/messages/message.ts";
import type { Connection } from "../../mgr/msgr/connection.ts";
import type { Messenger } from "../../mgr/msgr/messenger.ts";
import type { Clock, Timer } from "../../mgr/time/clock.ts";
import type { Gate } from "./gate.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";

/** Between two dials, at least. Upstream: mgr_connect_retry_interval */
const RETRY_MS = 1000;

/** Who connects, and how. */
export interface MgrLinkParts {
  readonly clock: Clock;
  readonly messenger: Messenger;
  readonly auth: CephxClient;
  readonly modes: readonly number[];
  /** Through which each dial goes, until its session is open or it came to none. */
  readonly gate: Gate;
  /** That of CLIENT_IDENT: the number of an OSD, the global_id of a client. */
  readonly gid?: bigint;
}

/** What its owner is told. */
export interface MgrLinkEvents {
  opened?(): void;
  message?(raw: RawMessage): void;
  /** The session has ended, or a dial came to none. Nobody is told when the manager is another one. */
  lost?(reason: string): void;
  dialled?(): void;
}

/** One peer's way to whoever is the active manager. */
export class MgrLink {
  readonly #parts: MgrLinkParts;
  readonly #events: MgrLinkEvents;
  #target: EntityAddr | undefined;
  #connection: Connection | undefined;
  /** Counts dials and their ends: what an older one brings about is nobody's business. */
  #serial = 0;
  #dialledAt = -Infinity;
  #retry: Timer | undefined;

  constructor(parts: MgrLinkParts, events: MgrLinkEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** The map names another manager, or none. */
  follow(target: EntityAddr | undefined): void {
    this.#target = target;
    this.#drop("another manager is active");
    this.#dialSoon();
  }

  send(raw: RawMessage): boolean {
    return this.#connection?.send(raw) ?? false;
  }

  #drop(reason: string): void {
    this.#serial++;
    this.#connection?.close(reason);
    this.#connection = undefined;
  }

  #dialSoon(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    if (this.#target === undefined) return;
    const wait = this.#dialledAt + RETRY_MS - this.#parts.clock.now();
    if (wait <= 0) this.#dial(this.#target);
    else this.#retry = this.#parts.clock.after(wait, () => this.#dialSoon());
  }

  async #dial(target: EntityAddr): Promise<void> {
    const { clock, messenger, auth, modes, gid, gate } = this.#parts;
    const serial = ++this.#serial;
    const isMine = (): boolean => serial === this.#serial;
    const leave = await gate.enter();
    if (!isMine()) return leave();
    const lost = (reason: Error): void => {
      leave();
      if (isMine()) this.#lost(reason.message);
    };
    this.#dialledAt = clock.now();
    this.#events.dialled?.();
    const authenticator = auth.authorizer(EntityType.mgr, modes)!;
    const options = {
      addr: target,
      peerType: EntityType.mgr,
      authenticator,
      ...gid !== undefined && { gid },
    };
    try {
      const connection = await messenger.connect(options, {
        open: () => {
          leave();
          if (isMine()) this.#events.opened?.();
        },
        message: (_, raw) => void (isMine() && this.#events.message?.(raw)),
        closed: (_, reason) => lost(reason),
      });
      if (isMine()) this.#connection = connection;
      else connection.close("another manager is active");
    } catch (e) {
      lost(e instanceof Error ? e : new Error(String(e)));
    }
  }

  #lost(reason: string): void {
    this.#drop(reason);
    this.#events.lost?.(reason);
    this.#dialSoon();
  }
}
