/** Our session with the monitors: hunts for one, keeps it alive, and comes back when it is lost. Upstream: mon/MonClient.cc */

import { getLogger } from "@logtape/logtape";
import { CephxError } from "../auth/cephx_client.ts";
import { MAuth, MAuthReply } from "../messages/auth.ts";
import { pack, type RawMessage, unpack } from "../messages/message.ts";
import { MMonCommand, MMonCommandAck } from "../messages/mon_command.ts";
import { MMonGetMap } from "../messages/mon_get_map.ts";
import { MMonGetVersion, MMonGetVersionReply } from "../messages/mon_get_version.ts";
import { MMonMap } from "../messages/mon_map.ts";
import { MMonSubscribe } from "../messages/mon_subscribe.ts";
import type { Connection, ConnectionHandler } from "../msgr/connection.ts";
import { AuthRefusedError } from "../msgr/errors.ts";
import type { Messenger } from "../msgr/messenger.ts";
import type { Clock, Timer } from "../time/clock.ts";
import { type EntityAddr, formatTypedAddr, msgr2Addr, sameAddr } from "../types/entity_addr.ts";
import { EntityType } from "../types/entity_name.ts";
import type { MonMap } from "../types/mon_map.ts";
import type { Uuid } from "../types/uuid.ts";
import { type Candidate, Hunt } from "./hunt.ts";
import { type MonAuth, onlyFirst } from "./mon_auth.ts";
import { type RequestOptions, Requests } from "./requests.ts";
import { Subscriptions } from "./subscriptions.ts";

const log = getLogger(["ganglion", "monc"]);

/** mon_client_ping_interval, mon_client_ping_timeout */
const PING_INTERVAL_MS = 10_000;
const PING_TIMEOUT_MS = 30_000;
/** When all monitors of a batch refuse or reset at once, the next batch waits so long at least. */
const MIN_RETRY_MS = 200;
const METHOD_CEPHX = 2;
const EACCES = -13;

/** What its owner is told. */
export interface MonClientEvents {
  /** A session is open under this global_id. */
  sessionUp(gid: bigint, connection: Connection): void;
  sessionDown(reason: string): void;
  /** A newer map of the monitors. */
  monMap(map: MonMap): void;
  /** Every message that is not ours. Throwing closes the session. */
  message(raw: RawMessage): void;
  /** No monitor lets us in: wrong key, or none known. Hunting goes on. */
  refused(reason: string): void;
}

/** Who we are and where to look. */
export interface MonClientOptions {
  readonly clock: Clock;
  readonly messenger: Messenger;
  readonly auth: MonAuth;
  readonly monitors: readonly Candidate[];
  readonly modes: readonly number[];
  /** Short host name: the monitors' masks of options look at it. */
  readonly hostname: string;
  /** Wanted cluster; empty takes any. */
  readonly fsid: Uuid;
  readonly random?: () => number;
}

/** What a command answers. */
export interface CommandResult {
  readonly r: number;
  readonly rs: string;
  readonly data: Uint8Array;
}

type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "hunting"; readonly batch: Set<Attempt>; readonly timer: Timer }
  | { readonly kind: "connected"; readonly connection: Connection; readonly addr: EntityAddr };

/** One monitor being dialled. */
interface Attempt {
  readonly addr: EntityAddr;
  readonly stop: AbortController;
  connection?: Connection;
}

/** The session with the quorum, as one thing that may be away for a while. */
export class MonClient {
  readonly #o: MonClientOptions;
  readonly #events: MonClientEvents;
  readonly #hunt: Hunt;
  readonly #subscriptions = new Subscriptions();
  readonly #commands: Requests;
  readonly #versions: Requests;
  #phase: Phase = { kind: "idle" };
  #monMap: MonMap | undefined;
  #ticker: Timer | undefined;
  #lastKeepaliveAck = 0;
  #lastPing = 0;
  #authInFlight: PromiseWithResolvers<void> | undefined;
  #retryMs = MIN_RETRY_MS;

