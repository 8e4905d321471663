/** One simulated OSD: real protocols toward monitor, manager and clients; pretended disks. For development and tests only. */

import { getLogger } from "@logtape/logtape";
import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { MCommand, MCommandReply } from "../../mgr/messages/command.ts";
import { MConfig } from "../../mgr/messages/config.ts";
import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MMgrMap } from "../../mgr/messages/mgr_map.ts";
import { MOSDMap } from "../../mgr/messages/osd_map.ts";
import { MOSDOp } from "../../mgr/messages/osd_op.ts";
import { MOSDScrub2 } from "../../mgr/messages/osd_scrub2.ts";
import type { Connection } from "../../mgr/msgr/connection.ts";
import type { Clock, Timer } from "../../mgr/time/clock.ts";
import { type EntityAddrVec, sameAddr } from "../../mgr/types/entity_addr.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { OsdState } from "../../mgr/types/osd_map_bits.ts";
import { MOSDBoot } from "../dev_monitor/messages/osd_boot.ts";
import { MOSDPGCreate2, MOSDPGCreated } from "../dev_monitor/messages/pg_create.ts";
import { bootMessage, type OsdPlan, placeOsd } from "./boot.ts";
import { isLasting, isSudden, OsdFaults } from "./faults.ts";
import { MapHistory } from "./map_history.ts";
import type { CounterValue } from "./model/counters.ts";
import { OsdCounters } from "./model/osd_counters.ts";
import { PerfQueries } from "./model/perf_queries.ts";
import { type OsdFigures, pgStatsMessage, type PgStatsValue, spaceOf } from "./model/reports.ts";
import type { SimWorld } from "./model/sim_world.ts";
import { MgrReporter } from "./mgr_reporter.ts";
import { MonTalk } from "./mon_talk.ts";
import { OpServer } from "./op_server.ts";
import { openSession, type OpSession } from "./op_session.ts";
import { OsdConfig } from "./osd_config.ts";
import { OsdNet } from "./osd_net.ts";
import { runTell } from "./tell.ts";

const log = getLogger(["ganglion", "dev_osd"]);

const TICK_MS = 250;
/** A boot that got no answer is sent again. */
const BOOT_RETRY_MS = 3_000;
/** osd_recovery_max_active_hdd */
const DEFAULT_RECOVERIES = 3;
const DAMAGED_OBJECTS = 1;
const DEGRADED_SHARE = 0.5;
const EACCES = -13;

/** The other OSDs, as one of them can act on them. */
export interface OsdPeers {
  start(id: number): boolean;
  /** Once the answer to whoever asked for it is out. */
  killSoon(id: number): boolean;
  /** It has ended by itself. */
  ended(id: number, reason: string): void;
}

/** What an OSD runs with. */
export interface SimOsdOptions {
  readonly plan: OsdPlan;
  readonly key: CryptoKey;
  readonly fsid: string;
  readonly ip: string;
  readonly monitors: EntityAddrVec;
  readonly clock: Clock;
  readonly world: SimWorld;
  readonly peers: OsdPeers;
}

/** A running OSD, from `start` to `kill`. */
export class SimOsd {
  readonly id: number;
  readonly fsid: string;
  readonly world: SimWorld;
  readonly peers: OsdPeers;
  readonly config = new OsdConfig();
  readonly ops: OpServer;
  readonly perfQueries = new PerfQueries();
  readonly #plan: OsdPlan;
  readonly #clock: Clock;
  readonly #net: OsdNet;
  readonly #reporter: MgrReporter;
  readonly #talk: MonTalk;
  readonly #maps = new MapHistory();
  readonly #counters: OsdCounters;
  readonly #sessions = new Map<Connection, OpSession>();
  readonly #faults = new OsdFaults();
  readonly #timers: Timer[] = [];
  #state: "starting" | "booting" | "active" | "ended" = "starting";
  #placed = false;
  #bootSent = -Infinity;
  #bootEpoch = 0;
  #reports = 0;
  #lastTick: number;

