/** What a module reads of its keys, whatever the order of answers and news. */

import { assertEquals, assertRejects } from "@std/assert";
import { StoreReplica } from "./store_replica.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value);

Deno.test("StoreReplica.withPrefix() answers in the order of the keys", () => {
  const replica = new StoreReplica([["b", bytes("2")], ["a/2", bytes("1")], ["a/1", bytes("0")]]);
  assertEquals([...replica.withPrefix("").keys()], ["a/1", "a/2", "b"]);
  assertEquals([...replica.withPrefix("a/").keys()], ["a/1", "a/2"]);
  assertEquals(replica.withPrefix("c").size, 0);
});

Deno.test("StoreReplica.write() shows the value when the monitors have it, not before", async () => {
  const replica = new StoreReplica([["k", bytes("old")]]);
  const answer = Promise.withResolvers<void>();
  const value = bytes("new");
  const written = replica.write("k", value, () => answer.promise);
  value.fill(0);
  assertEquals(text(replica.get("k")), "old");
  answer.resolve();
  await written;
  assertEquals(text(replica.get("k")), "new");
  await replica.write("k", null, () => Promise.resolve());
  assertEquals(replica.get("k"), undefined);
});

Deno.test("StoreReplica.write() that is refused changes nothing", async () => {
  const replica = new StoreReplica([["k", bytes("old")]]);
  await assertRejects(
    () => replica.write("k", bytes("new"), () => Promise.reject(new Error("no"))),
    Error,
    "no",
  );
  assertEquals(text(replica.get("k")), "old");
});

Deno.test("StoreReplica: news that are newer than a write are not undone by its late answer", async () => {
  const replica = new StoreReplica([]);
  const answer = Promise.withResolvers<void>();
  const written = replica.write("k", bytes("ours"), () => answer.promise);
  replica.changed([["k", bytes("ours")]]);
  replica.changed([["k", bytes("theirs")]]);
  answer.resolve();
  await written;
  assertEquals(text(replica.get("k")), "theirs");
});

Deno.test("StoreReplica: news that are older than a write give way to it", async () => {
  const replica = new StoreReplica([]);
  const answer = Promise.withResolvers<void>();
  const written = replica.write("k", bytes("ours"), () => answer.promise);
  replica.changed([["k", bytes("theirs")], ["other", bytes("1")], ["other", null]]);
  answer.resolve();
  await written;
  assertEquals(text(replica.get("k")), "ours");
  assertEquals(replica.get("other"), undefined);
});
