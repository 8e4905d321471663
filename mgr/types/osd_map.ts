/** The map of OSDs and pools: OSDMap. It keeps its wire bytes field by field and decodes a field when it is asked for. */

import { crc32c, Decoder, Encoder, type Packed, type PackedList } from "../encoding/mod.ts";
import type { CrushMap } from "./crush_map.ts";
import type { EntityAddrVec } from "./entity_addr.ts";
import type { IntervalSet } from "./interval_set.ts";
import type { OsdInfo, OsdXInfo } from "./osd_info.ts";
import { flagsOfRelease, OsdState } from "./osd_map_bits.ts";
import {
  blankSections,
  type ClientFields,
  fieldsOf,
  type OsdFields,
  readClientSection,
  readOsdSection,
  type Section,
  type StretchMode,
} from "./osd_map_fields.ts";
import type { BlocklistEntry, PgTable, UpmapItem } from "./osd_map_layouts.ts";
import type { PgPool } from "./pg_pool.ts";
import type { UTime } from "./utime.ts";
import type { Uuid } from "./uuid.ts";

/** Of the wrapper; unchanged since 2013. */
const VERSION = 8;
const COMPAT = 7;

/** u8 version, u8 compat, u32 length. */
const HEADER_SIZE = 6;
const CRC_SIZE = 4;

/** No checksum yet. */
const CRC_SEED = 0xffffffff;

/** A weight of 1, and a primary affinity of 1. */
export const FULL_WEIGHT = 0x10000;

/**
 * One epoch, immutable. A map made of another by an increment shares the fields that did not change: `a.pools === b.pools`
 * tells that the pools are the same.
 *
 * A field whose bytes are not well formed throws a DecodeError when it is read; as the checksum of the map was right, only
 * a broken monitor makes such.
 *
 * Upstream: OSDMap in osd/OSDMap.h
 */
export class OsdMap {
  /** The two sections as they are on the wire. */
  readonly client: Section<ClientFields>;
  readonly osd: Section<OsdFields>;
  #bytes: Uint8Array | undefined;
  #crc: number | undefined;

  constructor(client: Section<ClientFields>, osd: Section<OsdFields>) {
    this.client = client;
    this.osd = osd;
  }

  /** Reads a full map. Throws DecodeError: malformed, too old, or its checksum does not fit. */
  static decode(bytes: Uint8Array): OsdMap {
    const d = new Decoder(bytes);
    const map = d.versioned("OSDMap", VERSION, (d) => {
      const map = new OsdMap(readClientSection(d), readOsdSection(d));
      const before = bytes.subarray(0, d.offset);
      const crc = d.u32();
      const computed = crc32c(crc32c(CRC_SEED, before), d.rest());
      if (crc !== computed) d.fail(`crc is ${crc}, that of the bytes is ${computed}`);
      map.#crc = crc;
      return map;
    });
    d.finish();
    map.#bytes = bytes;
    return map;
  }

  /** A map without anything, of epoch 0: what the first increment is applied to. */
  static blank(): OsdMap {
    return new OsdMap(...blankSections());
  }

  /** The encoded map: what was decoded, or what upstream would encode. Kept once it was asked for. */
  get bytes(): Uint8Array {
    this.#bytes ??= this.#encode();
    return this.#bytes;
  }

