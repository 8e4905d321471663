/** Tells a person who waits what for. */

import type { CliIo } from "./io.ts";

/** A person who waits so long is told for what. */
const NOTE_AFTER_MS = 3000;

/** One line for each reason, and only if it takes a while; and one when it is over. */
export class WaitingNotes {
  readonly #io: Pick<CliIo, "err">;
  readonly #said = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #why = "";

  constructor(io: Pick<CliIo, "err">) {
    this.#io = io;
  }

  /** Something takes longer, and why; the last reason counts. */
  waiting(why: string): void {
    this.#why = why;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#said.has(this.#why)) return;
      this.#said.add(this.#why);
      this.#io.err(`ceph: waiting (Ctrl-C ends it): ${this.#why}\n`);
    }, NOTE_AFTER_MS);
  }

  /** There is a session again: who was told is told that, too. */
  over(): void {
    this.done();
    if (this.#said.size > 0) this.#io.err("ceph: a monitor answers again\n");
    this.#said.clear();
  }

  /** Nobody waits any more. */
  done(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
