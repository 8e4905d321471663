/** A manager without a cluster for tests of the module host: options, keys and data in memory. */

import type {
  ClusterData,
  ClusterLink,
  CommandLimits,
  HostChange,
  RadosPort,
} from "../../mgr/host/cluster_link.ts";
import type { CommandReply, OsdMapAnswer } from "../../mgr/host/contract.ts";
import type { CommandTarget } from "../../mgr/host/permissions/need.ts";
import type { StatPage, StatQuery } from "../../mgr/host/stat_page.ts";
import type { StatFeed } from "../../mgr/stat_feed.ts";
import { PerfQueries, type PerfQueryAnswer } from "../../mgr/state/perf_queries.ts";
import type { MetricKind } from "../../mgr/types/metric_message.ts";
import type { PerfLimit, PerfQuery } from "../../mgr/types/perf_query.ts";

/** What was said to the manager. Writes succeed at once and are seen by the host, as the monitors' pushes would be. */
export class FakeLink implements ClusterLink {
  readonly options = new Map<string, string>();
  readonly store = new Map<string, Uint8Array>();
  readonly data = new Map<string, unknown>();
  readonly clusterLogs: string[] = [];
  readonly changes: HostChange[] = [];
  readonly perfQueries = { osd: new PerfQueries("osd"), mds: new PerfQueries("mds") };
  /** What the monitors answer to a write; undefined: they take it. */
  refusal: string | undefined;
  /** Called after a write, as a push would follow. */
  pushed: (what: "config" | "store", key: string) => void = () => {};
  refresh: () => Promise<void> = () => Promise.resolve();
  /** What makes the newest OSDMap of that of an epoch. */
  osdMapSince: (have: number) => OsdMapAnswer | undefined = () => undefined;
  osdMapEpoch: () => number | undefined = () => undefined;
  statFeed: StatFeed | undefined;
  radosPort: RadosPort | undefined;
  answerCommand: ClusterLink["sendCommand"] = () => Promise.reject(new Error("there is no cluster"));
  level = 4;
  isStoreReady = true;

  config(): ReadonlyMap<string, string> {
    return this.options;
  }

  storePrefix(prefix: string): [string, Uint8Array][] {
    return [...this.store].filter(([key]) => key.startsWith(prefix));
  }

  storeReady(): boolean {
    return this.isStoreReady;
  }

  storeValue(key: string): Uint8Array | undefined {
    return this.store.get(key);
  }

  setOption(name: string, text: string | null): Promise<void> {
    return this.#write("config", this.options, name, text);
  }

  setStore(key: string, value: Uint8Array | null): Promise<void> {
    return this.#write("store", this.store, key, value);
  }

  setDeviceWearLevel(devid: string, level: number): Promise<void> {
    return this.#write("store", this.store, `device/${devid}`, new TextEncoder().encode(String(level)));
  }

  get(name: string): ClusterData | undefined {
    if (!this.data.has(name)) return undefined;
    const json = JSON.stringify(this.data.get(name));
    return { version: json, json: () => Promise.resolve(new TextEncoder().encode(json)) };
  }

  moment(source: string): string | number | undefined {
    if (source === "osdMap") return this.osdMapEpoch();
    return source === "statHead" ? this.statFeed?.current : this.get(source)?.version;
  }

  osdMap(have: number): OsdMapAnswer | undefined {
    return this.osdMapSince(have);
  }

  statHead(): ReturnType<StatFeed["head"]> | undefined {
    return this.statFeed?.head();
  }

  statPage(query: StatQuery): StatPage | undefined {
    return this.statFeed?.page(query);
  }

  read(call: string): unknown {
    throw new Error(`there is no call ${call}`);
  }

  perfColumns(): never {
    throw new Error("there are no counters");
  }

  addPerfQuery(kind: MetricKind, query: PerfQuery, limit: PerfLimit | undefined): number {
    return this.perfQueries[kind].add(query, limit)!;
  }

  removePerfQuery(kind: MetricKind, id: number): void {
    this.perfQueries[kind].remove(id);
  }

  perfQueryAnswer(kind: MetricKind, id: number): PerfQueryAnswer {
    return this.perfQueries[kind].read(id)!;
  }

  sendCommand(
    target: CommandTarget,
    id: string,
    command: Readonly<Record<string, unknown>>,
    limits: CommandLimits,
  ): Promise<CommandReply> {
    return this.answerCommand(target, id, command, limits);
  }

  rados(): RadosPort {
    if (this.radosPort === undefined) throw new Error("there is no cluster");
    return this.radosPort;
  }

  poolName(id: number): string {
    return `pool${id}`;
  }

  clusterLog(channel: string, priority: number, message: string): void {
    this.clusterLogs.push(`${channel} ${priority} ${message}`);
  }

  refreshMgrMap(): Promise<void> {
    return this.refresh();
  }

  debugLevel(): number {
    return this.level;
  }

  logFile(): string | undefined {
    return undefined;
  }

  announced(): Promise<void> {
    return Promise.resolve();
  }

  changed(what: HostChange): void {
    this.changes.push(what);
  }

  #write<V>(what: "config" | "store", into: Map<string, V>, key: string, value: V | null): Promise<void> {
    if (this.refusal !== undefined) return Promise.reject(new Error(this.refusal));
    if (value === null) into.delete(key);
    else into.set(key, value);
    this.pushed(what, key);
    return Promise.resolve();
  }
}
