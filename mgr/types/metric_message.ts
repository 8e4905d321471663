/** Perf queries and reports with the kind of daemon before them: MetricConfigMessage, MetricReportMessage. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";
import {
  LimitedQueries,
  type LimitedQuery,
  MdsPerfReport,
  type QueryReport,
  QueryReports,
} from "./perf_query.ts";

/** Kinds of daemons that are asked. Upstream: MetricConfigType, MetricReportType in mgr/MetricTypes.h */
const KINDS = ["osd", "mds"] as const;

/** Whose queries or counters these are. */
export type MetricKind = (typeof KINDS)[number];

function decodeKind(d: Decoder): MetricKind {
  const kind = d.u32();
  return KINDS[kind] ?? d.fail(`metrics of unknown kind ${kind}`);
}

const encodeKind = (e: Encoder, kind: MetricKind): Encoder => e.u32(KINDS.indexOf(kind));

/** The body of a MetricConfigMessage, v1/1. Upstream: OSDConfigPayload, MDSConfigPayload */
export const ConfigPayload: Codec<readonly LimitedQuery[]> = {
  decode: (d) => d.versioned("ConfigPayload", 1, LimitedQueries.decode),
  encode: (e, queries) => void e.versioned(1, 1, (e) => LimitedQueries.encode(e, queries)),
};

/** Tells a daemon its queries; an empty list stops them. Upstream: MetricConfigMessage in mgr/MetricTypes.h */
export interface MetricConfigMessage {
  readonly kind: MetricKind;
  readonly queries: readonly LimitedQuery[];
}

/** u32 kind, then the payload. */
export const MetricConfigMessage: Codec<MetricConfigMessage> = {
  decode: (d) =>
    d.struct("MetricConfigMessage", (d) => ({ kind: decodeKind(d), queries: ConfigPayload.decode(d) })),
  encode: (e, m) => ConfigPayload.encode(encodeKind(e, m.kind), m.queries),
};

/** The body of an OSD's MetricReportMessage, v1/1. Upstream: OSDMetricPayload */
export const OsdMetricPayload: Codec<readonly QueryReport[]> = {
  decode: (d) => d.versioned("OSDMetricPayload", 1, QueryReports.decode),
  encode: (e, reports) => void e.versioned(1, 1, (e) => QueryReports.encode(e, reports)),
};

/** The body of an MDS's MetricReportMessage, v1/1. Upstream: MDSMetricPayload */
export const MdsMetricPayload: Codec<MdsPerfReport> = {
  decode: (d) => d.versioned("MDSMetricPayload", 1, MdsPerfReport.decode),
  encode: (e, report) => void e.versioned(1, 1, (e) => MdsPerfReport.encode(e, report)),
};

/** Counters since the last report (OSD) or in total (MDS). Upstream: MetricReportMessage in mgr/MetricTypes.h */
export type MetricReportMessage =
  | { readonly kind: "osd"; readonly reports: readonly QueryReport[] }
  | { readonly kind: "mds"; readonly report: MdsPerfReport };

/** u32 kind, then the payload. */
export const MetricReportMessage: Codec<MetricReportMessage> = {
  decode: (d) =>
    d.struct("MetricReportMessage", (d) => {
      const kind = decodeKind(d);
      return kind === "osd"
        ? { kind, reports: OsdMetricPayload.decode(d) }
        : { kind, report: MdsMetricPayload.decode(d) };
    }),
  encode(e, m) {
    encodeKind(e, m.kind);
    if (m.kind === "osd") OsdMetricPayload.encode(e, m.reports);
    else MdsMetricPayload.encode(e, m.report);
  },
};
