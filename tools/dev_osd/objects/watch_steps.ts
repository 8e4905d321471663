/** Steps of watching and notifying: they act on the sessions of clients, not on the object. */

import { Decoder } from "../../../mgr/encoding/mod.ts";
import { OpCode } from "../../../mgr/rados/op_codes.ts";
import { WatchOp } from "../../../mgr/rados/watch_steps.ts";
import { EntityAddr } from "../../../mgr/types/entity_addr.ts";
import { EntityNum } from "../../../mgr/types/entity_name.ts";
import { bytesOf, Errno, existing, type StepCall, StepError, type StepOutput } from "./step.ts";
import type { Watches, WatchPeer } from "./watches.ts";

/** Who asks about which object. */
export interface WatchCall {
  readonly watches: Watches;
  readonly peer: WatchPeer;
  /** Pool, namespace and name in one word. */
  readonly object: string;
  readonly epoch: number;
}

type WatchStep = (call: StepCall, watch: WatchCall) => StepOutput | void;

/** Of a client from before Infernalis; it has no pings. */
const LEGACY_WATCH = 1;

const watch: WatchStep = (call, { watches, peer, object }) => {
  if (!call.draft.exists) throw new StepError(Errno.noEntry);
  const { union } = call;
  const cookie = union.u64();
  union.u64();
  const op = union.u8();
  union.u32();
  const timeoutS = union.u32();
  switch (op) {
    case WatchOp.watch:
    case LEGACY_WATCH:
      return watches.watch(object, peer, cookie, timeoutS);
    case WatchOp.reconnect:
    case WatchOp.ping:
      if (!watches.renew(object, peer, cookie)) throw new StepError(Errno.notConnected);
      return;
    case WatchOp.unwatch:
      return watches.unwatch(object, peer, cookie);
    default:
      throw new StepError(Errno.invalid);
  }
};

const notify: WatchStep = (call, { watches, peer, object, epoch }) => {
  existing(call);
  const cookie = call.union.u64();
  const d = new Decoder(call.data);
  d.u32();
  const [timeoutS, payload] = [d.u32(), d.bytes()];
  const id = watches.notify(object, peer, cookie, timeoutS, payload.slice(), epoch);
  return { out: bytesOf((e) => e.u64(id)) };
};

const acknowledge: WatchStep = (call, { watches, peer }) => {
  existing(call);
  const d = new Decoder(call.data);
  watches.acknowledge(d.u64(), peer, d.u64(), d.remaining > 0 ? d.bytes() : new Uint8Array(0));
};

const list: WatchStep = (call, { watches, object }) => {
  existing(call);
  const watchers = watches.list(object);
  return {
    out: bytesOf((e) =>
      e.versioned(1, 1, (e) =>
        e.list(watchers, (e, { peer, cookie, timeoutS }) =>
          e.versioned(2, 1, (e) => {
            EntityNum.encode(e, peer.name);
            EntityAddr.encode(e.u64(cookie).u32(timeoutS), peer.addr);
          })))
    ),
  };
};

/** By op code. */
export const WATCH_STEPS: ReadonlyMap<number, WatchStep> = new Map([
  [OpCode.watch, watch],
  [OpCode.notify, notify],
  [OpCode.notifyAck, acknowledge],
  [OpCode.listWatchers, list],
]);
