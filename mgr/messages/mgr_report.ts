/** What a daemon reports every few seconds: MMgrReport. */

import type { Decoder, Encoder } from "../encoding/mod.ts";
import { DaemonHealthMetric } from "../types/daemon_health_metric.ts";
import { MetricReportMessage } from "../types/metric_message.ts";
import { type PerfCounterType, PerfCounterTypes } from "../types/perf_counter_type.ts";
import { type QueryReport, QueryReports } from "../types/perf_query.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MMgrReport.h */
export interface MMgrReport {
  readonly daemonName: string;
  /** Counters that are new in this session. */
  readonly declareTypes: readonly PerfCounterType[];
  /** Values of all declared counters, in the order of their paths: read by who keeps the session's declarations. */
  readonly packed: Uint8Array;
  /** Paths that are gone, from this very message on. */
  readonly undeclareTypes: readonly string[];
  readonly serviceName: string;
  /** Only when it has changed. */
  readonly daemonStatus: ReadonlyMap<string, string> | undefined;
  readonly daemonHealthMetrics: readonly DaemonHealthMetric[];
  /** One DaemonConfig, or empty when nothing has changed. */
  readonly configBl: Uint8Array;
  /** Empty from 16 on. */
  readonly osdPerfMetricReports: readonly QueryReport[];
  /** Only when it has changed. */
  readonly taskStatus: ReadonlyMap<string, string> | undefined;
  readonly metricReportMessage: MetricReportMessage | undefined;
}

const NOTHING = new Uint8Array(0);

/** v9/1. */
export const MMgrReport: MessageType<MMgrReport> = {
  name: "MMgrReport",
  type: 0x702,
  version: 9,
  compat: 1,
  decode: decodeBody,
  encode(e, m) {
    PerfCounterTypes.encode(e.string(m.daemonName), m.declareTypes);
    e.bytes(m.packed).strings(m.undeclareTypes).string(m.serviceName).optional(m.daemonStatus, encodeStatus);
    e.list(m.daemonHealthMetrics, DaemonHealthMetric.encode).bytes(m.configBl);
    QueryReports.encode(e, m.osdPerfMetricReports);
    e.optional(m.taskStatus, encodeStatus).optional(m.metricReportMessage, MetricReportMessage.encode);
  },
};

const encodeStatus = (e: Encoder, status: ReadonlyMap<string, string>): void => void e.stringMap(status);

function decodeBody(d: Decoder, v: number): MMgrReport {
  return {
    daemonName: d.string(),
    declareTypes: PerfCounterTypes.decode(d),
    packed: d.bytes(),
    undeclareTypes: v >= 2 ? d.strings() : [],
    serviceName: v >= 3 ? d.string() : "",
    daemonStatus: v >= 3 ? d.optional((d) => d.stringMap()) : undefined,
    daemonHealthMetrics: v >= 5 ? d.list(DaemonHealthMetric.decode, 6) : [],
    configBl: v >= 6 ? d.bytes() : NOTHING,
    osdPerfMetricReports: v >= 7 ? QueryReports.decode(d) : [],
    taskStatus: v >= 8 ? d.optional((d) => d.stringMap()) : undefined,
    metricReportMessage: v >= 9 ? d.optional(MetricReportMessage.decode) : undefined,
  };
}
