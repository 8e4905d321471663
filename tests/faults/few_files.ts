/** A process that accepts connections: it tells its port, and then what hinders it. Its timers run twenty times too fast. */

import { Messenger } from "../../mgr/msgr/messenger.ts";
import { type Clock, systemClock } from "../../mgr/time/clock.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import { print } from "../../tools/print.ts";
import { Recorder, trusting } from "../fakes/trusting_auth.ts";

const HURRY = 20;

const clock: Clock = {
  now: () => systemClock.now() * HURRY,
  wall: () => systemClock.wall(),
  after: (ms, call) => systemClock.after(ms / HURRY, call),
  every: (ms, call) => systemClock.every(ms / HURRY, call),
};

const acceptor = new Messenger(EntityType.mgr, 0, clock).listen({
  ip: "127.0.0.1",
  portMin: 20000,
  portMax: 29999,
  verifier: () => trusting,
  gid: () => 1n,
  onFull: (why) => print(why === undefined ? "accepting again" : `full: ${why}`),
}, new Recorder());
print(`port ${acceptor.addrs[0]!.port}`);
