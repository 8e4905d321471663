/** What a simulated OSD tells the monitor of itself, of its peers and of its placement groups. */

import { pack, type RawMessage } from "../../mgr/messages/message.ts";
import type { Clock } from "../../mgr/time/clock.ts";
import type { EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { utimeOfMs } from "../../mgr/types/utime.ts";
import {
  FailureFlag,
  MOSDAlive,
  MOSDBeacon,
  MOSDFailure,
  MOSDFull,
  MOSDPGTemp,
} from "../dev_monitor/messages/osd_life.ts";
import { FULLNESS, fullnessOf } from "./faults.ts";
import type { SimWorld } from "./model/sim_world.ts";

/** Wishes for PGs that nobody answered are sent again. */
const ASK_AGAIN_MS = 3_000;

/** Where it goes, and whose it is. */
export interface MonTalkParts {
  readonly id: number;
  readonly fsid: string;
  readonly world: SimWorld;
  readonly clock: Clock;
  readonly send: (raw: RawMessage) => unknown;
}

/** Messages of one OSD to the monitor. */
export class MonTalk {
  readonly #parts: MonTalkParts;
  #wishes = { text: "[]", at: 0 };

  constructor(parts: MonTalkParts) {
    this.#parts = parts;
  }

  /** A peer is gone. */
  failed(target: number, targetAddrs: EntityAddrVec, epoch: number): void {
    const flags = FailureFlag.failed | FailureFlag.immediate;
    const { fsid, send } = this.#parts;
    send(pack(MOSDFailure, { fsid, targetOsd: target, targetAddrs, epoch, flags, failedFor: 0 }));
  }

  /** A sign of life. */
  beacon({ epoch }: OsdMap): void {
    const { send, clock } = this.#parts;
    const lastPurgedSnapsScrub = utimeOfMs(clock.wall());
    send(pack(MOSDBeacon, { version: epoch, pgs: [], minLastEpochClean: epoch, lastPurgedSnapsScrub }));
  }

  /** PGs that it begins to lead want the map to say that it lives. */
  alive({ epoch, osdInfo }: OsdMap): void {
    const { id, world, send } = this.#parts;
    const want = Math.max(0, ...world.ledBy(id).map(({ since }) => since));
    if (want > (osdInfo.at(id)?.upThru ?? 0)) send(pack(MOSDAlive, { version: epoch, want }));
  }

  /** The share of its device that is in use means another fullness than the map has. */
  fullness(map: OsdMap, used: number): void {
    const { id, send } = this.#parts;
    const state = fullnessOf(used, map);
    if (state !== (map.osdState[id]! & FULLNESS)) send(pack(MOSDFull, { mapEpoch: map.epoch, state }));
  }

  /** PGs that others than now should serve. Asked again when nothing came of it. */
  wantedActing({ epoch, pgTemp }: OsdMap): void {
    const { id, world, send, clock } = this.#parts;
    const pgs = world.ledBy(id)
      .map(({ id: pg, wantedActing: osds }) => ({ pg, osds }))
      .filter(({ pg: { pool, seed }, osds }) => String(osds) !== String(pgTemp.get(pool)?.get(seed) ?? []));
    const text = JSON.stringify(pgs);
    const at = clock.now();
    if (text === this.#wishes.text && at - this.#wishes.at < ASK_AGAIN_MS) return;
    this.#wishes = { text, at };
    if (pgs.length > 0) send(pack(MOSDPGTemp, { mapEpoch: epoch, pgs, forced: false }));
  }
}
