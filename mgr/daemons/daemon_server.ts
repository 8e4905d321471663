/** Sessions of all daemons and clients that connect to the active manager. Upstream: mgr/DaemonServer.cc */

import { getLogger } from "@logtape/logtape";
import { DecodeError } from "../encoding/mod.ts";
import { MCommand, MMgrCommand } from "../messages/command.ts";
import { type MessageType, pack, unpack } from "../messages/message.ts";
import { MMgrClose } from "../messages/mgr_close.ts";
import { MMgrConfigure } from "../messages/mgr_configure.ts";
import { MMgrOpen } from "../messages/mgr_open.ts";
import { MMgrReport } from "../messages/mgr_report.ts";
import { MMgrUpdate } from "../messages/mgr_update.ts";
import { MPGStats } from "../messages/pg_stats.ts";
import type { PeerFacts } from "../msgr/handshake.ts";
import { EntityType, entityTypeName } from "../types/entity_name.ts";
import { TurnBudget } from "../time/turn_budget.ts";
import type { MetricKind } from "../types/metric_message.ts";
import type { RawMessage } from "../types/raw_message.ts";
import type { BuiltinHandler } from "./builtin_commands.ts";
import { Commands } from "./commands.ts";
import type { DaemonConnection, ServerContext, SessionFigures, SessionHost } from "./context.ts";
import { handleClose, handleOpen, handleUpdate } from "./opens.ts";
import { handlePgStats } from "./pg_stats.ts";
import { handleReport } from "./reports.ts";
import { Session } from "./session.ts";
import { Throttle, type ThrottleLimits } from "./throttle.ts";

const log = getLogger(["ganglion", "daemons"]);

const MIB = 1024 * 1024;
/** Commands in hand by kind of peer. Upstream: mgr_mon_bytes, mgr_mon_messages and so on */
export const PEER_LIMITS: Readonly<Record<string, ThrottleLimits>> = {
  mon: { bytes: 128 * MIB, messages: 128 },
  osd: { bytes: 512 * MIB, messages: 8192 },
  mds: { bytes: 128 * MIB, messages: 128 },
  client: { bytes: 128 * MIB, messages: 512 },
};

/** Handles one message. A promise is waited for before the next bytes of the connection are read. */
type Handler = (server: DaemonServer, session: Session, raw: RawMessage) => void | Promise<void>;
type Handlers = Readonly<Record<number, Handler>>;

function on<T>(
  type: MessageType<T>,
  handle: (host: SessionHost, session: Session, message: T) => void | Promise<void>,
): Handler {
  return (server, session, raw) => handle(server, session, unpack(type, raw));
}

/** What thousands of daemons send: its turn comes in the order of its coming, a share in each turn of the loop. */
const REPORTS = {
  [MMgrOpen.type]: on(MMgrOpen, handleOpen),
  [MMgrReport.type]: on(MMgrReport, handleReport),
  [MMgrClose.type]: on(MMgrClose, handleClose),
  [MMgrUpdate.type]: on(MMgrUpdate, handleUpdate),
  [MPGStats.type]: on(MPGStats, handlePgStats),
} satisfies Handlers as Handlers;

/** What somebody waits for is handled at once. Everything else is ignored: clients ask us what the monitors answer as well. */
const COMMANDS = {
  [MCommand.type]: (server, session, raw) => server.command(session, raw),
  [MMgrCommand.type]: (server, session, raw) => server.command(session, raw),
} satisfies Handlers as Handlers;

