/** Places for peers that have not proved who they are. */

import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { Handshakes, type Unproved } from "./handshakes.ts";

class Peer implements Unproved {
  state = "banner";
  closed = false;

  close(): void {
    this.closed = true;
  }
}

/** Two places, both taken, and somebody who waits for one. */
function crowd() {
  const clock = new FakeClock();
  const handshakes = new Handshakes<Peer>(clock, 2);
  const peers = [new Peer(), new Peer()] as const;
  for (const peer of peers) handshakes.add(peer);
  const setting = { clock, handshakes, peers, roomAt: undefined as number | undefined };
  handshakes.room().then(() => setting.roomAt = clock.now());
  return setting;
}

Deno.test("Handshakes.room() resolves when somebody has proved who he is", async () => {
  const setting = crowd();
  await setting.clock.advance(100);
  assertEquals(setting.roomAt, undefined);
  setting.handshakes.delete(setting.peers[0]);
  await settle();
  assertEquals([setting.roomAt, setting.handshakes.size], [100, 1]);
});

Deno.test("Handshakes closes who is no step further at several looks, only while others wait", async () => {
  const { clock, handshakes, peers: [idle, busy] } = crowd();
  for (const state of ["hello", "auth", "signature", "ident"]) {
    await clock.advance(500);
    busy.state = state;
  }
  assertEquals([idle.closed, busy.closed], [true, false]);
  handshakes.delete(idle);
  await clock.advance(60_000);
  assertEquals(busy.closed, false);
});

Deno.test("Handshakes.stop() lets nobody wait any longer", async () => {
  const setting = crowd();
  setting.handshakes.stop();
  await settle();
  assertEquals([setting.roomAt, setting.handshakes.size], [0, 0]);
});
