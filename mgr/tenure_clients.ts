/** What modules do in the cluster while a tenure lasts: objects, and commands. A login is made when it is first needed. */

import { CephxClient } from "./auth/cephx_client.ts";
import { AuthNoneClient } from "./auth/auth_none.ts";
import { runAdminCommand } from "./daemons/admin_commands.ts";
import type { CommandArgs } from "./daemons/command_json.ts";
import type { ServerContext } from "./daemons/context.ts";
import { Waiters } from "./host/waiters.ts";
import type { MonClient } from "./mon/mon_client.ts";
import { type Tenure } from "./mon/tenure.ts";
import { Messenger } from "./msgr/messenger.ts";
import { freshNonce } from "./presence.ts";
import type { RadosClient } from "./rados/rados_client.ts";
import type { ClusterState } from "./state/cluster_state.ts";
import { type CommandAnswer, CommandSender } from "./tell/command_sender.ts";
import { answer, type TellOptions } from "./tell/daemon_commands.ts";
import { TenureRados, type TenureRadosParts } from "./tenure_rados.ts";
import { EntityType } from "./types/entity_name.ts";
import type { OsdMap } from "./types/osd_map.ts";

/** A monitor that does not say what is newest does not hold up who only wants to see what he did. */
const NEWEST_MAP_TIMEOUT_MS = 10_000;
const ENOENT = -2;
const ENXIO = -6;

/** Answers as this manager's own admin socket. */
export function tellSelf(context: ServerContext, command: Readonly<Record<string, unknown>>): CommandAnswer {
  const { prefix, ...args } = command;
  const { retval, stdout, stderr } = runAdminCommand(
    context,
    String(prefix),
    new Map(Object.entries(args)) as CommandArgs,
  );
  return {
    r: retval,
    rs: stderr,
    data: typeof stdout === "string" ? new TextEncoder().encode(stdout) : stdout,
  };
}

/** The rest of the manager. */
export interface TenureClientsParts extends
  Pick<
    TenureRadosParts,
    "clock" | "entity" | "key" | "hostname" | "modes" | "opTimeoutMs" | "addressed" | "messenger"
  > {
  readonly mon: Pick<MonClient, "monMap" | "command" | "getVersion">;
  readonly state: Pick<ClusterState, "osdMap" | "fsMap" | "mgrMap">;
  readonly tenure: Pick<Tenure, "check" | "refusal" | "signal" | "fenced">;
  readonly tellSelf: (command: Readonly<Record<string, unknown>>) => CommandAnswer;
}

interface Login {
  readonly rados: TenureRados;
  readonly commands: CommandSender;
}

/** Begins with a tenure and ends with it. */
export class TenureClients {
  readonly #parts: TenureClientsParts;
  readonly #messenger: Pick<Messenger, "connect">;
  readonly #maps = new Waiters();
  #login: Login | undefined;
  #end: string | undefined;

  constructor(parts: TenureClientsParts) {
    this.#parts = parts;
    this.#messenger = parts.messenger ?? new Messenger(EntityType.client, freshNonce(), parts.clock);
  }

  /** Objects. Throws an Error when the tenure is over. */
  get rados(): RadosClient {
    return this.#loggedIn().rados.client;
  }

  /** For the beacon: our addresses that the monitors have to fence off with us. */
  get addresses(): TenureRados["clients"] {
    return this.#login?.rados.clients ?? { addrs: [], names: [] };
  }

  /**
   * Sends a command; `id` is as in CommandSender.send, of `mgr` a manager's id. What changes something is not sent when
   * the tenure does not allow it, nor when it has ended. Rejects when there is no answer.
   */
  async sendCommand(
    target: string,
    id: string,
    command: Readonly<Record<string, unknown>>,
    options: TellOptions,
  ): Promise<CommandAnswer> {
    const { tenure } = this.#parts;
    tenure.check(`send '${command.prefix}' to ${target}.${id}`);
    if (target === "mgr") return this.#toManager(id, command);
    if (target === "mon" && id === "") return await this.#toQuorum(command, options);
    // What waits for the quorum or a daemon fails by itself when the role is lost; a question to one monitor does not.
    const signal = target === "mon" ? AbortSignal.any([tenure.signal, ...signalsOf(options)]) : undefined;
    const bounded = signal === undefined ? options : { ...options, signal };
    return await this.#loggedIn().commands.send(target, id, JSON.stringify(command), bounded);
  }