  constructor(options: MonClientOptions, events: MonClientEvents) {
    this.#o = options;
    this.#events = events;
    this.#hunt = new Hunt(options.random ?? Math.random);
    this.#hunt.setMonitors(options.monitors);
    const send = (raw: RawMessage): boolean => this.send(raw);
    this.#commands = new Requests(options.clock, send);
    this.#versions = new Requests(options.clock, send);
  }

  /** Begins to hunt; goes on until `close()`. */
  start(): void {
    this.#ticker = this.#o.clock.every(1000, () => this.#tick());
    this.#huntNext();
  }

  /** Ends everything; unanswered requests fail. */
  close(reason: string): void {
    this.#ticker?.cancel();
    this.#commands.close(reason);
    this.#versions.close(reason);
    const phase = this.#phase;
    this.#phase = { kind: "idle" };
    this.#dropAll(phase, reason);
  }

  get connected(): boolean {
    return this.#phase.kind === "connected";
  }

  get monMap(): MonMap | undefined {
    return this.#monMap;
  }

  /** Our number in the cluster; 0 before the first login. */
  get globalId(): bigint {
    return this.#o.auth.globalId;
  }

  /** Sends on the present session; false when there is none. */
  send(raw: RawMessage): boolean {
    return this.#phase.kind === "connected" && this.#phase.connection.send(raw);
  }

  /** Wants to be told; from `start` on, once or for good. */
  subscribe(name: string, start = 0n, onetime = false): void {
    this.#subscriptions.want(name, start, onetime);
    queueMicrotask(() => this.#sendSubscriptions());
  }

  /** A version arrived: the next session asks for what follows it. */
  got(name: string, have: bigint): void {
    this.#subscriptions.got(name, have);
  }

  /** No longer wanted by the next session. */
  unsubscribe(name: string): void {
    this.#subscriptions.forget(name);
  }

  /** Runs a command of the monitors. Rejects only when there is no answer: errors of the command are in `r`. */
  async command(
    cmd: Record<string, unknown>,
    options: RequestOptions,
    input: Uint8Array = new Uint8Array(0),
  ): Promise<CommandResult> {
    const text = JSON.stringify(cmd);
    const make = (tid: bigint): RawMessage => {
      const fsid = this.#monMap?.fsid ?? this.#o.fsid;
      return pack(MMonCommand, { fsid, cmd: [text], data: input }, tid);
    };
    const raw = await this.#commands.ask(`command '${cmd.prefix}'`, make, options);
    const { r, rs, data } = unpack(MMonCommandAck, raw);
    return { r, rs, data };
  }

  /** Newest and oldest epoch of "osdmap", "fsmap" or "monmap". */
  async getVersion(what: string, options: RequestOptions): Promise<{ version: number; oldest: number }> {
    const raw = await this.#versions.ask(
      `version of ${what}`,
      (handle) => pack(MMonGetVersion, { handle, what }),
      options,
    );
    const { version, oldestVersion } = unpack(MMonGetVersionReply, raw);
    return { version, oldest: oldestVersion };
  }

  /** We may act: writes held since the last loss go out. */
  releaseWrites(): void {
    this.#commands.releaseWrites();
  }

  /** We may not act any more: unanswered writes fail. */
  failWrites(reason: string): void {
    this.#commands.failWrites(reason);
  }

  /** Fetches the rotating secrets. Resolves when they are here or refused; rejects without a session. */
  refreshRotating(): Promise<void> {
    const request = this.#o.auth.rotatingRequest();
    return request === undefined ? Promise.resolve() : this.#authRequest(request);
  }

  #authRequest(payload: Uint8Array): Promise<void> {
    // MAuthReply has no number, so one request is in flight at a time.
    if (this.#authInFlight) return this.#authInFlight.promise;
    if (!this.send(pack(MAuth, { protocol: METHOD_CEPHX, payload, monmapEpoch: 0 }))) {
      return Promise.reject(new Error("Cannot renew tickets: there is no session with a monitor"));
    }
    this.#authInFlight = Promise.withResolvers();
    this.#authInFlight.promise.catch(() => {});
    return this.#authInFlight.promise;
  }

