/** `send_command` of modules: to monitors, OSDs, placement groups and MDSs. Upstream: ceph_send_command in mgr/BaseMgrModule.cc */

import type { RadosClient } from "../rados/rados_client.ts";
import type { Clock } from "../time/clock.ts";
import { EntityType } from "../types/entity_name.ts";
import type { MdsInfo } from "../types/mds_info.ts";
import { parsePgId, type PgId } from "../types/pg_id.ts";
import { msgr2Addr } from "../types/entity_addr.ts";
import type { Uuid } from "../types/uuid.ts";
import {
  answer,
  type CommandAnswer,
  DaemonCommands,
  type Destination,
  type TellOptions,
} from "./daemon_commands.ts";
import { allMds, type MdsRoster, resolveMds } from "./mds_spec.ts";
import { MonTell, type MonTellParts } from "./mon_tell.ts";

export type { CommandAnswer };

const ENOENT = -2;
const ENXIO = -6;
const EINVAL = -22;
const ETIMEDOUT = -110;

/** Where a command goes. */
export const COMMAND_TARGETS = ["mon", "osd", "pg", "mds"] as const;

/** One of them. */
export type CommandTarget = typeof COMMAND_TARGETS[number];

/** What it needs of the manager. */
export interface CommandSenderParts extends MonTellParts {
  readonly clock: Clock;
  readonly rados: RadosClient;
  readonly fsid: () => Uuid;
  readonly fsMap: () => MdsRoster | undefined;
  /** A command for the quorum; answered when we have the OSDMap that it made. */
  readonly askMonitors: (command: Record<string, unknown>, options: TellOptions) => Promise<CommandAnswer>;
  /** Why nothing may be sent now, or undefined. */
  readonly refusal: () => string | undefined;
}

type Sender = (id: string, command: string, options: TellOptions) => Promise<CommandAnswer>;

/**
 * Sends commands with the errno and the texts of their targets. Its owner tells it of every FSMap and OSDMap
 * (`mapChanged`). Rejects with an Error when there is no answer, with RangeError (and Ceph's text) for an id that is none.
 */
export class CommandSender {
  readonly #parts: CommandSenderParts;
  readonly #daemons: DaemonCommands;
  readonly #mons: MonTell;
  readonly #senders: Readonly<Record<CommandTarget, Sender>> = {
    mon: (id, command, options) => this.#toMon(id, command, options),
    osd: (id, command, options) => this.#toOsd(id, command, options),
    pg: (id, command, options) => this.#toPg(id, command, options),
    mds: (id, command, options) => this.#toMds(id, command, options),
  };

  constructor(parts: CommandSenderParts) {
    this.#parts = parts;
    this.#daemons = new DaemonCommands(parts.rados.sessions, parts);
    this.#mons = new MonTell(parts);
  }

  /**
   * `id`: of `mon` a name, a rank, or "" for the quorum; of `osd` its number; of `pg` the PG, whose primary is asked; of
   * `mds` a name, a rank, `filesystem:rank`, a gid, or `*`. `command` is a JSON object.
   */
  async send(target: string, id: string, command: string, options: TellOptions): Promise<CommandAnswer> {
    const refusal = this.#parts.refusal();
    if (refusal !== undefined) throw new Error(`Cannot send a command to ${target}.${id}: ${refusal}`);
    if (!isTarget(target)) throw new RangeError(`unknown service type: ${target}`);
    return await this.#senders[target](id, command, options);
  }

  /** A newer OSDMap or FSMap. */
  mapChanged(): void {
    const fsMap = this.#parts.fsMap();
    const { sessions } = this.#parts.rados;
    const gids = new Set(fsMap ? allMds(fsMap).map(({ gid }) => gid) : []);
    for (const { peer } of sessions.peers()) {
      if (peer.type === EntityType.mds && !gids.has(peer.num)) sessions.drop(peer, "the MDS is gone");
    }
    this.#daemons.mapChanged();
  }

  /** The end: everything fails. */
  close(reason: string): void {
    this.#daemons.close(reason);
  }

  async #toMon(id: string, command: string, options: TellOptions): Promise<CommandAnswer> {
    if (id !== "") return await this.#mons.send(id, command, options);
    const parsed = parseCommand(command);
    if (parsed === undefined) return answer(EINVAL, `unparseable JSON ${command}`);
    return await this.#parts.askMonitors(parsed, options);
  }

  async #toOsd(id: string, command: string, options: TellOptions): Promise<CommandAnswer> {
    if (!/^-?\d+$/.test(id)) throw new RangeError(`invalid osd_id: "${id}"`);
    return await this.#daemons.send(
      `command to osd.${id}`,
      command,
      () => this.#findOsd(Number(id)),
      options,
    );
  }

  async #toPg(id: string, command: string, options: TellOptions): Promise<CommandAnswer> {
    const pg = parsePgId(id);
    if (pg === undefined) throw new RangeError(`invalid pgid: "${id}"`);
    return await this.#daemons.send(`command to pg ${id}`, command, () => this.#findPrimary(pg), options);
  }

  async #toMds(spec: string, command: string, options: TellOptions): Promise<CommandAnswer> {
    const fsMap = this.#parts.fsMap();
    const targets = fsMap === undefined ? [] : resolveMds(fsMap, spec);
    if (targets.length === 0) return answer(ENOENT, "");
    const answers = await Promise.all(targets.map((info) => this.#toOneMds(info, command, options)));
    return answers.find(({ r }) => r !== 0) ?? answers.at(-1)!;
  }

  #toOneMds({ gid, name }: MdsInfo, command: string, options: TellOptions): Promise<CommandAnswer> {
    return this.#daemons.send(`command to mds.${name}`, command, () => this.#findMds(gid), options);
  }

  #findOsd(osd: number): Destination {
    const { rados } = this.#parts;
    const { map } = rados;
    if (map === undefined) return { kind: "nobody" };
    if (!map.exists(osd)) return { kind: "answer", answer: answer(ENOENT, "osd dne") };
    if (!map.isUp(osd)) return { kind: "answer", answer: answer(ENXIO, "osd down") };
    return { kind: "daemon", peer: { type: EntityType.osd, num: BigInt(osd) }, dial: () => rados.want(osd) };
  }

  #findPrimary(pg: PgId): Destination {
    const { rados } = this.#parts;
    if (rados.map === undefined) return { kind: "nobody" };
    if (!rados.map.pools.has(pg.pool)) return { kind: "answer", answer: answer(ENOENT, "pool dne") };
    const primary = rados.primaryOf(pg);
    return primary === undefined ? { kind: "nobody" } : this.#findOsd(primary);
  }

  /** Upstream: Client::cancel_commands */
  #findMds(gid: bigint): Destination {
    const fsMap = this.#parts.fsMap();
    const info = fsMap && allMds(fsMap).find((info) => info.gid === gid);
    if (info === undefined) return { kind: "answer", answer: answer(ETIMEDOUT, `MDS ${gid} went away`) };
    const addr = msgr2Addr(info.addrs);
    if (addr === undefined) return { kind: "nobody" };
    const peer = { type: EntityType.mds, num: gid };
    return { kind: "daemon", peer, dial: () => this.#parts.rados.sessions.want(peer, addr) };
  }
}

function isTarget(target: string): target is CommandTarget {
  return COMMAND_TARGETS.some((known) => known === target);
}

function parseCommand(command: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(command);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
