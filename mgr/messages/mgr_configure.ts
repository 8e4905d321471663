/** What a daemon is to report, and how often: MMgrConfigure. */

import { MetricConfigMessage } from "../types/metric_message.ts";
import { LimitedQueries, type LimitedQuery } from "../types/perf_query.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MMgrConfigure.h */
export interface MMgrConfigure {
  /** Seconds; 0 stops the reports. */
  readonly statsPeriod: number;
  /** Counters of this priority and above are sent. */
  readonly statsThreshold: number;
  /** An empty list does not stop running queries: a `metricConfigMessage` with none does. */
  readonly osdPerfMetricQueries: readonly LimitedQuery[];
  /** Read only when `osdPerfMetricQueries` is empty. */
  readonly metricConfigMessage: MetricConfigMessage | undefined;
}

/** v4/1. */
export const MMgrConfigure: MessageType<MMgrConfigure> = {
  name: "MMgrConfigure",
  type: 0x701,
  version: 4,
  compat: 1,
  decode: (d, v) => ({
    statsPeriod: d.u32(),
    statsThreshold: v >= 2 ? d.u32() : 0,
    osdPerfMetricQueries: v >= 3 ? LimitedQueries.decode(d) : [],
    metricConfigMessage: v >= 4 ? d.optional(MetricConfigMessage.decode) : undefined,
  }),
  encode(e, m) {
    e.u32(m.statsPeriod).u32(m.statsThreshold);
    LimitedQueries.encode(e, m.osdPerfMetricQueries);
    e.optional(m.metricConfigMessage, MetricConfigMessage.encode);
  },
};
