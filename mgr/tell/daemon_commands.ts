/** Commands to OSDs and MDSs until they are answered, over the sessions of the RADOS client. Upstream: Objecter::_submit_command */

import { MCommand, MCommandReply } from "../messages/command.ts";
import { pack, type RawMessage, unpack } from "../messages/message.ts";
import type { DaemonSessions } from "../rados/daemon_sessions.ts";
import type { Clock } from "../time/clock.ts";
import { TimedOutError } from "../time/timed_out.ts";
import { type EntityNum, formatEntityNum } from "../types/entity_name.ts";
import type { Uuid } from "../types/uuid.ts";

/** More unanswered commands are refused. */
export const MAX_PENDING_COMMANDS = 1024;

/** Input of one command: daemons take a few keys or a small file. */
export const MAX_INPUT_BYTES = 16 * 1024 * 1024;

/** What a daemon answers. */
export interface CommandAnswer {
  /** 0 or a negative errno. */
  readonly r: number;
  readonly rs: string;
  readonly data: Uint8Array;
}

/** How a command is to be treated. */
export interface TellOptions {
  readonly input?: Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Where a command goes by the maps that we have. */
export type Destination =
  | { readonly kind: "daemon"; readonly peer: EntityNum; readonly dial: () => void }
  /** It can be answered without asking anybody. */
  | { readonly kind: "answer"; readonly answer: CommandAnswer }
  /** Nobody can answer now; a later map will tell. */
  | { readonly kind: "nobody" };

const NOTHING = new Uint8Array(0);

/** An answer of our own. */
export function answer(r: number, rs: string): CommandAnswer {
  return { r, rs, data: NOTHING };
}

/** What it needs of the manager. */
export interface DaemonCommandsParts {
  readonly clock: Clock;
  readonly fsid: () => Uuid;
  /** Why nothing may be sent now, or undefined. */
  readonly refusal: () => string | undefined;
}

interface Pending {
  readonly tid: bigint;
  readonly command: string;
  readonly input: Uint8Array;
  /** Asked of each map anew. */
  readonly find: () => Destination;
  peer: EntityNum | undefined;
  sent: boolean;
  readonly settle: (answer: CommandAnswer | Error) => void;
}

/** Commands that have no answer yet. They are sent again when their daemon comes back, and so may run twice. */
export class DaemonCommands {
  readonly #sessions: DaemonSessions;
  readonly #parts: DaemonCommandsParts;
  readonly #pending = new Map<bigint, Pending>();
  #lastTid = 0n;

  constructor(sessions: DaemonSessions, parts: DaemonCommandsParts) {
    this.#sessions = sessions;
    this.#parts = parts;
    sessions.use({
      opened: (peer) => this.#flush(peer),
      lost: (peer) => this.#lost(peer),
      handlers: new Map([[MCommandReply.type, (peer, raw) => this.#answered(peer, raw)]]),
    });
  }

  /** Resolves with what the daemon answers; rejects when there is no answer. `what` names it in errors. */
  send(what: string, command: string, find: () => Destination, options: TellOptions): Promise<CommandAnswer> {
    const { input = NOTHING, timeoutMs, signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const refusal = this.#refusal(input);
    if (refusal !== undefined) return Promise.reject(new Error(`Cannot send ${what}: ${refusal}`));
    return new Promise((resolve, reject) => {
      const tid = ++this.#lastTid;
      const timer = this.#parts.clock.after(timeoutMs, () => {
        pending.settle(
          new TimedOutError(`Cannot complete ${what}: ${this.#state(pending)} in ${timeoutMs / 1000} s`),
        );
      });
      const onAbort = (): void => pending.settle(signal!.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = (result: CommandAnswer | Error): void => {
        if (!this.#pending.delete(tid)) return;
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const pending: Pending = { tid, command, input, find, peer: undefined, sent: false, settle };
      this.#pending.set(tid, pending);
      this.#route(pending);
    });
  }

  /** A newer map of OSDs or MDSs. */
  mapChanged(): void {
    for (const pending of [...this.#pending.values()]) this.#route(pending);
  }

  /** The end: everything fails. */
  close(reason: string): void {
    for (const { settle } of [...this.#pending.values()]) {
      settle(new Error(`Cannot complete a command: ${reason}`));
    }
  }

  #refusal(input: Uint8Array): string | undefined {
    if (input.length > MAX_INPUT_BYTES) return `its input is longer than ${MAX_INPUT_BYTES} bytes`;
    if (this.#pending.size < MAX_PENDING_COMMANDS) return undefined;
    return `${MAX_PENDING_COMMANDS} commands to daemons are unanswered`;
  }

  #route(pending: Pending): void {
    const to = pending.find();
    if (to.kind === "answer") return pending.settle(to.answer);
    const peer = to.kind === "daemon" ? to.peer : undefined;
    if (!samePeer(pending.peer, peer)) pending.sent = false;
    pending.peer = peer;
    if (to.kind !== "daemon" || pending.sent) return;
    to.dial();
    this.#send(pending);
  }

  #flush(peer: EntityNum): void {
    for (const pending of this.#pending.values()) {
      if (samePeer(pending.peer, peer) && !pending.sent) this.#send(pending);
    }
  }

  #lost(peer: EntityNum): void {
    for (const pending of [...this.#pending.values()]) {
      if (!samePeer(pending.peer, peer)) continue;
      pending.sent = false;
      this.#route(pending);
    }
  }

  /** Asks each time: a command that waited for its daemon may have outlived our role. */
  #send(pending: Pending): void {
    const refusal = this.#parts.refusal();
    if (refusal !== undefined) return pending.settle(new Error(`Cannot complete a command: ${refusal}`));
    const { tid, command, input, peer } = pending;
    const message = { fsid: this.#parts.fsid(), cmd: [command], data: input };
    pending.sent = this.#sessions.send(peer!, pack(MCommand, message, tid));
  }

  #answered(peer: EntityNum, raw: RawMessage): void {
    const pending = this.#pending.get(raw.tid);
    if (pending?.sent && samePeer(pending.peer, peer)) pending.settle(unpack(MCommandReply, raw));
  }

  #state({ peer, sent }: Pending): string {
    if (peer === undefined) return "nobody serves its target";
    return `${formatEntityNum(peer)} ${sent ? "has not answered" : "could not be reached"}`;
  }
}

function samePeer(a: EntityNum | undefined, b: EntityNum | undefined): boolean {
  return a?.type === b?.type && a?.num === b?.num;
}
