/** How much a module may store. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeLink } from "../../tests/host/fake_link.ts";
import { StoreQuota } from "./store_quota.ts";

Deno.test("StoreQuota.write() counts what is stored and what is being written, but not what is replaced", async () => {
  const link = new FakeLink();
  link.store.set("mgr/box/a", new Uint8Array(50));
  link.store.set("mgr/boxes/a", new Uint8Array(500));
  const quota = new StoreQuota("box", link, () => 100);
  const write = (key: string, bytes: number, done = Promise.resolve()) =>
    quota.write(key, new Uint8Array(bytes), () => done);
  await write("a", 99);
  await write("b", 48);
  await assertRejects(() => write("b", 49), RangeError, "would hold 101 bytes, limit_store allows 100");
  const slow = Promise.withResolvers<void>();
  const first = write("b", 30, slow.promise);
  await assertRejects(() => write("c", 30), RangeError);
  slow.reject(new Error("refused"));
  await assertRejects(() => first, Error, "refused");
  await write("c", 30);
  assertEquals(link.store.size, 2);
});
