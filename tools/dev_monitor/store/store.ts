/** The store of a development monitor: rows in SQLite, on the disk before `write` returns. */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Row } from "../state/part.ts";

/** Rises when the rows change in a way that an older or newer program cannot read. */
export const SCHEMA = 1;
/** "GnDM": tells our files from other SQLite files. */
const APPLICATION_ID = 0x476e444d;

/** The store cannot be used: the message says why, and what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** Nothing is wrong but that there is no room. */
  readonly diskFull: boolean;
  constructor(message: string, diskFull = false) {
    super(message);
    this.diskFull = diskFull;
  }
}

/** Rows of all parts. WAL with synchronous=FULL: what `write` has taken survives kill -9 and a power cut. */
export class Store implements Disposable {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  /** Opens or creates the file. Throws StoreError for a file that is not ours, is damaged, or in use. */
  constructor(path: string) {
    this.#path = path;
    this.#db = guard(path, "open", () => new DatabaseSync(path));
    try {
      guard(path, "open", () => this.#prepare());
      this.#put = this.#db.prepare("INSERT OR REPLACE INTO rows (part, key, value) VALUES (?, ?, ?)");
      this.#delete = this.#db.prepare("DELETE FROM rows WHERE part = ? AND key = ?");
    } catch (e) {
      this.#db.close();
      throw e;
    }
  }

  #prepare(): void {
    // Taken at once and kept: a second monitor on the same file would lose what the first one acknowledges.
    this.#db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0;");
    const id = this.#pragma("application_id");
    const tables = this.#db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!.n as number;
    if (id === 0 && tables === 0) return this.#create();
    if (id !== APPLICATION_ID) {
      throw new StoreError(`Cannot open ${this.#path}: it is the database of another program`);
    }
    const schema = this.#pragma("user_version");
    if (schema !== SCHEMA) {
      const whose = schema < SCHEMA ? "an older" : "a newer";
      throw new StoreError(
        `Cannot open ${this.#path}: it was made by ${whose} version of Ganglion (schema ${schema}, not ${SCHEMA})`,
      );
    }
    const check = this.#db.prepare("PRAGMA quick_check(1)").get()!.quick_check;
    if (check !== "ok") throw new StoreError(`Cannot open ${this.#path}: it is damaged: ${check}`);
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  }

  #create(): void {
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      BEGIN;
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA};
      CREATE TABLE rows (part TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (part, key)) WITHOUT ROWID;
      COMMIT;`);
  }

  #pragma(name: string): number {
    return this.#db.prepare(`PRAGMA ${name}`).get()![name] as number;
  }

  /** All rows: values by key by part. */
  read(): Map<string, Map<string, Uint8Array>> {
    return guard(this.#path, "read", () => {
      const parts = new Map<string, Map<string, Uint8Array>>();
      for (const { part, key, value } of this.#db.prepare("SELECT part, key, value FROM rows").iterate()) {
        const rows = parts.get(part as string) ?? new Map<string, Uint8Array>();
        parts.set(part as string, rows.set(key as string, value as Uint8Array));
      }
      return parts;
    });
  }

  /** Writes all of it or nothing. Throws StoreError when the disk is full or broken. */
  write(rows: readonly Row[]): void {
    guard(this.#path, "write", () => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        for (const { part, key, value } of rows) {
          if (value === undefined) this.#delete.run(part, key);
          else this.#put.run(part, key, value);
        }
        this.#db.exec("COMMIT");
      } catch (e) {
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw e;
      }
    });
  }

  /** The file may not grow beyond so many pages: stands for a full disk in tests. */
  limit(pages: number): void {
    this.#db.exec(`PRAGMA max_page_count = ${pages}`);
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#db.close();
  }
}

/** Upstream: SQLITE_FULL */
const FULL = 13;

/** Upstream: SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB */
const REASONS: ReadonlyMap<number, string> = new Map([
  [5, "another process is using it"],
  [6, "another process is using it"],
  [11, "it is damaged"],
  [FULL, "the disk is full"],
  [26, "it is no database"],
]);

/** SQLITE_FULL of `exec` comes without its number. */
const FULL_TEXT = "database or disk is full";

function guard<T>(path: string, action: string, call: () => T): T {
  try {
    return call();
  } catch (e) {
    if (e instanceof StoreError) throw e;
    const text = e instanceof Error ? e.message : String(e);
    const code = text === FULL_TEXT ? FULL : ((e as { readonly errcode?: number }).errcode ?? 0) & 0xff;
    throw new StoreError(`Cannot ${action} ${path}: ${REASONS.get(code) ?? text}`, code === FULL);
  }
}