/** The owner gives it to the acceptor: it is a ConnectionHandler of msgr. */
export class DaemonServer implements SessionHost {
  readonly context: ServerContext;
  readonly #commands: Commands;
  readonly #sessions = new Map<DaemonConnection, Session>();
  /** Sessions that hear of changed options: daemons that gave no service name. */
  readonly #followers = new Set<Session>();
  /** Sessions by OSD; an empty set stays behind, for "was never connected" is another answer. */
  readonly #osds = new Map<number, Set<Session>>();
  readonly #throttles = new Map(
    Object.entries(PEER_LIMITS).map(([type, limits]) => [type, new Throttle(limits)]),
  );

  readonly #reports: TurnBudget;
  #faults = 0;

  constructor(
    context: ServerContext,
    builtins: ReadonlyMap<string, BuiltinHandler> = new Map(),
    reports = new TurnBudget(),
  ) {
    this.context = context;
    this.#reports = reports;
    this.#commands = new Commands(context, builtins);
  }

  /** Sessions of all kinds. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Sessions that are open, and how many have been ended because of what their peers sent. */
  get figures(): SessionFigures {
    return { sessions: this.size, ended_for_faults: this.#faults };
  }

  /** A handshake has ended. */
  open(connection: DaemonConnection, peer: PeerFacts): void {
    if (peer.identity === undefined) return connection.close("the peer has not proved who it is");
    const session = new Session(connection, peer, peer.identity);
    this.#sessions.set(connection, session);
    const { osd } = session;
    if (osd !== undefined) this.#osds.set(osd, (this.#osds.get(osd) ?? new Set()).add(session));
  }

  /** Never throws: what a peer sends can only end its own connection. */
  message(connection: DaemonConnection, raw: RawMessage): void | Promise<void> {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    const report = REPORTS[raw.type];
    if (report === undefined) return this.#handle(COMMANDS[raw.type], session, raw);
    return this.#reports.run(() => {
      // It may have ended, or the tenure, while its turn was awaited.
      if (this.#sessions.get(connection) === session) return this.#handle(report, session, raw);
    });
  }

  #handle(handler: Handler | undefined, session: Session, raw: RawMessage): void | Promise<void> {
    try {
      return handler?.(this, session, raw)?.catch((e) => this.#failed(session, e));
    } catch (e) {
      this.#failed(session, e);
    }
  }

  #failed(session: Session, e: unknown): void {
    this.#faults++;
    const reason = e instanceof Error ? e.message : String(e);
    log.warn(`closing the session of ${session}: ${reason}`);
    if (!(e instanceof DecodeError)) log.debug(e instanceof Error ? e.stack ?? reason : reason);
    session.close(reason);
  }

  /** A connection has ended. What its daemon reported stays. */
  closed(connection: DaemonConnection): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    session.isOpen = false;
    this.#sessions.delete(connection);
    this.#followers.delete(session);
    if (session.osd !== undefined) this.#osds.get(session.osd)?.delete(session);
  }

  /** The tenure ends: nothing of its sessions stays. The connections are the acceptor's to close. */
  reset(): void {
    this.#sessions.clear();
    this.#followers.clear();
    this.#osds.clear();
  }

  /** mgr_stats_period, mgr_stats_threshold or the queries of `kind` have changed. */
  reconfigure(kind?: MetricKind): void {
    if (!this.context.mayAct()) return;
    for (const session of this.#followers) {
      if (kind === undefined || entityTypeName(session.entity.type) === kind) this.configure(session);
    }
  }

  /** Sends on every session of an OSD. Undefined: it was never connected. Otherwise to how many it went. */
  sendToOsd(osd: number, raw: RawMessage): number | undefined {
    const sessions = this.#osds.get(osd);
    if (sessions === undefined || !this.context.mayAct()) return undefined;
    return [...sessions].filter((session) => session.send(raw)).length;
  }

  configure(session: Session): void {
    const { period, threshold } = this.context.statsOptions();
    session.send(pack(MMgrConfigure, {
      statsPeriod: period,
      statsThreshold: threshold,
      ...this.#queries(session),
    }));
  }

  follow(session: Session): void {
    this.#followers.add(session);
  }

  /** Starts a command; the promise, if there is one, lets the next be read when there is room. */
  command(session: Session, raw: RawMessage): void | Promise<void> {
    const command = unpack(raw.type === MCommand.type ? MCommand : MMgrCommand, raw);
    const bytes = raw.front.length + raw.data.length;
    const throttles = [session.commands, this.#throttle(session)];
    for (const throttle of throttles) throttle.take(bytes);
    this.#commands.handle(session, raw, command).catch((e) => session.close(String(e))).finally(() => {
      for (const throttle of throttles) throttle.put(bytes);
    });
    if (throttles.some((throttle) => throttle.full)) return this.#room(throttles);
  }

  async #room(throttles: readonly Throttle[]): Promise<void> {
    while (throttles.some((throttle) => throttle.full)) {
      for (const throttle of throttles) await throttle.room();
    }
  }

  #throttle({ entity }: Session): Throttle {
    return this.#throttles.get(entityTypeName(entity.type)) ?? this.#throttles.get("client")!;
  }

  /**
   * OSDs read the first field when it is not empty, and else the second: only there an empty list stops queries
   * that run, perhaps since another manager asked.
   */
  #queries({ entity }: Session): Pick<MMgrConfigure, "osdPerfMetricQueries" | "metricConfigMessage"> {
    const kind = entity.type === EntityType.osd ? "osd" : entity.type === EntityType.mds ? "mds" : undefined;
    if (kind === undefined) return { osdPerfMetricQueries: [], metricConfigMessage: undefined };
    const queries = this.context.queries(kind);
    if (kind === "osd" && queries.length > 0) {
      return { osdPerfMetricQueries: queries, metricConfigMessage: undefined };
    }
    return { osdPerfMetricQueries: [], metricConfigMessage: { kind, queries } };
  }
}