  /** Each MgrMap. */
  mgrMap(map: Parameters<TenureRados["mgrMap"]>[0]): void {
    this.#login?.rados.mgrMap(map);
  }

  /** Each OSDMap. */
  osdMap(map: OsdMap): void {
    this.#login?.rados.osdMap(map);
    this.#login?.commands.mapChanged();
    this.#maps.wake();
  }

  /** Each FSMap. */
  fsMapChanged(): void {
    this.#login?.commands.mapChanged();
  }

  /** The tenure is over. */
  close(reason: string): void {
    this.#end = reason;
    this.#drop(reason);
  }

  #drop(reason: string): void {
    const login = this.#login;
    this.#login = undefined;
    login?.commands.close(reason);
    login?.rados.close(reason);
  }

  /** Only the active manager serves: that is this one. */
  #toManager(id: string, command: Readonly<Record<string, unknown>>): CommandAnswer {
    const { state: { mgrMap }, entity, tellSelf } = this.#parts;
    if (id === "" || id === entity.id || id === String(mgrMap?.activeGid)) return tellSelf(command);
    const standsBy = [...mgrMap?.standbys.values() ?? []].some(({ name }) => name === id);
    return standsBy ? answer(ENXIO, `mgr.${id} stands by`) : answer(ENOENT, "mgr dne");
  }

  /** What the command did is in the newest map, and the module may look for it at once. */
  async #toQuorum(command: Readonly<Record<string, unknown>>, options: TellOptions): Promise<CommandAnswer> {
    const { mon } = this.#parts;
    const { input, timeoutMs, signal } = options;
    const result = await mon.command(command, { timeoutMs, write: true, ...(signal && { signal }) }, input);
    await this.#newestMap().catch(() => {});
    return result;
  }

  async #newestMap(): Promise<void> {
    const { clock, state } = this.#parts;
    const newest = await this.#newestEpoch();
    await this.#maps.until(clock, NEWEST_MAP_TIMEOUT_MS, () => (state.osdMap?.epoch ?? 0) >= newest);
  }

  async #newestEpoch(): Promise<number> {
    const options = { timeoutMs: NEWEST_MAP_TIMEOUT_MS };
    return (await this.#parts.mon.getVersion("osdmap", options)).version;
  }

  #loggedIn(): Login {
    if (this.#end !== undefined) throw new Error(`Cannot reach the cluster: ${this.#end}`);
    return this.#login ??= this.#logIn();
  }

  #logIn(): Login {
    const { mon, state, tenure } = this.#parts;
    const rados = new TenureRados({
      ...this.#parts,
      monitors: candidatesOf(mon.monMap!),
      fsid: mon.monMap!.fsid,
      newestEpoch: () => this.#newestEpoch(),
      refusal: () => tenure.refusal,
      blocklisted: (reason) => tenure.fenced(reason),
      ended: (reason) => rados === this.#login?.rados && this.#drop(reason),
    });
    rados.begin();
    if (state.osdMap !== undefined) rados.osdMap(state.osdMap);
    return { rados, commands: this.#commandSender(rados.client) };
  }

  #commandSender(rados: RadosClient): CommandSender {
    const { clock, mon, state, tenure, modes } = this.#parts;
    return new CommandSender({
      clock,
      rados,
      messenger: this.#messenger,
      login: () => this.#nobody().monAuthenticator(modes(EntityType.mon)),
      monMap: () => mon.monMap,
      fsid: () => mon.monMap!.fsid,
      fsMap: () => state.fsMap,
      askMonitors: (command, options) => this.#toQuorum(command, options),
      refusal: () => tenure.refusal,
    });
  }

  /** A login for one command. */
  #nobody(): CephxClient | AuthNoneClient {
    const { entity, key, clock } = this.#parts;
    if (key === undefined) return new AuthNoneClient(entity);
    return new CephxClient({ entity, key, services: EntityType.auth, now: () => clock.now() });
  }
}

function candidatesOf({ monInfo }: NonNullable<MonClient["monMap"]>): TenureRadosParts["monitors"] {
  return [...monInfo.values()].map(({ publicAddrs, priority, weight }) => ({
    addrs: publicAddrs,
    priority,
    weight,
  }));
}

function signalsOf({ signal }: TellOptions): readonly AbortSignal[] {
  return signal === undefined ? [] : [signal];
}
