/** What sessions are told, by the name that they subscribed to. Upstream: Monitor::handle_subscribe and the check_sub functions */

import { MConfig } from "../../../mgr/messages/config.ts";
import { MFSMap } from "../../../mgr/messages/fs_map.ts";
import { MKVData } from "../../../mgr/messages/kv_data.ts";
import { MLog } from "../../../mgr/messages/log.ts";
import { MMgrDigest } from "../../../mgr/messages/mgr_digest.ts";
import { MMgrMap } from "../../../mgr/messages/mgr_map.ts";
import { MMonMap } from "../../../mgr/messages/mon_map.ts";
import { MServiceMap } from "../../../mgr/messages/service_map.ts";
import { LogPrio } from "../../../mgr/types/log_entry.ts";
import { cephJson } from "../format/ceph_json.ts";
import { entityConfig } from "../config/entity_config.ts";
import { healthReport } from "../health/report.ts";
import { monStatus } from "../health/mon_status.ts";
import type { Committed } from "../state/committed.ts";
import { EMPTY_FS_MAP } from "../state/fs_map.ts";
import { sorted } from "../state/part.ts";
import type { MonitorContext } from "./context.ts";
import { sendOsdMaps, shareOsdMaps } from "./osd_maps.ts";
import { sendCreates } from "./pg_creates.ts";
import type { Session, Subscription } from "./session.ts";

/** One kind of subscription. */
interface Topic {
  readonly matches: (name: string) => boolean;
  /** "service perm" that the caps must allow, like "mon r". */
  readonly caps: readonly string[];
  /** Its version now. */
  readonly version: (state: Committed) => bigint;
  /** Sends what the subscription lacks; called when its next version is not above `version`. */
  readonly send: (monitor: MonitorContext, session: Session, name: string, sub: Subscription) => void;
}

const is = (wanted: string) => (name: string): boolean => name === wanted;
const starts = (prefix: string) => (name: string): boolean => name.startsWith(prefix);

/** In no order: a name fits one row at most. */
const TOPICS: readonly Topic[] = [
  {
    matches: is("monmap"),
    caps: [],
    version: ({ mon }) => BigInt(mon.map.epoch),
    send: ({ state }, session) => session.send(MMonMap, { monMap: state.mon.map }),
  },
  {
    matches: is("mgrmap"),
    caps: ["mon r"],
    version: ({ mgr }) => BigInt(mgr.map.epoch),
    send: ({ state }, session) => session.send(MMgrMap, { map: state.mgr.map }),
  },
  {
    matches: is("osdmap"),
    caps: ["mon r", "osd r"],
    version: ({ osd }) => BigInt(osd.map.epoch),
    send: (monitor, session, _, { next }) => sendOsdMaps(monitor, session, Number(next)),
  },
  {
    matches: is("osd_pg_creates"),
    caps: ["osd w"],
    version: ({ osd }) => BigInt(osd.map.epoch),
    send: (monitor, session) => sendCreates(monitor, session),
  },
  {
    matches: is("fsmap"),
    caps: ["mon r", "mds r"],
    version: () => BigInt(EMPTY_FS_MAP.epoch),
    send: (_, session) => session.send(MFSMap, { epoch: EMPTY_FS_MAP.epoch, fsMap: EMPTY_FS_MAP }),
  },
  {
    matches: is("servicemap"),
    caps: ["mon r"],
    version: ({ stat }) => BigInt(stat.serviceMap.epoch),
    send: ({ state }, session) => session.send(MServiceMap, { serviceMap: state.stat.serviceMap }),
  },
  {
    matches: starts("kv:"),
    caps: ["mon r", "config-key r"],
    version: ({ kv }) => BigInt(kv.version),
    send: ({ state }, session, name, { next }) =>
      session.send(MKVData, kvData(state, name.slice(3), Number(next))),
  },
  {
    matches: starts("log-"),
    caps: ["mon r", "log r"],
    version: ({ log }) => BigInt(log.version),
    send: ({ state }, session, name, { next }) => sendLog(state, session, name.slice(4), Number(next)),
  },
];

