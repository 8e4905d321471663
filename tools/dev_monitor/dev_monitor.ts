/** A monitor for development and tests: one node, durable, true to Ceph on the wire. Never for data that matters. */

import { getLogger } from "@logtape/logtape";
import type { RawMessage } from "../../mgr/messages/message.ts";
import type { MMonCommand } from "../../mgr/messages/mon_command.ts";
import type { Connection } from "../../mgr/msgr/connection.ts";
import type { Acceptor } from "../../mgr/msgr/acceptor.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import type { Clock, Timer } from "../../mgr/time/clock.ts";
import type { EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import { type LogEntry, LogPrio } from "../../mgr/types/log_entry.ts";
import { utimeOfMs } from "../../mgr/types/utime.ts";
import { healthLines } from "../../mgr/state/health_lines.ts";
import { Chaos } from "./chaos/chaos.ts";
import { allChecks } from "./health/report.ts";
import type { MonitorContext } from "./server/context.ts";
import { HANDLERS } from "./server/handlers.ts";
import { Logins } from "./server/logins.ts";
import { MgrProxy } from "./server/mgr_proxy.ts";
import { Session } from "./server/session.ts";
import type { CreatedPgs } from "./server/pg_creates.ts";
import { publish, publishDigest } from "./server/subscriptions.ts";
import { type Change, commit, type Committed, load } from "./state/committed.ts";
import { startChange } from "./state/mkfs.ts";
import { type BeaconTimes, tickManagers } from "./state/mgr_monitor.ts";
import { type FailureReports, tickOsds } from "./state/osd_monitor.ts";
import { commitDraft, commitOsdDraft } from "./server/commit_drafts.ts";
import { expiredMutes } from "./state/mutes.ts";
import { Store } from "./store/store.ts";

const log = getLogger(["ganglion", "dev_monitor"]);

/** mon_tick_interval */
const TICK_MS = 5_000;
/** mon_mgr_digest_period */
const DIGEST_MS = 5_000;
/** Lines of the log that nobody waits for are written once in this time. */
const LOG_MS = 1_000;
/** mon_session_timeout */
const SESSION_TIMEOUT_MS = 300_000;

/** Where and how it runs. */
export interface DevMonitorOptions {
  /** The file of the store; it must have been made by `mkfs`. */
  readonly store: string;
  readonly ip: string;
  readonly portMin: number;
  readonly portMax: number;
  readonly clock: Clock;
  /** The store failed: what was not acknowledged is lost, nothing else. The monitor has stopped. */
  readonly onFatal: (error: Error) => void;
}

/** A running monitor. */
export class DevMonitor implements MonitorContext {
  readonly clock: Clock;
  /** What tests let go wrong. */
  readonly chaos: Chaos;
  readonly sessions = new Set<Session>();
  readonly beacons: BeaconTimes = new Map();
  readonly failures: FailureReports = new Map();
  readonly createdPgs: CreatedPgs = new Map();
  readonly startedAt: number;
  readonly #store: Store;
  readonly #onFatal: (error: Error) => void;
  readonly #logins: Logins;
  readonly #acceptor: Acceptor | undefined;
  /** Undefined while it starts. */
  readonly #proxy: MgrProxy | undefined;
  readonly #timers: readonly Timer[];
  #state: Committed;
  #pendingLog: LogEntry[] = [];
  /** Health as the log has told it. */
  #checks: ReturnType<typeof allChecks>;
  #logSeq = 0n;
  #stopped = false;

  /** Opens the store and listens. Throws StoreError, or an Error when no port is free. */
  constructor(options: DevMonitorOptions) {
    const { store, ip, portMin, portMax, onFatal } = options;
    this.chaos = new Chaos(options.clock);
    const { clock } = this.chaos;
    this.clock = clock;
    this.startedAt = clock.now();
    this.#onFatal = onFatal;
    this.#store = new Store(store);
    try {
      this.#state = load(this.#store.read());
      this.#checks = allChecks(this.#state, clock.wall());
      this.#logins = new Logins(this.#loginHost());
      const listen = { ip, portMin, portMax, verifier: () => this.#logins.verifier(), gid: () => 0n };
      const messenger = new Messenger(EntityType.mon, 0, clock);
      this.#acceptor = messenger.listen(listen, {
        open: (connection) => this.#open(connection),
        message: (connection, raw) => this.#message(connection, raw),
        pause: () => this.chaos.frozen,
        closed: (connection) => this.#closed(connection),
      });
      this.#write(startChange(this.#state, this.#acceptor.addrs, clock.wall()));
      const rotation = this.#logins.rotation();
      if (rotation) this.#write(rotation);
    } catch (e) {
      this.#acceptor?.close("the monitor cannot start");
      this.#store[Symbol.dispose]();
      throw e;
    }
    this.#proxy = new MgrProxy(this);
    this.#timers = [
      clock.every(TICK_MS, () => this.#tick()),
      clock.every(DIGEST_MS, () => publishDigest(this)),
      clock.every(LOG_MS, () => this.#flushLog()),
    ];
  }

  /** Where it listens. */
  get addrs(): EntityAddrVec {
    return this.#acceptor?.addrs ?? [];
  }

  get state(): Committed {
    return this.#state;
  }

  commit(change: Change): void {
    if (this.#stopped) return;
    try {
      this.#write(change);
    } catch (e) {
      this.stop("the store failed");
      this.#onFatal(e instanceof Error ? e : new Error(String(e)));
      return;
    }
    const healthMayChange = change.osd !== undefined || change.mgr !== undefined || change.mute !== undefined;
    publish(this);
    if (change.mgr !== undefined) this.#proxy?.mgrMap();
    if (healthMayChange) publishDigest(this);
  }

  /** Throws StoreError: then nothing has changed. */
  #write(change: Change): void {
    const { next, rows } = commit(this.#state, change);
    this.#store.write(rows);
    this.#state = next;
  }

  log(...entries: readonly LogEntry[]): void {
    this.#pendingLog.push(...entries);
  }

  ownEntry(prio: number, channel: string, msg: string): LogEntry {
    return {
      name: { type: EntityType.mon, id: "a" },
      rank: { type: EntityType.mon, num: 0n },
      addrs: this.#state.mon.map.monInfo.get("a")?.publicAddrs ?? [],
      stamp: utimeOfMs(this.clock.wall()),
      seq: ++this.#logSeq,
      prio,
      msg,
      channel,
    };
  }

  proxy(session: Session, command: MMonCommand, tid: bigint): void {
    this.#proxy?.take(session, command, tid);
  }

  /** Stops listening, drops everybody and closes the store. */
  stop(reason: string): void {
    if (this.#stopped) return;
    this.#flushLog();
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#proxy?.close();
    this.#acceptor?.close(reason);
    this.#store[Symbol.dispose]();
  }

  #loginHost() {
    const state = (): Committed => this.#state;
    return {
      get state() {
        return state();
      },
      wall: () => this.clock.wall(),
      commit: (change: Change) => this.commit(change),
      refuses: () => this.chaos.refuses,
      refused: (reason: string) => log.info(`refused a login: ${reason}`),
    };
  }

  #open(connection: Connection): void {
    const { identity } = connection.peer!;
    const login = this.#logins.serverOf(identity!);
    this.sessions.add(
      new Session(connection, connection.peer!, login, (session, raw) => {
        this.chaos.outgoing(session, raw, (told) => void session.connection.send(told));
      }),
    );
  }

  #message(connection: Connection, raw: RawMessage): void {
    const session = this.#sessionOf(connection);
    if (session === undefined) return;
    this.chaos.incoming(session, raw, () => HANDLERS.get(raw.type)?.(this, session, raw));
  }

  #closed(connection: Connection): void {
    const session = this.#sessionOf(connection);
    if (session) this.sessions.delete(session);
  }

  #sessionOf(connection: Connection): Session | undefined {
    for (const session of this.sessions) if (session.connection === connection) return session;
    return undefined;
  }

  /** What has come and gone of health since. Upstream: HealthMonitor::log_health */
  #logHealth(): void {
    const checks = allChecks(this.#state, this.clock.wall());
    for (const { priority, text } of healthLines(this.#checks, checks)) {
      this.log(this.ownEntry(LogPrio[priority], "cluster", text));
    }
    this.#checks = checks;
  }

  #flushLog(): void {
    this.#logHealth();
    const entries = this.#pendingLog.splice(0);
    if (entries.length > 0) this.commit({ log: entries });
  }

  #rotate(): void {
    const rotation = this.#logins.rotation();
    if (rotation) this.commit(rotation);
  }

  #tick(): void {
    const now = this.clock.now();
    this.#rotate();
    commitDraft(this, tickManagers(this.#state, this.beacons, now, this.clock.wall()));
    commitOsdDraft(this, tickOsds(this.#state, this.clock.wall()));
    const mutes = expiredMutes(this.#state, this.clock.wall());
    if (mutes) this.commit({ mute: mutes });
    for (const { connection } of [...this.sessions]) {
      if (now - connection.lastReceived > SESSION_TIMEOUT_MS) connection.close("session timed out");
    }
  }
}
