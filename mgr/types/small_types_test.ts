/** Small types: known bytes, rules and dumps. */

import { assertEquals, assertThrows } from "@std/assert";
import { type Codec, decodeAll, DecodeError, encodeAll, Encoder } from "../encoding/mod.ts";
import { CompatSet, dumpCompatSet } from "./compat_set.ts";
import { configLevelName, DaemonConfig } from "./daemon_config.ts";
import { DaemonHealthMetric } from "./daemon_health_metric.ts";
import { BLANK_ADDR } from "./entity_addr.ts";
import { FeatureBitset, featureNumbers } from "./feature_bitset.ts";
import { dumpHealthCheckMap, HealthCheckMap } from "./health.ts";
import { mdsStateName } from "./mds_info.ts";
import { MetricReportMessage } from "./metric_message.ts";
import { monFeatureNames } from "./mon_map.ts";
import { dumpProgressEvents, ProgressEvent } from "./progress.ts";
import { PerfQuery } from "./perf_query.ts";
import { RawStruct, readRaw } from "./raw_struct.ts";
import { releaseName, releaseNumber } from "./release_name.ts";
import { dumpServiceMap, ServiceMap } from "./service_map.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));

function assertBytes<T>(codec: Codec<T>, hex: string, value: T): void {
  assertEquals(decodeAll(bytesOf(hex), codec.decode), value);
  assertEquals(encodeAll(codec.encode, value).toHex(), hex.replaceAll(" ", ""));
}

Deno.test("DaemonHealthMetric: the low half is n1", () => {
  assertBytes(DaemonHealthMetric, "0101 09000000 00 01000000 04000000", { type: 0, n1: 1, n2: 4 });
});

Deno.test("HealthCheckMap: empty", () => {
  assertBytes(HealthCheckMap, "0101 04000000 00000000", new Map());
});

Deno.test("dumpHealthCheckMap() is what get('health') has under checks", () => {
  const checks = new Map([["OSD_DOWN", { severity: 1, summary: "1 down", detail: ["osd.0"], count: 1 }]]);
  assertEquals(dumpHealthCheckMap(checks), {
    OSD_DOWN: {
      severity: "HEALTH_WARN",
      summary: { message: "1 down", count: 1 },
      detail: [{ message: "osd.0" }],
    },
  });
});

Deno.test("ProgressEvent: version 1 is not for ceph -s", () => {
  const event = decodeAll(bytesOf("0101 09000000 01000000 6d 0000003f"), ProgressEvent.decode);
  assertEquals(event, { message: "m", progress: 0.5, addToCephS: false });
  assertEquals(dumpProgressEvents(new Map([["id", event]])), {
    id: { message: "m", progress: 0.5, add_to_ceph_s: false },
  });
});

Deno.test("FeatureBitset: bits 0-15, none, and a length that is no word", () => {
  assertBytes(FeatureBitset, "08000000 ffff000000000000", [0xffffn]);
  assertBytes(FeatureBitset, "00000000", []);
  assertThrows(() => decodeAll(bytesOf("03000000 ffffff"), FeatureBitset.decode), DecodeError, "whole words");
});

Deno.test("featureNumbers() counts over words", () => {
  assertEquals(featureNumbers([0b101n, 1n << 63n]), [0, 2, 127]);
});

Deno.test("dumpCompatSet() names features by number", () => {
  const none = { mask: 0n, names: new Map() };
  const set: CompatSet = {
    compat: none,
    roCompat: none,
    incompat: { mask: 2n, names: new Map([[1n, "base"]]) },
  };
  assertEquals(decodeAll(encodeAll(CompatSet.encode, set), CompatSet.decode), set);
  assertEquals(dumpCompatSet(set), { compat: {}, ro_compat: {}, incompat: { feature_1: "base" } });
});

Deno.test("DaemonConfig: levels of one option, and what was ignored", () => {
  const config: DaemonConfig = {
    values: new Map([["keyring", new Map([[0, "$osd_data/keyring"], [5, "k"]])]]),
    ignoredMonConfig: new Map([["fsid", "x"]]),
  };
  assertEquals(decodeAll(encodeAll(DaemonConfig.encode, config), DaemonConfig.decode), config);
  assertEquals([configLevelName(5), configLevelName(9)], ["override", "???"]);
});

Deno.test("PerfQuery: a list longer than the bytes is refused", () => {
  assertThrows(() => decodeAll(bytesOf("0101 02000000 ff01"), PerfQuery.decode), DecodeError, "255 elements");
});

Deno.test("MetricReportMessage: an unknown kind is refused", () => {
  assertThrows(() => decodeAll(bytesOf("07000000"), MetricReportMessage.decode), DecodeError, "kind 7");
});

Deno.test("RawStruct: keeps the bytes with their header", () => {
  const bytes = bytesOf("0101 04000000 01000000 ff");
  const kept = readRaw(bytes, RawStruct.decode);
  assertEquals(kept, bytes.subarray(0, 10));
  assertEquals(encodeAll(RawStruct.encode, kept), kept);
  assertThrows(() => readRaw(bytesOf("0101 04000000 01"), RawStruct.decode), DecodeError, "4 bytes, 1 left");
});

Deno.test("dumpServiceMap(): the summary stands among the daemons", () => {
  const daemon = {
    gid: 4146n,
    addr: BLANK_ADDR,
    startEpoch: 2,
    startStamp: { sec: 0, nsec: 0 },
    metadata: new Map([["hostname", "h"]]),
    taskStatus: new Map(),
  };
  const map: ServiceMap = {
    epoch: 2,
    modified: { sec: 0, nsec: 0 },
    services: new Map([["laundry", { daemons: new Map([["one", daemon]]), summary: "" }]]),
  };
  const dumped = {
    start_epoch: 2,
    start_stamp: "0.000000",
    gid: 4146n,
    addr: "(unrecognized address family 0)/0",
    metadata: { hostname: "h" },
    task_status: {},
  };
  assertEquals(decodeAll(encodeAll(ServiceMap.encode, map), ServiceMap.decode), map);
  assertEquals(dumpServiceMap(map).services, { laundry: { daemons: { summary: "", one: dumped } } });
});

Deno.test("names: releases, states of MDSs, features of monitors", () => {
  assertEquals([releaseName(16), releaseName(99)], ["pacific", "unknown"]);
  assertEquals([releaseNumber("squid"), releaseNumber("unknown")], [19, undefined]);
  assertEquals([mdsStateName(-8), mdsStateName(99)], ["up:standby-replay", "???"]);
  assertEquals(monFeatureNames(1n | (1n << 40n) | (1n << 63n)), ["kraken", "40", "reserved"]);
});

Deno.test("Encoder: strings() writes a count", () => {
  assertEquals(new Encoder().strings(["a"]).finish().toHex(), "010000000100000061");
});
