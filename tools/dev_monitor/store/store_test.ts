/** The store: what it keeps, and what it refuses to open. */

import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Store, StoreError } from "./store.ts";

async function inDirectory(body: (path: string) => void): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-store-" });
  try {
    body(`${directory}/store.db`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

Deno.test("Store keeps rows from one opening to the next", () =>
  inDirectory((path) => {
    {
      using store = new Store(path);
      store.write([
        { part: "a", key: "k", value: bytes(1) },
        { part: "a", key: "gone", value: bytes(2) },
        { part: "b", key: "k", value: bytes() },
      ]);
      store.write([{ part: "a", key: "gone", value: undefined }, { part: "a", key: "k", value: bytes(3) }]);
    }
    using store = new Store(path);
    assertEquals(
      store.read(),
      new Map([["a", new Map([["k", bytes(3)]])], ["b", new Map([["k", bytes()]])]]),
    );
  }));

Deno.test("Store is used by one monitor at a time", () =>
  inDirectory((path) => {
    using store = new Store(path);
    store.write([{ part: "a", key: "k", value: bytes(1) }]);
    assertThrows(() => new Store(path), StoreError, "another process is using it");
  }));

Deno.test("Store refuses files of others, other schemas and damaged ones, and changes nothing of them", () =>
  inDirectory((path) => {
    Deno.writeTextFileSync(path, "this is no database".repeat(100));
    assertThrows(() => new Store(path), StoreError, "it is no database");
    assertEquals(Deno.readTextFileSync(path).slice(0, 19), "this is no database");
    const foreign = `${path}.foreign`;
    {
      const db = new DatabaseSync(foreign);
      db.exec("CREATE TABLE theirs (x)");
      db.close();
    }
    assertThrows(() => new Store(foreign), StoreError, "another program");
    const old = `${path}.old`;
    new Store(old)[Symbol.dispose]();
    {
      const db = new DatabaseSync(old);
      db.exec("PRAGMA user_version = 0");
      db.close();
    }
    assertThrows(() => new Store(old), StoreError, "an older version");
  }));

Deno.test("Store writes all rows or none when the disk is full", () =>
  inDirectory((path) => {
    using store = new Store(path);
    store.write([{ part: "a", key: "k", value: bytes(1) }]);
    store.limit(20);
    const big = new Uint8Array(1_000_000);
    const rows = [{ part: "a", key: "k", value: bytes(2) }, { part: "a", key: "big", value: big }];
    assertThrows(() => store.write(rows), StoreError, "the disk is full");
    assertEquals(store.read().get("a"), new Map([["k", bytes(1)]]));
  }));
