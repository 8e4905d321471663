/** Daemons come, change and go: MMgrOpen, MMgrUpdate, MMgrClose. */

import { getLogger } from "@logtape/logtape";
import { pack } from "../messages/message.ts";
import { MMgrClose } from "../messages/mgr_close.ts";
import type { MMgrOpen } from "../messages/mgr_open.ts";
import type { MMgrUpdate } from "../messages/mgr_update.ts";
import { type DaemonKey, type DaemonState, formatDaemonKey } from "../state/daemon_state.ts";
import { formatAddrVec } from "../types/entity_addr.ts";
import { EntityType } from "../types/entity_name.ts";
import { LogPrio } from "../types/log_entry.ts";
import { utimeOfMs } from "../types/utime.ts";
import { checkClaim } from "./claims.ts";
import type { SessionHost } from "./context.ts";
import type { Session } from "./session.ts";

const log = getLogger(["ganglion", "daemons"]);

/** Characters of all keys and values that a service daemon may publish: they go into the ServiceMap, to every monitor. */
export const MAX_SERVICE_TEXT = 64 * 1024;

/**
 * Upstream: DaemonServer::handle_open. Throws ForgedClaimError and DecodeError. While the monitors still tell who there
 * is, thousands may come whom nobody knows yet: they are kept waiting, for each would come back every second.
 */
export function handleOpen(host: SessionHost, session: Session, open: MMgrOpen): void | Promise<void> {
  const { context } = host;
  if (!context.mayAct()) return session.close("we are not the active manager");
  const key = checkClaim(session.entity, open.serviceName, open.daemonName);
  const loading = session.entity.type === EntityType.client ? undefined : context.metadataLoading();
  if (loading === undefined || context.index.get(key) !== undefined) {
    return takeOpen(host, session, key, open);
  }
  return loading.then(() => session.isOpen ? takeOpen(host, session, key, open) : undefined);
}

function takeOpen(host: SessionHost, session: Session, key: DaemonKey, open: MMgrOpen): void {
  const { context } = host;
  if (!context.mayAct()) return session.close("we are not the active manager");
  host.configure(session);
  const opened = session.key && formatDaemonKey(session.key);
  if (opened !== undefined && opened !== formatDaemonKey(key)) {
    return session.close(`this session is that of ${opened}`);
  }
  const state = session.entity.type === EntityType.client
    ? openService(host, session, open)
    : context.index.get(key);
  if (state === undefined) {
    session.close(`${formatDaemonKey(key)} is not known yet`);
    if (session.entity.type !== EntityType.client) context.fetchMetadata(key);
    return;
  }
  state.setConfig(open.configBl);
  state.setDefaults(open.configDefaultsBl);
  state.counters?.free();
  session.key = key;
  session.counters = state.counters = context.counters.open();
  if (session.entity.type !== EntityType.client && open.serviceName === "") host.follow(session);
  log.debug(`open of ${formatDaemonKey(key)} by ${session}`);
}

/** Registers a service daemon; undefined when the client is none, or when there are too many. */
function openService({ context }: SessionHost, session: Session, open: MMgrOpen): DaemonState | undefined {
  if (!open.serviceDaemon || open.serviceName === "") return undefined;
  checkText(open.daemonMetadata);
  checkText(open.daemonStatus);
  const key = { type: open.serviceName, name: open.daemonName };
  const old = context.index.get(key);
  if (old !== undefined && !old.isOwnedBy(session.entity)) {
    throw new Error(`Cannot register ${formatDaemonKey(key)} for ${session}: it belongs to another entity`);
  }
  const state = context.index.addService(key);
  if (state === undefined) {
    log.warn(`refused service daemon ${formatDaemonKey(key)}: there are too many`);
    return undefined;
  }
  const stamp = utimeOfMs(context.wall());
  state.owner = session.entity;
  state.setMetadata(open.daemonMetadata);
  state.serviceStatus = open.daemonStatus;
  state.lastServiceBeacon = context.now();
  state.lastServiceBeaconStamp = stamp;
  const { gid } = session.peer;
  context.serviceMap.register(key, { gid, addr: session.addr, metadata: open.daemonMetadata }, stamp);
  return state;
}

/** Throws when the pairs are larger than a ServiceMap may carry for one daemon. */
export function checkText(pairs: ReadonlyMap<string, string>): void {
  let chars = 0;
  for (const [key, value] of pairs) chars += key.length + value.length;
  if (chars > MAX_SERVICE_TEXT) throw new Error(`Cannot take ${chars} characters of metadata or status`);
}

/** A client that is no service daemon has nothing to report: told to the cluster, and closed. Upstream: handle_report */
export function rejectClient({ context }: SessionHost, session: Session, what: string, name: string): void {
  const at = formatAddrVec(session.peer.addrs);
  context.clusterLog(LogPrio.warn, `rejecting ${what} from non-daemon client ${name} at ${at}`);
  session.close(`${what} from a client that is no daemon`);
}

/** Upstream: DaemonServer::handle_close: forgets a service daemon and sends the same message back. */
export function handleClose({ context }: SessionHost, session: Session, close: MMgrClose): void {
  const key = checkClaim(session.entity, close.serviceName, close.daemonName);
  const state = context.index.get(key);
  if (state?.serviceDaemon && state.isOwnedBy(session.entity)) {
    context.serviceMap.remove(key);
    context.index.remove(key);
    session.key = session.counters = undefined;
  }
  session.send(pack(MMgrClose, close));
}

/** Upstream: DaemonServer::handle_update: new metadata of a monitor that was upgraded, or of a service daemon. */
export function handleUpdate(host: SessionHost, session: Session, update: MMgrUpdate): void {
  const { index } = host.context;
  const key = checkClaim(session.entity, update.serviceName, update.daemonName);
  if (session.entity.type === EntityType.client && update.serviceName === "") {
    return rejectClient(host, session, "update", update.daemonName);
  }
  const state = index.get(key);
  if (state === undefined || !update.needMetadataUpdate || update.daemonMetadata.size === 0) return;
  if (!state.isOwnedBy(session.entity)) {
    return session.close(`${formatDaemonKey(key)} belongs to another entity`);
  }
  checkText(update.daemonMetadata);
  state.setMetadata(update.daemonMetadata);
}
