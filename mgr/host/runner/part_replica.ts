/** One part of the statistics in a module's process: what differs from the moment it has is fetched and decoded. */

import type { StatPage, StatPart, StatQuery } from "../stat_page.ts";
import { pagesAhead, type Range, rangesOf } from "./pages_ahead.ts";
import { unpackIds } from "../stat_page.ts";

/** The moment is not kept any more by the host: it has to be asked for the newest one. */
export class MomentGoneError extends Error {
  override readonly name = "MomentGoneError";
}

/** Asks the host for a page. */
export type AskPage = (query: StatQuery) => Promise<StatPage | null>;

/** Values of a page by id; what they keep of the bytes is a copy. They may share what they have in common with `former`. */
export type Unpack<T> = (
  items: Uint8Array,
  former: ReadonlyMap<number, T>,
) => Iterable<readonly [id: number, value: T]>;

/** Values by id, ascending. */
export class PartReplica<T> {
  readonly #ask: AskPage;
  readonly #part: StatPart;
  readonly #pool: number;
  readonly #unpack: Unpack<T>;
  /** 0 while the values are of no one moment. */
  #version = 0;
  #ids: Uint32Array = new Uint32Array();
  /** What followed the first page last time, and how long that was: it is asked for together with the next first one. */
  #likely: readonly Range[] = [];
  #pageBytes = 0;
  #values = new Map<number, T>();

  constructor(ask: AskPage, part: StatPart, pool: number, unpack: Unpack<T>) {
    this.#ask = ask;
    this.#part = part;
    this.#pool = pool;
    this.#unpack = unpack;
  }

  /**
   * The values of a moment; those that are the same as before are the same objects. What they were before is let go of
   * value by value, for twice all of them would not fit into a module's memory. Throws MomentGoneError.
   */
  async at(version: number): Promise<ReadonlyMap<number, T>> {
    if (version === this.#version) return this.#values;
    const have = this.#version;
    this.#version = 0;
    const ask = (range: Range): Promise<StatPage> => this.#page({ version, have, ...range });
    const end = this.#likely[0]?.from ?? null;
    const asked = ask({ from: 0, to: end });
    const likely = pagesAhead(this.#likely, ask);
    const first = await asked;
    if (first.ids !== null) this.#keep(unpackIds(first.ids));
    const left = first.next === null ? [] : rangesOf(this.#ids, first.next, end);
    const rest = pagesAhead(left, ask);
    let bytes = this.#take(first);
    for (const pages of [likely, rest]) for await (const page of pages) bytes += this.#take(page);
    if (first.ids !== null) this.#sort();
    if (end === null) this.#expect(left, first.items.length);
    else if (bytes <= this.#pageBytes) this.#expect([], 0);
    this.#version = version;
    return this.#values;
  }

  async #page(query: Omit<StatQuery, "part" | "pool">): Promise<StatPage> {
    const page = await this.#ask({ part: this.#part, pool: this.#pool, ...query });
    if (page === null) throw new MomentGoneError("the host has forgotten that moment");
    return page;
  }

  /** Answers with the bytes that it took. */
  #take({ items }: StatPage): number {
    for (const [id, value] of this.#unpack(items, this.#values)) this.#values.set(id, value);
    return items.length;
  }

  #expect(likely: readonly Range[], pageBytes: number): void {
    this.#likely = likely;
    this.#pageBytes = pageBytes;
  }

  /** Forgets what is not there any more. */
  #keep(ids: Uint32Array): void {
    this.#ids = ids;
    const kept = new Set(ids);
    for (const id of this.#values.keys()) if (!kept.has(id)) this.#values.delete(id);
  }

  /** New ones have come last. */
  #sort(): void {
    const have = this.#values.keys();
    if (this.#ids.every((id) => have.next().value === id)) return;
    this.#values = new Map(Array.from(this.#ids, (id) => [id, this.#values.get(id)!]));
  }
}
