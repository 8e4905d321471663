/** Watches and notifies in time. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { type RawMessage, unpack } from "../../../mgr/messages/message.ts";
import { MWatchNotify, WatchEvent } from "../../../mgr/messages/watch_notify.ts";
import { readNotifyResult } from "../../../mgr/rados/watch_steps.ts";
import { AddrType } from "../../../mgr/types/entity_addr.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import { Watches, type WatchPeer } from "./watches.ts";

/** A client that remembers what it was told. */
class Client implements WatchPeer {
  readonly name;
  readonly addr = { type: AddrType.any, nonce: 1, ip: "127.0.0.1", port: 0 };
  readonly told: MWatchNotify[] = [];

  constructor(readonly gid: bigint) {
    this.name = { type: EntityType.client, num: gid };
  }

  send(raw: RawMessage): void {
    this.told.push(unpack(MWatchNotify, raw));
  }

  get events(): number[] {
    return this.told.map(({ opcode }) => opcode);
  }
}

const payload = new TextEncoder().encode("news");

Deno.test("Watches.notify() ends when all have answered", async () => {
  const clock = new FakeClock();
  const watches = new Watches(clock);
  const [a, b] = [new Client(1n), new Client(2n)];
  watches.watch("o", a, 5n, 0);
  watches.watch("o", b, 6n, 0);
  const id = watches.notify("o", a, 9n, 10, payload, 3);
  assertEquals([a.events, b.told[0]!.cookie, b.told[0]!.notifierGid], [[WatchEvent.notify], 6n, 1n]);
  watches.acknowledge(id, a, 5n, new Uint8Array([1]));
  assertEquals(a.events.length, 1);
  watches.acknowledge(id, b, 6n, new Uint8Array(0));
  const done = a.told[1]!;
  assertEquals([done.opcode, done.cookie, done.returnCode], [WatchEvent.notifyComplete, 9n, 0]);
  assertEquals(readNotifyResult(done.answers).acks.map(({ gid }) => gid), [1n, 2n]);
  watches.stop();
  await clock.advance(0);
});

Deno.test("Watches.notify() tells who did not answer in time; without watchers it ends at once", async () => {
  const clock = new FakeClock();
  const watches = new Watches(clock);
  const [a, b] = [new Client(1n), new Client(2n)];
  watches.watch("o", b, 6n, 60);
  watches.notify("o", a, 9n, 10, payload, 3);
  await clock.advance(10_000);
  assertEquals(a.told[0]!.returnCode, -110);
  assertEquals(readNotifyResult(a.told[0]!.answers).timeouts, [{ gid: 2n, cookie: 6n }]);
  watches.notify("other", a, 10n, 10, payload, 3);
  await clock.advance(0);
  assertEquals([a.events.length, a.told[1]!.returnCode], [2, 0]);
  watches.stop();
});

Deno.test("Watches end without pings, and with their object", async () => {
  const clock = new FakeClock();
  const watches = new Watches(clock);
  const a = new Client(1n);
  watches.watch("o", a, 5n, 4);
  await clock.advance(3_000);
  assertEquals(watches.renew("o", a, 5n), true);
  await clock.advance(3_000);
  assertEquals(watches.list("o").length, 1);
  await clock.advance(2_000);
  assertEquals([watches.list("o").length, a.events, watches.renew("o", a, 5n)], [
    0,
    [WatchEvent.disconnect],
    false,
  ]);
  watches.watch("o", a, 5n, 0);
  watches.objectRemoved("o");
  assertEquals(a.events, [WatchEvent.disconnect, WatchEvent.disconnect]);
  watches.stop();
});