  #huntNext(): void {
    if (this.#phase.kind === "connected") return;
    this.#dropAll(this.#phase, "another monitor is tried");
    const batch = new Set<Attempt>();
    const timer = this.#o.clock.after(this.#hunt.intervalMs, () => this.#huntNext());
    this.#phase = { kind: "hunting", batch, timer };
    let winner: Attempt | undefined;
    for (const { addrs } of this.#hunt.next()) {
      const addr = msgr2Addr(addrs);
      if (addr === undefined) continue;
      const attempt: Attempt = { addr, stop: new AbortController() };
      batch.add(attempt);
      // Only one login may change who we are: the first that the monitors grant.
      this.#dial(attempt, () => (winner ??= attempt) === attempt);
    }
    if (batch.size === 0) this.#events.refused("no monitor with a msgr2 (v2) address is known");
  }

  async #dial(attempt: Attempt, first: () => boolean): Promise<void> {
    const authenticator = onlyFirst(this.#o.auth.monAuthenticator(this.#o.modes), first);
    try {
      attempt.connection = await this.#o.messenger.connect(
        { addr: attempt.addr, peerType: EntityType.mon, authenticator },
        this.#handler(attempt),
        attempt.stop.signal,
      );
    } catch (e) {
      this.#attemptFailed(attempt, e instanceof Error ? e : new Error(String(e)));
    }
  }

  #handler(attempt: Attempt): ConnectionHandler {
    return {
      open: (connection) => this.#sessionOpen(attempt, connection),
      message: (connection, raw) => {
        if (this.#phase.kind === "connected" && this.#phase.connection === connection) this.#dispatch(raw);
      },
      keepaliveAck: () => void (this.#lastKeepaliveAck = this.#o.clock.now()),
      closed: (connection, reason) => {
        if (this.#phase.kind === "connected" && this.#phase.connection === connection) {
          this.#sessionLost(reason.message);
        } else this.#attemptFailed(attempt, reason);
      },
    };
  }

  #attemptFailed(attempt: Attempt, reason: Error): void {
    if (this.#phase.kind !== "hunting" || !this.#phase.batch.delete(attempt)) return;
    log.debug(`${formatTypedAddr(attempt.addr)}: ${reason.message}`);
    if (reason instanceof AuthRefusedError) this.#onRefused(reason);
    if (this.#phase.batch.size > 0) return;
    this.#phase.timer.cancel();
    const timer = this.#o.clock.after(Math.min(this.#retryMs, this.#hunt.intervalMs), () => this.#huntNext());
    this.#retryMs *= 2;
    this.#phase = { kind: "hunting", batch: new Set(), timer };
  }

  #onRefused(reason: AuthRefusedError): void {
    if (this.#o.auth.globalId !== 0n && reason.errno === EACCES) {
      // The monitors do not take the old ticket any more: we come back as somebody else.
      log.warn("The monitors refuse our old identity; logging in as a new manager");
      this.#o.auth.forgetIdentity();
      return;
    }
    this.#events.refused(reason.message);
  }

  #sessionOpen(attempt: Attempt, connection: Connection): void {
    if (this.#phase.kind !== "hunting") return connection.close("another monitor answered first");
    const { batch, timer } = this.#phase;
    timer.cancel();
    batch.delete(attempt);
    this.#phase = { kind: "connected", connection, addr: attempt.addr };
    for (const other of batch) this.#drop(other, "another monitor answered first");
    this.#hunt.good();
    this.#retryMs = MIN_RETRY_MS;
    this.#lastKeepaliveAck = this.#lastPing = this.#o.clock.now();
    log.info(`session with ${formatTypedAddr(attempt.addr)} as global_id ${this.globalId}`);
    connection.send(pack(MMonGetMap, {}));
    this.#subscriptions.newSession();
    this.#sendSubscriptions();
    this.#events.sessionUp(this.globalId, connection);
    this.#commands.newSession();
    this.#versions.newSession();
  }

  #sessionLost(reason: string): void {
    log.warn(`session with a monitor lost: ${reason}`);
    this.#phase = { kind: "idle" };
    this.#authInFlight?.reject(new Error(`Cannot renew tickets: the session was lost (${reason})`));
    this.#authInFlight = undefined;
    this.#hunt.lost();
    this.#events.sessionDown(reason);
    this.#huntNext();
  }

  #drop(attempt: Attempt, reason: string): void {
    attempt.stop.abort(new Error(reason));
    attempt.connection?.close(reason);
  }

  #dropAll(phase: Phase, reason: string): void {
    if (phase.kind === "connected") phase.connection.close(reason);
    if (phase.kind !== "hunting") return;
    phase.timer.cancel();
    const batch = [...phase.batch];
    phase.batch.clear();
    for (const attempt of batch) this.#drop(attempt, reason);
  }

  #sendSubscriptions(): void {
    if (!this.connected) return;
    const what = this.#subscriptions.take();
    if (what.size > 0) this.send(pack(MMonSubscribe, { what, hostname: this.#o.hostname }));
  }

  #tick(): void {
    if (this.#phase.kind !== "connected") return;
    const now = this.#o.clock.now();
    const renewal = this.#o.auth.renewal();
    if (renewal) this.#authRequest(renewal).catch(() => {});
    else if (this.#o.auth.rotating.stale(this.#o.clock.wall())) this.refreshRotating().catch(() => {});
    if (now - this.#lastPing < PING_INTERVAL_MS) return;
    if (now - this.#lastKeepaliveAck > PING_TIMEOUT_MS) {
      return this.#phase.connection.close(`the monitor has not answered for ${PING_TIMEOUT_MS / 1000} s`);
    }
    this.#lastPing = now;
    this.#hunt.good();
    this.#phase.connection.keepalive();
  }

  #dispatch(raw: RawMessage): void {
    switch (raw.type) {
      case MMonMap.type:
        return this.#onMonMap(unpack(MMonMap, raw).monMap);
      case MMonCommandAck.type:
        return void this.#commands.answer(raw.tid, raw);
      case MMonGetVersionReply.type:
        return void this.#versions.answer(unpack(MMonGetVersionReply, raw).handle, raw);
      case MAuthReply.type:
        return this.#onAuthReply(raw);
    }
    this.#events.message(raw);
  }

  #onAuthReply(raw: RawMessage): void {
    const { result, payload } = unpack(MAuthReply, raw);
    const waiting = this.#authInFlight;
    this.#authInFlight = undefined;
    try {
      this.#o.auth.reply(result, payload);
      waiting?.resolve();
    } catch (e) {
      if (!(e instanceof CephxError)) throw e;
      log.warn(e.message);
      waiting?.reject(e);
    }
  }

  #onMonMap(map: MonMap): void {
    this.got("monmap", BigInt(map.epoch));
    if (this.#monMap !== undefined && map.epoch <= this.#monMap.epoch) return;
    if (this.#o.fsid !== "" && map.fsid !== this.#o.fsid) {
      return this.#events.refused(
        `the monitors belong to cluster ${map.fsid}, ceph.conf says ${this.#o.fsid}`,
      );
    }
    this.#monMap = map;
    const infos = [...map.monInfo.values()];
    this.#hunt.setMonitors(
      infos.map(({ publicAddrs: addrs, priority, weight }) => ({ addrs, priority, weight })),
    );
    this.#events.monMap(map);
    if (this.#phase.kind !== "connected") return;
    const { addr, connection } = this.#phase;
    if (!infos.some((info) => info.publicAddrs.some((a) => sameAddr(a, addr)))) {
      connection.close("this monitor is no longer in the map");
    }
  }
}
