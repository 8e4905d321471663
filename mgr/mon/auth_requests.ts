/** Tickets and rotating secrets over the open session: one MAuth at a time. Upstream: MonClient::_check_auth_tickets, _check_auth_rotating */

import { getLogger } from "@logtape/logtape";
import { CephxError } from "../auth/cephx_client.ts";
import { MAuth, MAuthReply } from "../messages/auth.ts";
import { pack, type RawMessage, unpack } from "../messages/message.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { MonAuth } from "./mon_auth.ts";

const log = getLogger(["ganglion", "monc"]);

const METHOD_CEPHX = 2;
/** A monitor without a quorum takes a request and never answers it. */
const ANSWER_TIMEOUT_MS = 30_000;

interface InFlight {
  readonly rotating: boolean;
  readonly done: PromiseWithResolvers<void>;
  readonly timer: Timer;
}

/** MAuthReply has no number, so a request waits for the one before it. */
export class AuthRequests {
  readonly #clock: Clock;
  readonly #auth: MonAuth;
  readonly #send: (raw: RawMessage) => boolean;
  readonly #lapsed: (reason: string) => void;
  #inFlight: InFlight | undefined;

  /** `lapsed`: nothing but a new login helps. */
  constructor(
    clock: Clock,
    auth: MonAuth,
    send: (raw: RawMessage) => boolean,
    lapsed: (reason: string) => void,
  ) {
    this.#clock = clock;
    this.#auth = auth;
    this.#send = send;
    this.#lapsed = lapsed;
  }

  /** Fetches the rotating secrets. Resolves when they are here; rejects when they are refused and without a session. */
  async refreshRotating(): Promise<void> {
    while (this.#inFlight !== undefined) {
      const { rotating, done } = this.#inFlight;
      if (rotating) return await done.promise;
      await done.promise.catch(() => {});
    }
    const request = this.#auth.rotatingRequest();
    if (request !== undefined) await this.#ask(request, true);
  }

  /** Sends what is due. Called each second of a session. */
  tick(): void {
    if (this.#inFlight) return;
    const renewal = this.#auth.renewal();
    if (renewal) this.#ask(renewal, false).catch(() => {});
    else if (this.#auth.rotating.stale(this.#clock.now())) this.refreshRotating().catch(() => {});
  }

  /** MAuthReply. */
  answer(raw: RawMessage): void {
    const { result, payload } = unpack(MAuthReply, raw);
    try {
      this.#auth.reply(result, payload);
      this.#settle()?.resolve();
    } catch (e) {
      if (!(e instanceof CephxError)) throw e;
      log.warn(e.message);
      this.#settle()?.reject(e);
      if (this.#auth.lapsed) this.#lapsed(`our ticket has expired and is not renewed (${e.errno})`);
    }
  }

  /** The session is lost: nothing will be answered. */
  lost(reason: string): void {
    this.#settle()?.reject(new Error(`Cannot renew tickets: the session was lost (${reason})`));
  }

  #ask(payload: Uint8Array, rotating: boolean): Promise<void> {
    if (!this.#send(pack(MAuth, { protocol: METHOD_CEPHX, payload, monmapEpoch: 0 }))) {
      return Promise.reject(new Error("Cannot renew tickets: there is no session with a monitor"));
    }
    const done = Promise.withResolvers<void>();
    // Nobody has to wait for it.
    done.promise.catch(() => {});
    const timer = this.#clock.after(ANSWER_TIMEOUT_MS, () => {
      const seconds = ANSWER_TIMEOUT_MS / 1000;
      this.#settle()?.reject(new Error(`Cannot renew tickets: no answer of the monitor in ${seconds} s`));
    });
    this.#inFlight = { rotating, done, timer };
    return done.promise;
  }

  #settle(): PromiseWithResolvers<void> | undefined {
    const settled = this.#inFlight;
    this.#inFlight = undefined;
    settled?.timer.cancel();
    return settled?.done;
  }
}