/** Upstream: KVMonitor::check_sub. `start` 0, or a version whose changes are gone, is answered by everything. */
function kvData({ kv }: Committed, prefix: string, start: number): MKVData {
  const base = { version: BigInt(kv.version), prefix };
  const under = <V>(map: ReadonlyMap<string, V>): Map<string, V> =>
    sorted([...map].filter(([key]) => key.startsWith(prefix)));
  const oldest = [...kv.recent.keys()][0];
  if (start === 0 || oldest === undefined || start < oldest) {
    return { ...base, incremental: false, data: under(kv.values) };
  }
  const changes = [...kv.recent].filter(([version]) => version >= start).map(([, change]) => change);
  return { ...base, incremental: true, data: under(new Map(changes.flatMap((change) => [...change]))) };
}

/** Upstream: LogMonitor::check_sub. `start` 0: the newest version's entries. */
function sendLog({ log, mon }: Committed, session: Session, levelName: string, start: number): void {
  const level = (LogPrio as Record<string, number>)[levelName];
  const from = start === 0 ? log.version : start;
  if (level === undefined) return;
  const entries = log.batches.filter(({ version }) => version >= from)
    .flatMap((batch) => batch.entries).filter(({ prio, channel }) => prio >= level && channel === "cluster");
  if (entries.length > 0) session.send(MLog, { version: log.version, fsid: mon.map.fsid, entries });
}

/** Takes new subscriptions and answers them, in the order of their names. */
export function subscribe(
  monitor: MonitorContext,
  session: Session,
  what: ReadonlyMap<string, { readonly start: bigint; readonly onetime: boolean }>,
): void {
  for (const [name, { start, onetime }] of what) {
    // One level of the log at a time.
    if (name.startsWith("log-")) dropOthers(session, name);
    session.subscriptions.set(name, { next: start, onetime });
    check(monitor, session, name, true);
  }
}

function dropOthers(session: Session, name: string): void {
  for (const other of [...session.subscriptions.keys()]) {
    if (other.startsWith("log-") && other !== name) session.subscriptions.delete(other);
  }
}

/** Tells everybody what is new for them. */
export function publish(monitor: MonitorContext): void {
  for (const session of monitor.sessions) {
    for (const name of [...session.subscriptions.keys()].sort()) check(monitor, session, name, false);
  }
  shareOsdMaps(monitor);
}

function check(monitor: MonitorContext, session: Session, name: string, fresh: boolean): void {
  const sub = session.subscriptions.get(name)!;
  if (name === "config") return sendConfig(monitor.state, session);
  if (name === "mgrdigest") {
    if (fresh && allowed(session, ["mon r"])) sendDigest(monitor, session);
    return;
  }
  const topic = TOPICS.find(({ matches }) => matches(name));
  const version = topic?.version(monitor.state);
  if (topic === undefined || version === undefined || sub.next > version) return;
  if (!allowed(session, topic.caps)) return;
  topic.send(monitor, session, name, sub);
  if (sub.onetime) session.subscriptions.delete(name);
  else sub.next = version + 1n;
}

function allowed(session: Session, caps: readonly string[]): boolean {
  return caps.every((cap) => {
    const [service, perm] = cap.split(" ") as [string, string];
    return session.may({ service, perm });
  });
}

/** Sent only when the result is another one for this session. Upstream: ConfigMonitor::maybe_send_config */
export function sendConfig(state: Committed, session: Session): void {
  const config = entityConfig(state, session.name, session.hostname);
  const text = JSON.stringify([...config]);
  if (session.lastConfig === text) return;
  session.lastConfig = text;
  session.send(MConfig, { config });
}

/** The monitor's view, to whoever wants it. */
export function sendDigest(monitor: MonitorContext, session: Session): void {
  const { state, clock } = monitor;
  session.send(MMgrDigest, {
    monStatusJson: cephJson(monStatus(monitor)),
    healthJson: cephJson(healthReport(state, clock.wall(), true).json),
  });
}

/** To all that subscribed to it. */
export function publishDigest(monitor: MonitorContext): void {
  for (const session of monitor.sessions) {
    if (session.subscriptions.has("mgrdigest")) sendDigest(monitor, session);
  }
}
