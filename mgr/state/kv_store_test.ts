/** Full and incremental updates of the key-value store. */

import { assertEquals } from "@std/assert";
import { KvStore } from "./kv_store.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("KvStore.apply() replaces everything on a full dump and tells what changed", () => {
  const kv = new KvStore();
  assertEquals(
    kv.apply({
      version: 3n,
      incremental: false,
      data: new Map([["mgr/a/k", bytes("1")], ["mgr/b/k", bytes("2")]]),
    }),
    ["mgr/a/k", "mgr/b/k"],
  );
  assertEquals([kv.complete, kv.version], [true, 3n]);
  assertEquals(
    kv.apply({
      version: 5n,
      incremental: false,
      data: new Map([["mgr/b/k", bytes("2")], ["mgr/c/k", bytes("")]]),
    }),
    ["mgr/a/k", "mgr/c/k"],
  );
  assertEquals(kv.withPrefix("mgr/").map(([k]) => k), ["mgr/b/k", "mgr/c/k"]);
});

Deno.test("KvStore.apply() patches on an increment; an absent value removes the key", () => {
  const kv = new KvStore();
  kv.apply({ version: 1n, incremental: false, data: new Map([["mgr/a/k", bytes("1")]]) });
  assertEquals(
    kv.apply({
      version: 2n,
      incremental: true,
      data: new Map([["mgr/a/k", bytes("1")], ["mgr/a/l", bytes("2")]]),
    }),
    ["mgr/a/l"],
  );
  assertEquals(kv.apply({ version: 3n, incremental: true, data: new Map([["mgr/a/k", undefined]]) }), [
    "mgr/a/k",
  ]);
  assertEquals([kv.size, kv.version, kv.get("mgr/a/k")], [1, 3n, undefined]);
});

Deno.test("KvStore.apply() takes the empty updates that every change elsewhere causes", () => {
  const kv = new KvStore();
  assertEquals([kv.apply({ version: 9n, incremental: true, data: new Map() }), kv.version, kv.complete], [
    [],
    9n,
    false,
  ]);
});
