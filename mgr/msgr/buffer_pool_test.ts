/** Buffers that are lent. */

import { assert, assertEquals } from "@std/assert";
import { BufferPool } from "./buffer_pool.ts";

Deno.test("BufferPool.take() lends what was given back, in sizes that have room enough", () => {
  const pool = new BufferPool();
  const buffer = pool.take(5000);
  assertEquals(buffer.length, 16 * 1024);
  pool.give(buffer);
  assertEquals(pool.take(20_000).length, 64 * 1024);
  assert(pool.take(16 * 1024) === buffer);
  assert(pool.take(16 * 1024) !== buffer);
});

Deno.test("BufferPool keeps neither buffers beyond its sizes nor more than a few", () => {
  const pool = new BufferPool();
  const big = pool.take(300_000);
  assertEquals(big.length, 300_000);
  pool.give(big);
  assert(pool.take(300_000) !== big);
  const burst = Array.from({ length: 100 }, () => pool.take(1));
  for (const buffer of burst) pool.give(buffer);
  const again = Array.from({ length: 100 }, () => pool.take(1));
  assertEquals(again.filter((buffer) => burst.includes(buffer)).length, 32);
});
