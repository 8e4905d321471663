/** Notifications that wait for a busy module. */

import { assertEquals } from "@std/assert";
import { settle } from "../../tests/fakes/fake_clock.ts";
import { MAX_WAITING, Notifier } from "./notifier.ts";

/** A module that deals with a notification when it is told to. */
class BusyModule {
  readonly heard: string[] = [];
  readonly #done: (() => void)[] = [];
  readonly notifier = new Notifier((type, id) => {
    this.heard.push(`${type} ${id}`);
    return new Promise((resolve) => this.#done.push(resolve));
  });

  async next(): Promise<void> {
    this.#done.shift()?.();
    await settle();
  }
}

Deno.test("Notifier tells at once, and of maps that come meanwhile only the last", async () => {
  const module = new BusyModule();
  for (const epoch of [1, 2, 3, 4]) module.notifier.notify("osd_map", epoch);
  module.notifier.notify("fs_map", 7);
  assertEquals(module.heard, ["osd_map 1", "fs_map 7"]);
  await module.next();
  assertEquals(module.heard.at(-1), "osd_map 4");
  assertEquals(module.notifier.leftOut, 2);
});

Deno.test("Notifier keeps each entry of the cluster log, in order, up to a limit", async () => {
  const module = new BusyModule();
  for (let i = 0; i < MAX_WAITING + 3; i++) module.notifier.notify("clog", i);
  assertEquals(module.notifier.leftOut, 2);
  await module.next();
  await module.next();
  assertEquals(module.heard, ["clog 0", "clog 3", "clog 4"]);
});

Deno.test("Notifier goes on for another kind when a module is gone", async () => {
  const notifier = new Notifier(() => Promise.reject(new Error("gone")));
  notifier.notify("clog", 1);
  notifier.notify("clog", 2);
  await settle();
  notifier.notify("clog", 3);
  await settle();
  assertEquals(notifier.leftOut, 0);
});
