/** Places for peers that have not proved who they are. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { type Caller, Handshakes, type Unproved } from "./handshakes.ts";

class Peer implements Unproved, Caller {
  state = "banner";
  closed = false;

  close(): void {
    this.closed = true;
  }
}

/** Two places; who is let in is added at once. */
class Setting {
  readonly clock = new FakeClock();
  readonly inside: Peer[] = [];
  readonly handshakes: Handshakes<Peer, Peer> = new Handshakes<Peer, Peer>(this.clock, 2, (peer) => {
    this.inside.push(peer);
    this.handshakes.add(peer);
  });

  comes(): Peer {
    const peer = new Peer();
    this.handshakes.come(peer);
    return peer;
  }
}

Deno.test("Handshakes lets the last comer in when somebody has proved who he is", async () => {
  const setting = new Setting();
  const { handshakes, inside } = setting;
  const [one, two, three, four] = [setting.comes(), setting.comes(), setting.comes(), setting.comes()];
  assertEquals([inside, handshakes.waiting], [[one, two], 2]);
  handshakes.delete(one);
  assertEquals([inside.at(-1), handshakes.waiting], [four, 1]);
  handshakes.delete(one);
  assertEquals([inside.at(-1), handshakes.waiting], [four, 1]);
  handshakes.delete(two);
  assertEquals([inside.at(-1), handshakes.waiting], [three, 0]);
  await setting.clock.advance(60_000);
  assertEquals([three.closed, four.closed], [false, false]);
});

Deno.test("Handshakes sends him away who has waited so long that he has given up", async () => {
  const setting = new Setting();
  const [one] = [setting.comes(), setting.comes()];
  const early = setting.comes();
  const look = (state: string): void => setting.inside.forEach((peer) => void (peer.state = state));
  for (let i = 0; i < 17; i++) {
    look(`state ${i}`);
    await setting.clock.advance(500);
  }
  setting.handshakes.delete(one);
  assertEquals([early.closed, setting.handshakes.waiting], [true, 0]);
});

Deno.test("Handshakes closes who is no step further at several looks, only while others wait", async () => {
  const setting = new Setting();
  const [idle, busy] = [setting.comes(), setting.comes()];
  await setting.clock.advance(9_000);
  assertEquals([idle.closed, busy.closed], [false, false]);
  setting.comes();
  for (const state of ["hello", "auth", "verifying", "auth_more", "signature", "ident", "open"]) {
    await setting.clock.advance(500);
    busy.state = state;
  }
  assertEquals([idle.closed, busy.closed], [true, false]);
});

Deno.test("Handshakes.dismiss() sends everybody away who waits", () => {
  const setting = new Setting();
  const [one, , three] = [setting.comes(), setting.comes(), setting.comes()];
  setting.handshakes.dismiss();
  assertEquals([one.closed, three.closed, setting.handshakes.waiting], [false, true, 0]);
});
