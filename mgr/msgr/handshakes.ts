/** Connections whose peer has not proved who it is: so many at a time, newcomers first, and who makes no step makes room. */

import type { Clock, Timer } from "../time/clock.ts";

/** What is looked at; Connection has it. */
export interface Unproved {
  /** What it waits for; goes on with each whole frame that belongs there, not with each byte. */
  readonly state: string;
  close(reason: string): void;
}

/** Who has come and waits to be let in: a socket. */
export interface Caller {
  close(): void;
}

/** While others wait, everybody is looked at so often; */
const LOOK_MS = 500;
/**
 * and who is not a step further at so many looks in a row is closed. More than one: when thousands come at once, what
 * a peer has said may lie unread for a while, and it is we who are late.
 */
const MAX_IDLE_LOOKS = 6;
/** A peer gives up after 10 s (ms_connection_ready_timeout): a session that begins later would be for nothing. */
const MAX_WAIT_MS = 8_000;

interface Look {
  readonly state: string;
  readonly idle: number;
}

/**
 * Who comes while all places are taken waits. The last comes first then: when we are too slow for all, he is the one
 * who can still be served in his time, and who was not served comes again.
 */
export class Handshakes<T extends Unproved, C extends Caller> {
  readonly #clock: Clock;
  readonly #places: number;
  readonly #letIn: (caller: C) => void;
  readonly #open = new Map<T, Look>();
  readonly #waiting: { readonly caller: C; readonly since: number }[] = [];
  #looks: Timer | undefined;

  /** `letIn` is to `add` the connection that it makes of a caller. */
  constructor(clock: Clock, places: number, letIn: (caller: C) => void) {
    this.#clock = clock;
    this.#places = places;
    this.#letIn = letIn;
  }

  /** Those who wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Somebody has come. */
  come(caller: C): void {
    this.#waiting.push({ caller, since: this.#clock.now() });
    this.#next();
    if (this.#waiting.length > 0) this.#looks ??= this.#clock.every(LOOK_MS, () => this.#look());
  }

  add(connection: T): void {
    this.#open.set(connection, { state: "", idle: 0 });
  }

  /** It has proved who it is, or is closed. */
  delete(connection: T): void {
    if (this.#open.delete(connection)) this.#next();
  }

  /** Sends everybody away who waits. */
  dismiss(): void {
    for (const { caller } of this.#waiting.splice(0)) caller.close();
    this.#rest();
  }

  #next(): void {
    while (this.#open.size < this.#places && this.#waiting.length > 0) {
      const { caller, since } = this.#waiting.pop()!;
      if (this.#clock.now() - since > MAX_WAIT_MS) caller.close();
      else this.#letIn(caller);
    }
    if (this.#waiting.length === 0) this.#rest();
  }

  #rest(): void {
    this.#looks?.cancel();
    this.#looks = undefined;
  }

  #look(): void {
    for (const [connection, look] of [...this.#open]) {
      const { state } = connection;
      const idle = state === look.state ? look.idle + 1 : 0;
      if (idle < MAX_IDLE_LOOKS) this.#open.set(connection, { state, idle });
      else connection.close("others wait, and this peer has not proved who it is");
    }
  }
}
