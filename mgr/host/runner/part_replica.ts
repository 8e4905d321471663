/** One part of the statistics in a module's process: what differs from the moment it has is fetched and decoded. */

import type { StatPage, StatPart, StatQuery } from "../stat_page.ts";
import { unpackIds, unpackItems } from "../stat_page.ts";

/** The moment is not kept any more by the host: it has to be asked for the newest one. */
export class MomentGoneError extends Error {
  override readonly name = "MomentGoneError";
}

/** Asks the host for a page. */
export type AskPage = (query: StatQuery) => Promise<StatPage | null>;

/** Values by id, ascending. */
export class PartReplica<T> {
  readonly #ask: AskPage;
  readonly #part: StatPart;
  readonly #pool: number;
  readonly #decode: (id: number, raw: Uint8Array) => T;
  #version = 0;
  #values: ReadonlyMap<number, T> = new Map();

  constructor(ask: AskPage, part: StatPart, pool: number, decode: (id: number, raw: Uint8Array) => T) {
    this.#ask = ask;
    this.#part = part;
    this.#pool = pool;
    this.#decode = decode;
  }

  /** The values of a moment; those that are the same as before are the same objects. Throws MomentGoneError. */
  async at(version: number): Promise<ReadonlyMap<number, T>> {
    if (version === this.#version) return this.#values;
    const fresh = new Map<number, T>();
    let ids: Iterable<number> = [];
    for (let from: number | null = 0; from !== null;) {
      const page: StatPage | null = await this.#ask({
        part: this.#part,
        pool: this.#pool,
        version,
        have: this.#version,
        from,
      });
      if (page === null) throw new MomentGoneError("the host has forgotten that moment");
      if (from === 0) ids = unpackIds(page.ids);
      for (const [id, raw] of unpackItems(page.items)) fresh.set(id, this.#decode(id, raw));
      from = page.next;
    }
    const value = (id: number): T => fresh.get(id) ?? this.#values.get(id)!;
    this.#values = new Map(Array.from(ids, (id) => [id, value(id)]));
    this.#version = version;
    return this.#values;
  }
}
