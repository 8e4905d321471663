/** Connections whose peer has not proved who it is: so many at a time, and those who stay silent make room. */

import type { Clock, Timer } from "../time/clock.ts";

/** What is looked at; Connection has it. */
export interface Unproved {
  /** What it waits for; goes on with each whole frame that belongs there, not with each byte. */
  readonly state: string;
  close(reason: string): void;
}

/** While others wait, everybody is looked at so often; */
const LOOK_MS = 500;
/**
 * and who is not a step further at so many looks in a row is closed. More than one: when thousands come at once, what
 * a peer has said may lie unread for a while, and it is we who are late.
 */
const MAX_IDLE_LOOKS = 3;

interface Look {
  readonly state: string;
  readonly idle: number;
}

/** Who comes while all places are taken waits in the system's queue: refused at once he would come again at once. */
export class Handshakes<T extends Unproved> {
  readonly #clock: Clock;
  readonly #places: number;
  readonly #open = new Map<T, Look>();
  #room: PromiseWithResolvers<void> | undefined;
  #looks: Timer | undefined;

  constructor(clock: Clock, places: number) {
    this.#clock = clock;
    this.#places = places;
  }

  get size(): number {
    return this.#open.size;
  }

  add(connection: T): void {
    this.#open.set(connection, { state: "", idle: 0 });
  }

  /** It has proved who it is, or is closed. */
  delete(connection: T): void {
    this.#open.delete(connection);
    if (this.#open.size < this.#places) this.#wake();
  }

  /** Resolves when there is a place. One may wait at a time. */
  async room(): Promise<void> {
    while (this.#open.size >= this.#places) {
      this.#room = Promise.withResolvers();
      this.#looks ??= this.#clock.every(LOOK_MS, () => this.#look());
      await this.#room.promise;
    }
  }

  /** Nobody waits any longer. */
  stop(): void {
    this.#open.clear();
    this.#wake();
  }

  #wake(): void {
    this.#looks?.cancel();
    this.#looks = undefined;
    this.#room?.resolve();
    this.#room = undefined;
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
