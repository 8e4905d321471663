/** The key-value store: texts, bytes, prefixes, keys of this manager alone. */

import { expectEqual, type Tested } from "./check.ts";

/** No text is encoded like this. */
const BYTES = Uint8Array.of(0, 255, 128, 10);

/** What is stored is there, under its key and its prefix. */
export async function checkStore(module: Tested): Promise<void> {
  const before = [...module.getStorePrefix("test").keys()];
  await module.setStore("testkey", "testvalue");
  expectEqual("testkey", module.getStore("testkey"), "testvalue");
  const after = [...module.getStorePrefix("test").keys()];
  expectEqual("what begins with test", after, [...new Set([...before, "testkey"])].sort());
}

/** Bytes come back as they were; null removes. */
export async function checkBytes(module: Tested): Promise<void> {
  await module.setStore("bytes", BYTES);
  expectEqual("bytes", [...module.getStoreBytes("bytes") ?? []], [...BYTES]);
  await module.setStore("bytes", null);
  expectEqual("a removed key", module.getStore("bytes"), undefined);
}

/** A value of this manager goes first. */
export async function checkLocalized(module: Tested): Promise<void> {
  await module.setLocalizedStore("testlkey", "here");
  expectEqual("testlkey of this manager", module.getLocalizedStore("testlkey"), "here");
  expectEqual("testlkey of all", module.getStore("testlkey"), undefined);
  await module.setLocalizedStore("testlkey", null);
}
