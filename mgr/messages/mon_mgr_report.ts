/** What the active manager tells the monitors: MMonMgrReport. */

import { HealthCheckMap } from "../types/health.ts";
import { ProgressEvent } from "../types/progress.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** Each report replaces the checks and events of the former one. Upstream: messages/MMonMgrReport.h */
export interface MMonMgrReport {
  readonly healthChecks: HealthCheckMap;
  /** One encoded ServiceMap, or empty when it has not changed. */
  readonly serviceMapBl: Uint8Array;
  /** By id. */
  readonly progressEvents: ReadonlyMap<string, ProgressEvent>;
  /** Who reports: the gid of the active manager. */
  readonly gid: bigint;
  /** One encoded PGMapDigest, in the data segment. Bytes that do not decode end the monitor. */
  readonly digest: Uint8Array;
}

/** v3/1, with the Paxos header. */
export const MMonMgrReport: MessageType<MMonMgrReport> = {
  name: "MMonMgrReport",
  type: 0x706,
  version: 3,
  compat: 1,
  decode(d, v, data) {
    decodePaxos(d);
    return {
      healthChecks: HealthCheckMap.decode(d),
      serviceMapBl: d.bytes(),
      progressEvents: v >= 2 ? d.map((d) => d.string(), ProgressEvent.decode) : new Map(),
      gid: v >= 3 ? d.u64() : 0n,
      digest: data,
    };
  },
  encode(e, m) {
    HealthCheckMap.encode(encodePaxos(e), m.healthChecks);
    e.bytes(m.serviceMapBl).map(m.progressEvents, (e, k) => e.string(k), ProgressEvent.encode).u64(m.gid);
  },
  data: (m) => m.digest,
};