  /** Checksum of the encoded map, without encoding it: only fields that no earlier map had are looked at. */
  get crc(): number {
    this.#crc ??= this.#pieces().reduce(
      (crc, piece) => piece instanceof Uint8Array ? crc32c(crc, piece) : piece.appendTo(crc),
      CRC_SEED,
    );
    return this.#crc;
  }

  get fsid(): Uuid {
    return this.client.fields.fsid.value;
  }
  get epoch(): number {
    return this.client.fields.epoch.value;
  }
  get created(): UTime {
    return this.client.fields.created.value;
  }
  get modified(): UTime {
    return this.client.fields.modified.value;
  }
  /** By id, ascending. */
  get pools(): ReadonlyMap<number, PgPool> {
    return this.client.fields.pools.value;
  }
  get poolNames(): ReadonlyMap<number, string> {
    return this.client.fields.poolNames.value;
  }
  /** Highest id that a pool ever had. */
  get poolMax(): number {
    return this.client.fields.poolMax.value;
  }
  /** OsdMapFlag */
  get flags(): number {
    return flagsOfRelease(this.client.fields.flags.value, this.requireOsdRelease);
  }
  /** Length of all lists of OSDs: ids are below it. */
  get maxOsd(): number {
    return this.client.fields.maxOsd.value;
  }
  /** OsdState by id. */
  get osdState(): Uint32Array {
    return this.client.fields.osdState.value;
  }
  /** "Reweight" by id, in 1/65536: 0 = out. */
  get osdWeight(): Uint32Array {
    return this.client.fields.osdWeight.value;
  }
  /** Public addresses by id. */
  get clientAddrs(): PackedList<EntityAddrVec> {
    return this.client.fields.clientAddrs;
  }
  /** OSDs that serve a PG for now. */
  get pgTemp(): PgTable<readonly number[]> {
    return this.client.fields.pgTemp.value;
  }
  get primaryTemp(): PgTable<number> {
    return this.client.fields.primaryTemp.value;
  }
  /** By id, in 1/65536; empty = not set: all are FULL_WEIGHT. */
  get primaryAffinity(): Uint32Array {
    return this.client.fields.primaryAffinity.value;
  }
  get crush(): CrushMap {
    return this.client.fields.crush.value;
  }
  get erasureCodeProfiles(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.client.fields.erasureCodeProfiles.value;
  }
  /** OSDs of a PG in place of what CRUSH says. */
  get pgUpmap(): PgTable<readonly number[]> {
    return this.client.fields.pgUpmap.value;
  }
  /** Single OSDs of a PG in place of those that CRUSH says. */
  get pgUpmapItems(): PgTable<readonly UpmapItem[]> {
    return this.client.fields.pgUpmapItems.value;
  }
  /** Counts the increments that carried a CRUSH map. */
  get crushVersion(): number {
    return this.client.fields.crushVersion.value;
  }
  /** By pool; only what the increment to this epoch removed. */
  get newRemovedSnaps(): ReadonlyMap<number, IntervalSet> {
    return this.client.fields.newRemovedSnaps.value;
  }
  /** By pool; only what the increment to this epoch purged. */
  get newPurgedSnaps(): ReadonlyMap<number, IntervalSet> {
    return this.client.fields.newPurgedSnaps.value;
  }
  get lastUpChange(): UTime {
    return this.client.fields.lastUpChange.value;
  }
  get lastInChange(): UTime {
    return this.client.fields.lastInChange.value;
  }
  /** Chosen primaries, of release 18 and later. */
  get pgUpmapPrimaries(): PgTable<number> {
    return this.client.fields.pgUpmapPrimaries.value;
  }
  get hbBackAddrs(): PackedList<EntityAddrVec> {
    return this.osd.fields.hbBackAddrs;
  }
  get osdInfo(): PackedList<OsdInfo> {
    return this.osd.fields.osdInfo;
  }
  get blocklist(): readonly BlocklistEntry[] {
    return this.osd.fields.blocklist.value;
  }
  get clusterAddrs(): PackedList<EntityAddrVec> {
    return this.osd.fields.clusterAddrs;
  }
  get clusterSnapshotEpoch(): number {
    return this.osd.fields.clusterSnapshotEpoch.value;
  }
  get clusterSnapshot(): string {
    return this.osd.fields.clusterSnapshot.value;
  }
  get osdUuid(): PackedList<Uuid> {
    return this.osd.fields.osdUuid;
  }
  get osdXInfo(): PackedList<OsdXInfo> {
    return this.osd.fields.osdXInfo;
  }
  get hbFrontAddrs(): PackedList<EntityAddrVec> {
    return this.osd.fields.hbFrontAddrs;
  }
  get nearfullRatio(): number {
    return this.osd.fields.nearfullRatio.value;
  }
  get fullRatio(): number {
    return this.osd.fields.fullRatio.value;
  }
  get backfillfullRatio(): number {
    return this.osd.fields.backfillfullRatio.value;
  }
  /** Release number; 0 = not set. */
  get requireMinCompatClient(): number {
    return this.osd.fields.requireMinCompatClient.value;
  }
  /** Release number. */
  get requireOsdRelease(): number {
    return this.osd.fields.requireOsdRelease.value;
  }
  /** Snapshots by pool that OSDs are still to trim. */
  get removedSnapsQueue(): ReadonlyMap<number, IntervalSet> {
    return this.osd.fields.removedSnapsQueue.value;
  }
  /** OsdState by item of the CRUSH map. */
  get crushNodeFlags(): ReadonlyMap<number, number> {
    return this.osd.fields.crushNodeFlags.value;
  }
  /** OsdState by id of the device class. */
  get deviceClassFlags(): ReadonlyMap<number, number> {
    return this.osd.fields.deviceClassFlags.value;
  }
  get stretchMode(): StretchMode {
    return this.osd.fields.stretchMode.value;
  }
  /** The nonce of an address is the length of the range's prefix. */
  get rangeBlocklist(): readonly BlocklistEntry[] {
    return this.osd.fields.rangeBlocklist.value;
  }
  get allowCrimson(): boolean {
    return this.osd.fields.allowCrimson.value;
  }

  /** Whether there is an OSD of that id. */
  exists(osd: number): boolean {
    return ((this.osdState[osd] ?? 0) & OsdState.exists) !== 0;
  }

  /** Whether it exists and runs. */
  isUp(osd: number): boolean {
    return this.exists(osd) && (this.osdState[osd]! & OsdState.up) !== 0;
  }

  /** Whether data is placed on it. */
  isIn(osd: number): boolean {
    return this.exists(osd) && this.osdWeight[osd] !== 0;
  }

  /** In 1/65536. */
  affinityOf(osd: number): number {
    return this.primaryAffinity[osd] ?? FULL_WEIGHT;
  }

  /** The id of the pool with that name. */
  poolId(name: string): number | undefined {
    for (const [id, known] of this.poolNames) if (known === name) return id;
    return undefined;
  }

  /** Everything before the checksum: headers as bytes, fields as they are. */
  #pieces(): (Packed<unknown> | Uint8Array)[] {
    const client = fieldsOf(this.client);
    const osd = fieldsOf(this.osd);
    const clientSize = sizeOf(client) + this.client.tail.length;
    const osdSize = sizeOf(osd) + this.osd.tail.length;
    return [
      header(VERSION, COMPAT, 2 * HEADER_SIZE + clientSize + osdSize + CRC_SIZE),
      header(this.client.version, 1, clientSize),
      ...client,
      this.client.tail,
      header(this.osd.version, 1, osdSize),
      ...osd,
      this.osd.tail,
    ];
  }

  #encode(): Uint8Array {
    const pieces = this.#pieces().map((piece) => piece instanceof Uint8Array ? piece : piece.bytes);
    const e = new Encoder(pieces.reduce((sum, { length }) => sum + length, CRC_SIZE));
    for (const piece of pieces) e.raw(piece);
    return e.u32(this.crc).finish();
  }
}

function sizeOf(fields: readonly Packed<unknown>[]): number {
  return fields.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function header(version: number, compat: number, length: number): Uint8Array {
  return new Encoder(HEADER_SIZE).u8(version).u8(compat).u32(length).finish();
}

/** How many OSDs there are, run, and hold data. */
export interface OsdCounts {
  readonly exist: number;
  readonly up: number;
  readonly in: number;
}

/** Upstream: OSDMap::calc_num_osds in osd/OSDMap.cc */
export function countOsds(map: OsdMap): OsdCounts {
  const { osdState, osdWeight } = map;
  const counts = { exist: 0, up: 0, in: 0 };
  for (let i = 0; i < osdState.length; i++) {
    if ((osdState[i]! & OsdState.exists) === 0) continue;
    counts.exist++;
    if (osdState[i]! & OsdState.up) counts.up++;
    if (osdWeight[i] !== 0) counts.in++;
  }
  return counts;
}
