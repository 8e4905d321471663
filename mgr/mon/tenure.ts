/** Tenure: the one object that says whether this manager may act. */

import type { Clock } from "../time/clock.ts";

/** A manager that heard no monitor for so long stops changing things: its successor may be at work. */
export const MAX_SILENCE_MS = 30_000;

/** The answer to a beacon of a manager that believes to be active and is not. Never a map. */
export const NULL_MAP_EPOCH = 0xffffffff;

/** What of the MgrMap decides. */
export interface RoleInMap {
  readonly epoch: number;
  readonly activeGid: bigint;
  readonly lastFailureOsdEpoch: number;
}

/** We may not act (any more). */
export class NotActiveError extends Error {
  override readonly name = "NotActiveError";
}

/** What follows from a change. */
export interface TenureEvents {
  /** The role is ours and our predecessor is fenced. */
  begin(serial: number): void;
  /** The role is lost; `reason` is for the log. */
  end(reason: string): void;
  /** The present session has confirmed the role: after `begin`, and once on each later session. Held writes may go out. */
  confirmed(): void;
}

type Role =
  | { readonly kind: "none" }
  | { readonly kind: "waiting"; readonly osdEpoch: number }
  | { readonly kind: "active"; readonly signal: AbortController };

/**
 * Begins when the MgrMap names our gid and our OSDMap has reached the epoch that fences our predecessor. Ends at a
 * MgrMap without us and at the null map; for whatever changes something it is suspended after 30 s without a session, or
 * without a sign of life in it.
 */
export class Tenure {
  readonly #clock: Clock;
  readonly #events: TenureEvents;
  readonly #lastHeard: () => number;
  #role: Role = { kind: "none" };
  #gid = 0n;
  #osdEpoch = 0;
  #session = { up: false, confirmed: false };
  /** When the last session that had confirmed our role was lost. */
  #silentSince: number;
  #serial = 0;

  /**
   * `lastHeard`: when the present session last brought a byte, in monotonic milliseconds. A process that slept finds its
   * session unharmed, and behind what it has not read yet may stand the end of its role.
   */
  constructor(clock: Clock, events: TenureEvents, lastHeard: () => number = () => clock.now()) {
    this.#clock = clock;
    this.#events = events;
    this.#lastHeard = lastHeard;
    this.#silentSince = clock.now();
  }

  /** The role is ours. Reads may rely on it. */
  get active(): boolean {
    return this.#role.kind === "active";
  }

  /** Counts the tenures of this process. */
  get serial(): number {
    return this.#serial;
  }

  /** Aborted when this tenure ends; already aborted when there is none. */
  get signal(): AbortSignal {
    return this.#role.kind === "active"
      ? this.#role.signal.signal
      : AbortSignal.abort(new NotActiveError("not active"));
  }

  /** Why nothing may be changed now, or undefined when it may. */
  get refusal(): string | undefined {
    if (this.#role.kind === "none") return "this manager is not the active one";
    if (this.#role.kind === "waiting") {
      return `this manager waits for OSDMap epoch ${this.#role.osdEpoch}, which fences its predecessor`;
    }
    const since = this.#session.confirmed ? this.#lastHeard() : this.#silentSince;
    if (this.#clock.now() - since < MAX_SILENCE_MS) return undefined;
    return `no monitor has confirmed the role of this manager for ${
      MAX_SILENCE_MS / 1000
    } s, another one may be active`;
  }

  /** Throws when nothing may be changed now. Asked at the moment of sending. */
  check(what: string): void {
    const refusal = this.refusal;
    if (refusal !== undefined) throw new NotActiveError(`Cannot ${what}: ${refusal}`);
  }

  /** A session was authenticated under `gid`; another gid than before is another manager. */
  sessionUp(gid: bigint): void {
    this.sessionDown();
    if (gid !== this.#gid) this.#lose("the monitors gave this manager a new identity");
    this.#gid = gid;
    this.#session = { up: true, confirmed: false };
  }

  /** The session is lost. */
  sessionDown(): void {
    if (this.#session.confirmed) this.#silentSince = this.#clock.now();
    this.#session = { up: false, confirmed: false };
  }

  /** A MgrMap came over the present session. */
  mgrMap(map: RoleInMap): void {
    if (map.epoch === NULL_MAP_EPOCH) return this.#lose("the monitors say that this manager is not active");
    if (this.#gid === 0n || map.activeGid !== this.#gid) {
      return this.#lose(`MgrMap epoch ${map.epoch} names another manager`);
    }
    // While we wait, a later map may fence somebody else as well.
    if (this.#role.kind !== "active") this.#role = { kind: "waiting", osdEpoch: map.lastFailureOsdEpoch };
    this.#tryBegin();
    this.#confirm();
  }

  /** Our OSDMap has reached `epoch`. */
  osdMap(epoch: number): void {
    this.#osdEpoch = epoch;
    this.#tryBegin();
  }

  /** The OSDs refuse us: whoever did that wants us to stop, also when the MgrMap has not followed yet. */
  fenced(reason: string): void {
    this.#lose(reason);
  }

  #tryBegin(): void {
    if (this.#role.kind !== "waiting" || this.#osdEpoch < this.#role.osdEpoch) return;
    this.#role = { kind: "active", signal: new AbortController() };
    this.#events.begin(++this.#serial);
    this.#confirm();
  }

  #confirm(): void {
    if (!this.active || !this.#session.up || this.#session.confirmed) return;
    this.#session.confirmed = true;
    this.#events.confirmed();
  }

  #lose(reason: string): void {
    const role = this.#role;
    this.#role = { kind: "none" };
    if (role.kind !== "active") return;
    role.signal.abort(new NotActiveError(`this manager is no longer active: ${reason}`));
    this.#events.end(reason);
  }
}
