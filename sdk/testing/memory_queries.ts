/** Perf queries of a module: what it asks, and what a test lets daemons answer. */

import type { PerfQueryAnswer, PerfQueryDeclaration } from "../../mgr/host/contract.ts";
import type { PerfQuery, PerfQueryRow } from "../perf_query.ts";

/** A query that runs. */
export interface TestQuery {
  /** Whom it asks: "osd" or "mds". */
  readonly kind: string;
  /** What it asks. */
  readonly query: PerfQuery<string, string>;
}

/** By id, which count up from 0. */
export class MemoryQueries {
  readonly running = new Map<number, TestQuery>();
  readonly #rows = new Map<number, readonly PerfQueryRow[]>();
  #lastId = -1;

  /** Answers with the id. */
  add(kind: string, query: PerfQueryDeclaration): number {
    this.running.set(++this.#lastId, { kind, query });
    return this.#lastId;
  }

  remove(id: number): void {
    this.#require(id);
    this.running.delete(id);
  }

  /** What daemons have counted. Throws for a query that does not run. */
  setRows(id: number, rows: readonly PerfQueryRow[]): void {
    this.#require(id);
    this.#rows.set(id, rows);
  }

  answer(id: number): PerfQueryAnswer {
    this.#require(id);
    return { rows: this.#rows.get(id) ?? [], delayedRanks: [], updatedAt: performance.now() };
  }

  /** They end with the module. */
  clear(): void {
    this.running.clear();
    this.#rows.clear();
  }

  #require(id: number): void {
    if (!this.running.has(id)) throw new Error(`Cannot find perf query ${id}: this module has no such`);
  }
}
