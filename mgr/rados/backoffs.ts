/** Which objects an OSD wants to be spared. Pure. Upstream: OSDSession::backoffs in osdc/Objecter.h */

import type { MOSDBackoff } from "../messages/osd_backoff.ts";
import { compareHObjects, type HObject } from "../types/hobject.ts";
import { formatPgId, type ShardPgId } from "../types/pg_id.ts";

/** An OSD that asks for more than this is out of its mind: it has a few hundred PGs, and one range in most of them. */
export const MAX_BACKOFFS = 100_000;

type Range = Pick<MOSDBackoff, "begin" | "end">;

/** The backoffs of one session with an OSD. */
export class Backoffs {
  readonly #byPg = new Map<string, Map<bigint, Range>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** BLOCK. Throws when there are too many. */
  add({ pgid, id, begin, end }: MOSDBackoff): void {
    if (this.#size >= MAX_BACKOFFS) {
      throw new Error(`Cannot take a backoff: ${MAX_BACKOFFS} are there already`);
    }
    const name = keyOf(pgid);
    const ranges = this.#byPg.get(name) ?? new Map<bigint, Range>();
    if (!ranges.has(id)) this.#size++;
    this.#byPg.set(name, ranges.set(id, { begin, end }));
  }

  /** UNBLOCK. */
  remove({ pgid, id }: Pick<MOSDBackoff, "pgid" | "id">): void {
    const name = keyOf(pgid);
    const ranges = this.#byPg.get(name);
    if (!ranges?.delete(id)) return;
    this.#size--;
    if (ranges.size === 0) this.#byPg.delete(name);
  }

  /** Whether nothing may be sent for that object of that PG. */
  blocks(pgid: ShardPgId, object: () => HObject): boolean {
    const ranges = this.#byPg.get(keyOf(pgid));
    if (ranges === undefined) return false;
    const place = object();
    return [...ranges.values()].some((range) => isIn(place, range));
  }

  /** The session is lost, and with it what the OSD asked for. */
  clear(): void {
    this.#byPg.clear();
    this.#size = 0;
  }
}

function isIn(place: HObject, { begin, end }: Range): boolean {
  const fromBegin = compareHObjects(place, begin);
  return fromBegin === 0 || (fromBegin > 0 && compareHObjects(place, end) < 0);
}

function keyOf({ pg, shard }: ShardPgId): string {
  return `${formatPgId(pg)}s${shard}`;
}