  constructor({ plan, key, fsid, ip, monitors, clock, world, peers }: SimOsdOptions) {
    this.id = plan.id;
    this.fsid = fsid;
    this.world = world;
    this.peers = peers;
    this.#plan = plan;
    this.#clock = clock;
    this.#lastTick = clock.now();
    this.ops = new OpServer(this);
    this.#counters = new OsdCounters(world);
    const { id, host } = plan;
    this.#net = new OsdNet({ id, key, fsid, host, ip, monitors, clock }, {
      open: (connection, peer) => void this.#sessions.set(connection, openSession(connection, peer)),
      message: (connection, raw) => this.#clientMessage(connection, raw),
      closed: (connection) => void this.#sessions.delete(connection),
    }, {
      sessionUp: () => {},
      sessionDown: () => {},
      monMap: () => {},
      message: (raw) => this.#monMessage(raw),
      trouble: (text) => log.warn(`osd.${id}: ${text}`),
      hopeless: (reason) => this.#end(reason.message),
    });
    const send = (raw: RawMessage): unknown => this.#net.mon.send(raw);
    this.#talk = new MonTalk({ id, fsid, world, clock, send });
    this.#reporter = new MgrReporter(
      {
        id,
        config: this.config,
        pgStats: () => this.#pgStats(),
        counters: () => this.counters(),
        perfQueries: this.perfQueries,
        healthMetrics: () => this.#faults.healthMetrics(clock.now()),
        message: (raw) => this.#mgrMessage(raw),
      },
      this.#net.dial,
      clock,
    );
  }

  /** Logs in and boots; goes on by itself. */
  start(): void {
    const { mon } = this.#net;
    mon.subscribe("osdmap", 1n);
    mon.subscribe("mgrmap", 1n);
    mon.subscribe("config");
    mon.subscribe("osd_pg_creates", 1n);
    mon.start();
    this.#timers.push(this.#clock.every(TICK_MS, () => this.#tick()));
  }

  /** Ends without a word to anybody. */
  kill(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    for (const timer of this.#timers) timer.cancel();
    this.#reporter.close();
    this.#net.close("the OSD ends");
  }

  get isRunning(): boolean {
    return this.#state !== "ended";
  }

  /** The newest map. */
  get map(): OsdMap | undefined {
    return this.#maps.map;
  }

  /** Increments that are kept, by epoch. */
  get recentMaps(): ReadonlyMap<number, Uint8Array> {
    return this.#maps.recent;
  }

  get addrs(): EntityAddrVec {
    return this.#net.addrs;
  }

  /** Milliseconds that real operations wait. */
  get delayMs(): number {
    return this.#faults.delayMs;
  }

  get latencyMs(): number {
    return this.#faults.latencyMs;
  }

  get slowOps(): number {
    return this.#faults.slowOps;
  }

  after(ms: number, run: () => void): void {
    this.#timers.push(this.#clock.after(ms, () => this.isRunning && run()));
  }

  /** Begins a fault; false when there is none of that name. */
  fault(name: string): boolean {
    if (isLasting(name)) this.#faults.add(name, this.#clock.now());
    else if (isSudden(name)) this.#suddenFault(name);
    else return false;
    this.#reporter.changed();
    return true;
  }

  /** Takes one fault away, or all. */
  heal(name?: string): void {
    this.#faults.heal(name);
    this.#reporter.changed();
  }

  /** Tells the monitor that a peer is gone. */
  reportFailed(target: number, addrs: EntityAddrVec): void {
    this.#talk.failed(target, addrs, this.map?.epoch ?? 0);
  }

  /** Sends the statistics; the number of the report. */
  reportNow(): bigint {
    this.#reporter.sendStats();
    return (BigInt(this.#upFrom) << 32n) | BigInt(this.#reports);
  }

  /** Values of the performance counters now, by path. */
  counters(): ReadonlyMap<string, CounterValue> {
    return this.#counters.values(this.#figures, this.ops.inProgress + this.slowOps);
  }

  /** As `ceph tell osd.N status` shows it. */
  status(): Record<string, string | number> {
    const epoch = this.map?.epoch ?? 0;
    return {
      cluster_fsid: this.fsid,
      osd_fsid: this.#plan.uuid,
      whoami: this.id,
      state: this.#state,
      oldest_map: 1,
      cluster_osdmap_trim_lower_bound: 1,
      newest_map: epoch,
      num_pgs: this.world.servedBy(this.id).length,
    };
  }

  /** Against the default of a disk. Upstream: osd_recovery_max_active, osd_recovery_max_active_hdd */
  get #recoverySpeed(): number {
    const [all, disk] = ["osd_recovery_max_active", "osd_recovery_max_active_hdd"]
      .map((name) => Number(this.config.get(name)));
    return (all! > 0 ? all! : disk!) / DEFAULT_RECOVERIES;
  }

  get #upFrom(): number {
    return this.map?.osdInfo.at(this.id)?.upFrom ?? 0;
  }

  get #figures(): OsdFigures {
    const { map } = this;
    const { deviceBytes } = this.#plan;
    const share = map === undefined ? 0 : this.#faults.pretendedShare(map);
    const all = Array.from({ length: map?.maxOsd ?? 0 }, (_, id) => id);
    return {
      id: this.id,
      upFrom: this.#upFrom,
      reports: this.#reports,
      deviceBytes,
      pretendedBytes: Math.ceil(deviceBytes * share),
      latencyMs: this.#faults.latencyMs,
      peers: all.filter((id) => id !== this.id && map!.isUp(id)),
    };
  }

  #pgStats(): PgStatsValue | undefined {
    if (this.#state !== "active") return undefined;
    this.#reports++;
    return pgStatsMessage(this.#figures, this.world, this.fsid, this.map!.epoch, this.#clock.wall());
  }

  #suddenFault(name: string): void {
    const [pg] = this.world.ledBy(this.id).filter(({ isActive }) => isActive);
    if (pg === undefined) return;
    if (name === "degraded") pg.lose(DEGRADED_SHARE, this.world.content(pg).objects);
    else {
      pg.damage = DAMAGED_OBJECTS;
      pg.scrub(false, false, this.#clock.wall());
    }
  }

  #monMessage(raw: RawMessage): void {
    const { mon } = this.#net;
    switch (raw.type) {
      case MOSDMap.type:
        return this.#takeMaps(unpack(MOSDMap, raw));
      case MMgrMap.type: {
        const { map } = unpack(MMgrMap, raw);
        mon.got("mgrmap", BigInt(map.epoch));
        return this.#reporter.mgrMap(map);
      }
      case MConfig.type:
        return this.config.monitors(unpack(MConfig, raw).config);
      case MOSDPGCreate2.type:
        for (const { pg } of unpack(MOSDPGCreate2, raw).pgs) mon.send(pack(MOSDPGCreated, { pg: pg.pg }));
    }
  }

  #takeMaps(update: MOSDMap): void {
    const { mon } = this.#net;
    const { changed, next } = this.#maps.take(update);
    if (next === 0) mon.subscribe("osdmap", 0n);
    else mon.got("osdmap", BigInt(next - 1));
    if (changed) this.#follow(this.map!);
  }

  /** The newest map says who we are. */
  #follow(map: OsdMap): void {
    this.world.osdMap(map);
    if (this.#isUpIn(map)) {
      const wasDown = this.#state !== "active";
      if (wasDown) this.#bootEpoch = map.epoch;
      this.#state = "active";
      if (wasDown) this.#talk.beacon(map);
      this.#talk.alive(map);
      this.#talk.wantedActing(map);
      this.#tick();
      this.#reporter.changed();
    } else if (((map.osdState[this.id] ?? 0) & OsdState.stop) !== 0 && this.#bootEpoch > 0) {
      return this.#end("the map says stop");
    } else {
      if (this.#state === "active") this.#bootSent = -Infinity;
      this.#state = "booting";
      void this.#boot();
    }
    this.ops.retry();
  }

  #isUpIn(map: OsdMap): boolean {
    const [known] = map.clientAddrs.at(this.id) ?? [];
    return map.isUp(this.id) && known !== undefined && sameAddr(known, this.addrs[0]!);
  }

  async #boot(): Promise<void> {
    const now = this.#clock.now();
    if (this.#state !== "booting" || now - this.#bootSent < BOOT_RETRY_MS) return;
    this.#bootSent = now;
    if (!this.#placed) await placeOsd(this.#net.mon, this.#plan);
    this.#placed = true;
    if (this.#state !== "booting") return;
    const message = bootMessage(this.#plan, this.fsid, this.map!.epoch, this.#bootEpoch, this.addrs);
    this.#net.mon.send(pack(MOSDBoot, message));
  }

  #tick(): void {
    const now = this.#clock.now();
    const dtMs = now - this.#lastTick;
    this.#lastTick = now;
    if (this.#state === "booting") return void this.#boot();
    if (this.#state !== "active") return;
    const nowMs = this.#clock.wall();
    let changed = false;
    for (const pg of this.world.ledBy(this.id)) {
      const { objects } = this.world.content(pg);
      if (pg.advance(dtMs * this.#recoverySpeed, objects, this.world.rules(pg), nowMs)) changed = true;
    }
    this.#talk.wantedActing(this.map!);
    const { whole } = spaceOf(this.#figures, this.world);
    this.#talk.fullness(this.map!, 1 - whole.available / whole.total);
    if (!changed) return;
    this.#reporter.changed();
    this.ops.retry();
  }

  #mgrMessage(raw: RawMessage): void {
    if (raw.type !== MOSDScrub2.type) return;
    const { scrubPgs, deep, repair } = unpack(MOSDScrub2, raw);
    for (const { pg } of scrubPgs) this.world.pg(pg)?.scrub(deep, repair, this.#clock.wall());
    this.#tick();
  }

  #clientMessage(connection: Connection, raw: RawMessage): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    if (raw.type === MOSDOp.type) return this.ops.take(session, raw);
    if (raw.type !== MCommand.type) return;
    const answer = session.cap.allowsAll
      ? runTell(this, unpack(MCommand, raw).cmd)
      : { code: EACCES, err: "access denied", out: "" };
    const data = new TextEncoder().encode(answer.out);
    session.send(pack(MCommandReply, { r: answer.code, rs: answer.err, data }, raw.tid));
  }

  #end(reason: string): void {
    if (this.#state === "ended") return;
    log.info(`osd.${this.id} ends: ${reason}`);
    this.kill();
    this.peers.ended(this.id, reason);
  }
}
