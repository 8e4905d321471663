/** The 18 bytes in front of every message of a monitor's Paxos service. Upstream: messages/PaxosServiceMessage.h */

import type { Decoder, Encoder } from "../encoding/mod.ts";

/** Reads the header; the version is the service's last committed one. */
export function decodePaxos(d: Decoder): number {
  const version = d.u64n();
  d.i16();
  d.u64();
  return version;
}

/** A request has version 0: a greater one makes the monitor park it. Answers carry the last committed version. */
export function encodePaxos(e: Encoder, version = 0): Encoder {
  return e.u64n(version).i16(-1).u64n(0);
}
