/** Corpus table of the small types: maps of the monitors and managers, health, log, perf queries, identities. */

import { CompatSet } from "../../mgr/types/compat_set.ts";
import { DaemonHealthMetric } from "../../mgr/types/daemon_health_metric.ts";
import { EntityAddr, EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import { EntityName, EntityNum } from "../../mgr/types/entity_name.ts";
import { FeatureBitset } from "../../mgr/types/feature_bitset.ts";
import { FeatureMap } from "../../mgr/types/feature_map.ts";
import { Filesystem, FsMap } from "../../mgr/types/fs_map.ts";
import { HealthCheck, HealthCheckMap } from "../../mgr/types/health.ts";
import { LogEntry } from "../../mgr/types/log_entry.ts";
import { MdsInfo } from "../../mgr/types/mds_info.ts";
import { MdsMap } from "../../mgr/types/mds_map.ts";
import {
  ConfigPayload,
  MdsMetricPayload,
  MetricConfigMessage,
  MetricReportMessage,
  OsdMetricPayload,
} from "../../mgr/types/metric_message.ts";
import { MgrMap, StandbyInfo } from "../../mgr/types/mgr_map.ts";
import { ModuleInfo, ModuleOption } from "../../mgr/types/module_info.ts";
import { MonCommand } from "../../mgr/types/mon_command.ts";
import { MonInfo, MonMap } from "../../mgr/types/mon_map.ts";
import { PerfCounterType } from "../../mgr/types/perf_counter_type.ts";
import { MdsPerfReport, PerfQuery, PerfReport } from "../../mgr/types/perf_query.ts";
import { EVersion, PgId } from "../../mgr/types/pg_id.ts";
import { ProgressEvent } from "../../mgr/types/progress.ts";
import { Service, ServiceDaemon, ServiceMap } from "../../mgr/types/service_map.ts";
import { UTime } from "../../mgr/types/utime.ts";
import { Uuid } from "../../mgr/types/uuid.ts";
import { type CorpusRow, row } from "./row.ts";

/** In the order of the names. */
export const SMALL_TYPES: readonly CorpusRow[] = [
  row("CompatSet", CompatSet),
  row("DaemonHealthMetric", DaemonHealthMetric),
  row("EntityName", EntityName),
  row("FSMap", FsMap, []),
  row("FeatureMap", FeatureMap),
  row("Filesystem", Filesystem, []),
  row("LogEntry", LogEntry),
  row("MDSConfigPayload", ConfigPayload),
  row("MDSMap", MdsMap, ["16.2.0"]),
  row("MDSMap::mds_info_t", MdsInfo, ["20.3.0"]),
  row("MDSMetricPayload", MdsMetricPayload),
  row("MDSPerfMetricReport", MdsPerfReport),
  row("MetricConfigMessage", MetricConfigMessage),
  row("MetricReportMessage", MetricReportMessage),
  row("MgrMap", MgrMap, []),
  row("MgrMap::ModuleInfo", ModuleInfo),
  row("MgrMap::ModuleOption", ModuleOption),
  row("MgrMap::StandbyInfo", StandbyInfo),
  row("MonCommand", MonCommand),
  row("MonMap", MonMap),
  row("OSDMetricPayload", OsdMetricPayload),
  row("OSDPerfMetricQuery", PerfQuery),
  row("OSDPerfMetricReport", PerfReport),
  row("PerfCounterType", PerfCounterType),
  row("ProgressEvent", ProgressEvent),
  row("ServiceMap", ServiceMap),
  row("ServiceMap::Daemon", ServiceDaemon),
  row("ServiceMap::Service", Service),
  row("entity_addr_t", EntityAddr),
  row("entity_addrvec_t", EntityAddrVec),
  row("entity_name_t", EntityNum),
  row("eversion_t", EVersion),
  row("feature_bitset_t", FeatureBitset),
  row("health_check_map_t", HealthCheckMap),
  row("health_check_t", HealthCheck),
  row("mon_info_t", MonInfo),
  row("pg_t", PgId),
  row("utime_t", UTime),
  row("uuid_d", Uuid),
];
