/** What the active manager reported: digest, health checks, progress and the map of services. Upstream: mon/MgrStatMonitor.cc */

import type { Codec } from "../../../mgr/encoding/mod.ts";
import { type HealthCheck, HealthCheckMap } from "../../../mgr/types/health.ts";
import { PGMapDigest } from "../../../mgr/types/pg_map_digest.ts";
import { ProgressEvent } from "../../../mgr/types/progress.ts";
import { ServiceMap } from "../../../mgr/types/service_map.ts";
import { ZERO_TIME } from "../../../mgr/types/utime.ts";
import { jsonBytes, pack, parseJsonBytes, type Part, unpackRow } from "./part.ts";

/** What changes; each field replaces the former one. */
export interface StatChange {
  readonly digest?: PGMapDigest;
  readonly healthChecks?: ReadonlyMap<string, HealthCheck>;
  readonly progress?: ReadonlyMap<string, ProgressEvent>;
  readonly serviceMap?: ServiceMap;
}

/** The last report. */
export interface StatState {
  readonly version: number;
  /** Undefined before the first report. */
  readonly digest: PGMapDigest | undefined;
  readonly healthChecks: ReadonlyMap<string, HealthCheck>;
  readonly progress: ReadonlyMap<string, ProgressEvent>;
  readonly serviceMap: ServiceMap;
}

const Progress: Codec<ReadonlyMap<string, ProgressEvent>> = {
  decode: (d) => d.map((d) => d.string(), ProgressEvent.decode),
  encode: (e, events) => void e.map(events, (e, id) => e.string(id), ProgressEvent.encode),
};

/** Rows: `version`, `digest`, `health`, `progress`, `services`. */
export const StatPart: Part<StatState, StatChange> = {
  empty: {
    version: 0,
    digest: undefined,
    healthChecks: new Map(),
    progress: new Map(),
    serviceMap: { epoch: 0, modified: ZERO_TIME, services: new Map() },
  },
  apply: (state, change) => ({ ...state, ...change, version: state.version + 1 }),
  *rows({ version }, { digest, healthChecks, progress, serviceMap }) {
    yield ["version", jsonBytes(version)];
    if (digest) yield ["digest", pack(PGMapDigest, digest)];
    if (healthChecks) yield ["health", pack(HealthCheckMap, healthChecks)];
    if (progress) yield ["progress", pack(Progress, progress)];
    if (serviceMap) yield ["services", pack(ServiceMap, serviceMap)];
  },
  load(rows) {
    const { empty } = StatPart;
    const version = rows.get("version");
    return {
      version: version ? parseJsonBytes<number>(version) : 0,
      digest: unpackRow(PGMapDigest, rows.get("digest")),
      healthChecks: unpackRow(HealthCheckMap, rows.get("health")) ?? empty.healthChecks,
      progress: unpackRow(Progress, rows.get("progress")) ?? empty.progress,
      serviceMap: unpackRow(ServiceMap, rows.get("services")) ?? empty.serviceMap,
    };
  },
};
