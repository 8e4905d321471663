/** Messages whose bytes are known from real daemons: what each field says, in both directions. */

import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError } from "../encoding/mod.ts";
import { MMgrCommandReply } from "./command.ts";
import { MKVData } from "./kv_data.ts";
import { type MessageType, pack, type RawMessage, unpack } from "./message.ts";
import { MMgrBeacon } from "./mgr_beacon.ts";
import { MMgrClose } from "./mgr_close.ts";
import { MMgrConfigure } from "./mgr_configure.ts";
import { MMgrOpen } from "./mgr_open.ts";
import { MMgrReport } from "./mgr_report.ts";
import { MMgrUpdate } from "./mgr_update.ts";
import { MMonSubscribe } from "./mon_subscribe.ts";
import { MOSDScrub2 } from "./osd_scrub2.ts";

const rawOf = (type: number, hex: string, version: number, compat = 1): RawMessage => ({
  type,
  version,
  compat,
  priority: 127,
  tid: 0n,
  front: Uint8Array.fromHex(hex.replaceAll(" ", "")),
  middle: new Uint8Array(0),
  data: new Uint8Array(0),
});

function assertBytes<T>(type: MessageType<T>, hex: string, value: T): void {
  assertEquals(unpack(type, rawOf(type.type, hex, type.version)), value);
  assertEquals(pack(type, value).front.toHex(), hex.replaceAll(" ", ""));
}

Deno.test("MMonSubscribe: one row, for one delivery", () => {
  assertBytes(MMonSubscribe, "01000000 06000000 6f73646d6170 0200000000000000 01 02000000 766d", {
    what: new Map([["osdmap", { start: 2n, onetime: true }]]),
    hostname: "vm",
  });
});

Deno.test("MKVData: an absent value is a removed key", () => {
  assertBytes(
    MKVData,
    "0700000000000000 04000000 6d67722f 01 01000000 0d000000 6d67722f68656c6c6f2f666f6f 00",
    { version: 7n, prefix: "mgr/", incremental: true, data: new Map([["mgr/hello/foo", undefined]]) },
  );
});

Deno.test("MMgrClose: daemon and service", () => {
  assertBytes(MMgrClose, "03000000 6f6e65 07000000 6c61756e647279", {
    daemonName: "one",
    serviceName: "laundry",
  });
});

Deno.test("MMgrConfigure: an empty list of OSD queries that stops them", () => {
  assertBytes(MMgrConfigure, "05000000 05000000 00000000 01 00000000 0101 04000000 00000000", {
    statsPeriod: 5,
    statsThreshold: 5,
    osdPerfMetricQueries: [],
    metricConfigMessage: { kind: "osd", queries: [] },
  });
});

Deno.test("MMgrConfigure: a query by pool that counts writes", () => {
  const query = "0101 1a000000 01 0101 0b000000 02 06000000 5e282e2b2924 01 0101 01000000 01 00000000";
  assertBytes(MMgrConfigure, `05000000 05000000 01000000 ${query} 00`, {
    statsPeriod: 5,
    statsThreshold: 5,
    osdPerfMetricQueries: [
      { query: { keyDescriptor: [{ type: 2, regex: "^(.+)$" }], counters: [1] }, limits: [] },
    ],
    metricConfigMessage: undefined,
  });
});

Deno.test("MMgrConfigure: version 1 has a period only", () => {
  assertEquals(unpack(MMgrConfigure, rawOf(0x701, "05000000", 1)), {
    statsPeriod: 5,
    statsThreshold: 0,
    osdPerfMetricQueries: [],
    metricConfigMessage: undefined,
  });
});

Deno.test("MOSDScrub2: one placement group of a replicated pool", () => {
  const pg = "0101 12000000 01 0100000000000000 00000000 ffffffff ff";
  assertBytes(MOSDScrub2, `bf0992876db74896a91c39be77246951 0c000000 01000000 ${pg} 00 01`, {
    fsid: "bf099287-6db7-4896-a91c-39be77246951",
    epoch: 12,
    scrubPgs: [{ pg: { pool: 1, seed: 0 }, shard: -1 }],
    repair: false,
    deep: true,
  });
});

Deno.test("MMgrOpen: metadata is on the wire for service daemons only", () => {
  const osd = unpack(MMgrOpen, rawOf(0x700, "01000000 30 00000000 00 00000000 00000000", 3));
  assertEquals([osd.daemonName, osd.serviceDaemon, osd.daemonMetadata.size], ["0", false, 0]);
  const metadata = "01000000 01000000 6b 01000000 76";
  const service = unpack(
    MMgrOpen,
    rawOf(0x700, `01000000 61 01000000 73 01 ${metadata} 00000000 00000000 00000000`, 3),
  );
  assertEquals(service.daemonMetadata, new Map([["k", "v"]]));
});

Deno.test("MMgrUpdate: a version 1 has a name only", () => {
  assertEquals(unpack(MMgrUpdate, rawOf(0x70b, "01000000 61", 1)).needMetadataUpdate, false);
});

Deno.test("MMgrReport: version 5 has no config", () => {
  const front = "01000000 30 00000000 00000000 00000000 00000000 00 00000000";
  const report = unpack(MMgrReport, rawOf(0x702, front, 5));
  assertEquals([report.configBl.length, report.metricReportMessage], [0, undefined]);
});

Deno.test("MMgrCommandReply: the output is the data segment", () => {
  const reply = { r: -22, rs: "no", data: Uint8Array.of(1, 2, 3) };
  const raw = pack(MMgrCommandReply, reply, 7n);
  assertEquals([raw.front.toHex(), raw.data, raw.tid], ["eaffffff020000006e6f", reply.data, 7n]);
  assertEquals(unpack(MMgrCommandReply, raw), reply);
});

Deno.test("unpack() refuses what needs a newer reader, and takes what a newer sender appended", () => {
  assertThrows(() => unpack(MMgrClose, rawOf(0x708, "00000000 00000000", 3, 2)), DecodeError, "version 2");
  assertEquals(unpack(MMgrClose, rawOf(0x708, "00000000 00000000 ffff", 9)).serviceName, "");
});

Deno.test("unpack() names the message and the field that is cut short", () => {
  const raw = rawOf(0x708, "03000000 6f6e65 07000000 6c61", 1);
  const said = "Cannot decode MMgrClose.serviceName at offset 11: needs 7 bytes, 2 left";
  assertThrows(() => unpack(MMgrClose, raw), DecodeError, said);
});

Deno.test("MMgrBeacon: a count that the bytes cannot hold is refused before anything is allocated", () => {
  const front = "000000000000000000000000000000000000 02 ffffffff";
  assertThrows(() => unpack(MMgrBeacon, rawOf(0x703, front, 11, 8)), DecodeError, "4294967295 elements");
});
