/** A client's session with a cluster: commands for monitors, the active manager and every daemon. */

import { MLog } from "../../mgr/messages/log.ts";
import { type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MMgrMap } from "../../mgr/messages/mgr_map.ts";
import { type CommandResult, MonClient } from "../../mgr/mon/mon_client.ts";
import type { Authenticator } from "../../mgr/msgr/authenticator.ts";
import { AuthRefusedError } from "../../mgr/msgr/errors.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import { sleep, systemClock } from "../../mgr/time/clock.ts";
import { type EntityAddr, formatTypedAddr, msgr2Addr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import type { LogEntry } from "../../mgr/types/log_entry.ts";
import type { MonMap } from "../../mgr/types/mon_map.ts";
import { ZERO_UUID } from "../../mgr/types/uuid.ts";
import { reasonText } from "./cli_error.ts";
import { type CommandFields, commandJson } from "./command_json.ts";
import { Errno } from "./errno.ts";
import { locateMds, locateOsd, locatePg, NoDaemonError } from "./locate.ts";
import type { ClientLogin } from "./login.ts";
import { MgrLink } from "./mgr_link.ts";
import { Peer } from "./peer.ts";
import type { Target } from "./target.ts";

/** As the stock CLI: a command may run for a day. */
const COMMAND_TIMEOUT_MS = 24 * 60 * 60_000;
/** A daemon that cannot be reached is looked for again. */
const RETRY_MS = 1000;
const NOTHING = new Uint8Array(0);

/** What a session needs. */
export interface ClusterOptions {
  readonly login: ClientLogin;
  /** A further login of the same entity: monitors that are told something themselves take no shared one. */
  readonly freshLogin: () => ClientLogin;
  readonly monitors: readonly { readonly addrs: readonly EntityAddr[] }[];
  /** Connection modes toward monitors and managers, and toward the others. */
  readonly monModes: readonly number[];
  readonly modes: readonly number[];
  readonly hostname: string;
}

/** What happens before and after. */
export interface ClusterEvents {
  /** There is a session, for the first time or again. */
  sessionUp(): void;
  /** The map of the monitors is here: commands can be sent. */
  connected(): void;
  /** Waiting will not bring a session. */
  hopeless(reason: Error): void;
  attemptFailed(addr: EntityAddr, reason: Error): void;
  /** Something takes longer, and why: for a person who waits. */
  waiting(why: string): void;
}

/** One session; `close()` ends it. */
export class Cluster {
  readonly #o: ClusterOptions;
  readonly #events: ClusterEvents;
  readonly #messenger: Messenger;
  readonly #mon: MonClient;
  readonly #mgr: MgrLink;
  readonly #peers = new Map<string, Peer>();
  readonly #end = new AbortController();
  #onLog: ((log: MLog) => void) | undefined;

  constructor(options: ClusterOptions, events: ClusterEvents) {
    this.#o = options;
    this.#events = events;
    // A client is one whatever the type of its name, `ceph -n mgr.x` included.
    this.#messenger = new Messenger(EntityType.client, freshNonce(), systemClock);
    this.#mgr = new MgrLink({
      subscribe: () => this.#mon.subscribe("mgrmap"),
      dial: (addr) => this.#dial(addr, EntityType.mgr),
      sleep: (ms) => sleep(systemClock, ms, this.#end.signal),
      waiting: (why) => this.#events.waiting(why),
    });
    this.#mon = new MonClient({
      clock: systemClock,
      messenger: this.#messenger,
      auth: options.login,
      monitors: options.monitors.map(({ addrs }) => ({ addrs, priority: 0, weight: 0 })),
      modes: () => options.monModes,
      hostname: options.hostname,
      fsid: "",
    }, {
      sessionUp: () => this.#events.sessionUp(),
      sessionDown: (reason) => this.#events.waiting(`the session with the monitor was lost: ${reason}`),
      monMap: () => this.#events.connected(),
      message: (raw) => this.#message(raw),
      hopeless: (reason) => this.#events.hopeless(reason),
      // Our owner says it in its own words, and sooner.
      trouble: () => {},
      attemptFailed: (addr, reason) => this.#events.attemptFailed(addr, reason),
    });
  }

  /** Looks for the monitors; goes on until `close()`. */
  start(): void {
    this.#mon.start();
  }

  close(): void {
    this.#end.abort(new Error("done"));
    this.#mgr.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#mon.close("done");
  }

  /** There is one from `connected` on. */
  get monMap(): MonMap {
    const { monMap } = this.#mon;
    if (monMap === undefined) throw new Error("Cannot read the map of the monitors: there is no session yet");
    return monMap;
  }

  /** Runs a command of the table of all monitors and managers, where `mgr` says so with the active manager. */
  command(fields: CommandFields, input: Uint8Array, mgr: boolean): Promise<CommandResult> {
    const json = commandJson(fields);
    if (!mgr) return this.#monCommand(json, String(fields.get("prefix")), input);
    return orItsError(this.#mgr.ask((peer) => peer.command("mgr", ZERO_UUID, json, input)));
  }

  /** Runs a command of one daemon. A daemon that is not there answers with -ENOENT or -ENXIO. */
  tell(target: Target, fields: CommandFields, input: Uint8Array): Promise<CommandResult> {
    return orItsError(this.#tell(target, fields, input));
  }

  /** What a monitor says of itself; undefined when it cannot be reached. */
  async ping(monitor: string): Promise<string | undefined> {
    try {
      const peer = await this.#dialMonitor(monitor);
      const text = await peer.ping();
      peer.close();
      return text;
    } catch {
      return undefined;
    }
  }

  /** Entries of the cluster log of this level (`info`) and above, from now on. */
  watchLog(level: string, take: (entry: LogEntry) => void): void {
    const name = `log-${level}`;
    let last = 0;
    this.#onLog = ({ version, entries }) => {
      this.#mon.got(name, BigInt(version));
      // A session that begins anew may bring the newest ones again.
      if (version > last) entries.forEach(take);
      last = Math.max(last, version);
    };
    this.#mon.subscribe(name);
  }

  /** A command of the monitors whose answer is JSON. Throws NoDaemonError with the error of the command. */
  async json(fields: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { r, rs, data } = await this.#monCommand(
      JSON.stringify({ ...fields, format: "json" }),
      String(fields.prefix),
      NOTHING,
    );
    if (r < 0) throw new NoDaemonError(rs, r);
    return JSON.parse(new TextDecoder().decode(data));
  }

  async #tell(target: Target, fields: CommandFields, input: Uint8Array): Promise<CommandResult> {
    const json = commandJson(fields);
    const ask = (peer: Peer): Promise<CommandResult> => peer.command("tell", this.monMap.fsid, json, input);
    switch (target.kind) {
      case "mon":
        if (target.id === undefined) return await this.command(fields, input, false);
        return await ask(await this.#monitor(target.id));
      case "mgr":
        await this.#requireActive(target.id);
        return await this.#mgr.ask(ask);
      case "osd":
        return await this.#daemon(EntityType.osd, () => locateOsd(target.id, (f) => this.json(f)), ask);
      case "mds":
        return await this.#daemon(EntityType.mds, () => locateMds(target.id, (f) => this.json(f)), ask);
      case "pg":
        return await this.#tellPg(target.id, fields, input);
    }
  }

  /** Its primary answers; any other OSD says -EAGAIN. */
  async #tellPg(pgid: string, fields: CommandFields, input: Uint8Array): Promise<CommandResult> {
    const withPg = new Map([...fields, ["pgid", pgid] as const]);
    let last: CommandResult | undefined;
    for (const osd of await locatePg(pgid, (f) => this.json(f))) {
      last = await this.#tell({ kind: "osd", id: String(osd) }, withPg, input);
      if (last.r !== -Errno.EAGAIN) break;
    }
    return last!;
  }

  #monCommand(json: string, prefix: string, input: Uint8Array): Promise<CommandResult> {
    const options = { timeoutMs: COMMAND_TIMEOUT_MS, signal: this.#end.signal };
    return this.#mon.commandText(json, prefix, options, input);
  }

  /** Asks a daemon; when its connection fails, where it is now. */
  async #daemon(
    type: number,
    locate: () => Promise<EntityAddr>,
    ask: (peer: Peer) => Promise<CommandResult>,
  ): Promise<CommandResult> {
    while (true) {
      const addr = await locate();
      try {
        return await ask(await this.#peer(addr, type));
      } catch (e) {
        if (e instanceof AuthRefusedError || e instanceof NoDaemonError || this.#end.signal.aborted) throw e;
        this.#events.waiting(`${formatTypedAddr(addr)}: ${reasonText(e)}`);
        await sleep(systemClock, RETRY_MS, this.#end.signal);
      }
    }
  }

  async #peer(addr: EntityAddr, type: number): Promise<Peer> {
    const key = formatTypedAddr(addr);
    const known = this.#peers.get(key);
    if (known?.isOpen) return known;
    const peer = await this.#dial(addr, type);
    this.#peers.set(key, peer);
    return peer;
  }

  #dial(addr: EntityAddr, type: number): Promise<Peer> {
    const modes = type === EntityType.mgr ? this.#o.monModes : this.#o.modes;
    const authenticator = this.#o.login.authorizer(type, modes);
    if (authenticator === undefined) {
      throw new NoDaemonError(`the monitors gave us no ticket for ${formatTypedAddr(addr)}`, -Errno.EACCES);
    }
    return this.#open(addr, type, authenticator, this.#o.login.globalId);
  }

  #open(addr: EntityAddr, peerType: number, authenticator: Authenticator, gid?: bigint): Promise<Peer> {
    const dial = { addr, peerType, authenticator, ...(gid === undefined ? {} : { gid }) };
    return Peer.open(this.#messenger, dial, this.#end.signal);
  }

  async #monitor(id: string): Promise<Peer> {
    const known = this.#peers.get(`mon.${id}`);
    if (known?.isOpen) return known;
    const peer = await this.#dialMonitor(id);
    this.#peers.set(`mon.${id}`, peer);
    return peer;
  }

  /** By name or rank. */
  async #dialMonitor(id: string): Promise<Peer> {
    const { monInfo, ranks } = this.monMap;
    const info = monInfo.get(/^\d+$/.test(id) ? ranks[Number(id)] ?? "" : id);
    const addr = info && msgr2Addr(info.publicAddrs);
    if (addr === undefined) throw new NoDaemonError(`there is no monitor ${id}`, -Errno.ENOENT);
    return await this.#open(addr, EntityType.mon, this.#o.freshLogin().monAuthenticator(this.#o.monModes));
  }

  /** Only the active manager can be told something. */
  async #requireActive(id: string | undefined): Promise<void> {
    if (id === undefined) return;
    const { activeName } = await this.#mgr.map();
    if (activeName !== id) {
      throw new NoDaemonError(`mgr.${id} is not the active manager, mgr.${activeName} is`, -Errno.ENXIO);
    }
  }

  #message(raw: RawMessage): void {
    if (raw.type === MMgrMap.type) this.#mgr.message(raw);
    else if (raw.type === MLog.type) this.#onLog?.(unpack(MLog, raw));
  }
}

/** A daemon that is not there, or that does not let us in, is an answer too. */
async function orItsError(answer: Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await answer;
  } catch (e) {
    if (e instanceof NoDaemonError) return { r: e.r, rs: e.message, data: NOTHING };
    if (e instanceof AuthRefusedError) return { r: e.errno, rs: e.message, data: NOTHING };
    throw e;
  }
}

/** Nonces are 32 bits; 0 is that of monitors. */
function freshNonce(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0]! % 0xfffffffe) + 1;
}
