/** What an increment changes of single OSDs: how many there may be, their states, weights, addresses, histories. */

import { I32, Packed, type PackedList, U32Array } from "../encoding/mod.ts";
import type { EntityAddrVec } from "./entity_addr.ts";
import { BLANK_INFO, BLANK_XINFO, type OsdInfo, type OsdXInfo } from "./osd_info.ts";
import { FULL_WEIGHT } from "./osd_map.ts";
import { OsdState } from "./osd_map_bits.ts";
import type { ClientFields, OsdFields } from "./osd_map_fields.ts";
import type { OsdMapIncremental } from "./osd_map_incremental.ts";
import { type Uuid, ZERO_UUID } from "./uuid.ts";

type Fields = ClientFields & OsdFields;

/** Changes of one list until they are spliced in at once. */
class ListDraft<T> {
  readonly #list: PackedList<T>;
  readonly #changes = new Map<number, T>();

  constructor(list: PackedList<T>) {
    this.#list = list;
  }

  get(osd: number): T | undefined {
    return this.#changes.get(osd) ?? this.#list.at(osd);
  }

  set(osd: number, value: T): void {
    this.#changes.set(osd, value);
  }

  finish(): PackedList<T> {
    return this.#list.with(this.#changes);
  }
}

/** The lists of OSDs while they change. */
class OsdDraft {
  readonly state: Uint32Array;
  readonly weight: Uint32Array;
  /** Empty = not set. */
  affinity: Uint32Array;
  readonly info: ListDraft<OsdInfo>;
  readonly xinfo: ListDraft<OsdXInfo>;
  readonly uuid: ListDraft<Uuid>;
  readonly client: ListDraft<EntityAddrVec>;
  readonly cluster: ListDraft<EntityAddrVec>;
  readonly hbBack: ListDraft<EntityAddrVec>;
  readonly hbFront: ListDraft<EntityAddrVec>;

  constructor(m: Fields) {
    this.state = m.osdState.value.slice();
    this.weight = m.osdWeight.value.slice();
    this.affinity = m.primaryAffinity.value.slice();
    this.info = new ListDraft(m.osdInfo);
    this.xinfo = new ListDraft(m.osdXInfo);
    this.uuid = new ListDraft(m.osdUuid);
    this.client = new ListDraft(m.clientAddrs);
    this.cluster = new ListDraft(m.clusterAddrs);
    this.hbBack = new ListDraft(m.hbBackAddrs);
    this.hbFront = new ListDraft(m.hbFrontAddrs);
  }

  setInfo(osd: number, change: Partial<OsdInfo>): void {
    this.info.set(osd, { ...(this.info.get(osd) ?? BLANK_INFO), ...change });
  }

  setXInfo(osd: number, change: Partial<OsdXInfo>): void {
    this.xinfo.set(osd, { ...(this.xinfo.get(osd) ?? BLANK_XINFO), ...change });
  }

  /** The first affinity that is set makes the list. */
  setAffinity(osd: number, affinity: number): void {
    if (this.affinity.length === 0) this.affinity = new Uint32Array(this.state.length).fill(FULL_WEIGHT);
    this.affinity[osd] = affinity;
  }

  store(m: Fields): void {
    m.osdState = stored(m.osdState, this.state);
    m.osdWeight = stored(m.osdWeight, this.weight);
    m.primaryAffinity = stored(m.primaryAffinity, this.affinity);
    m.osdInfo = this.info.finish();
    m.osdXInfo = this.xinfo.finish();
    m.osdUuid = this.uuid.finish();
    m.clientAddrs = this.client.finish();
    m.clusterAddrs = this.cluster.finish();
    m.hbBackAddrs = this.hbBack.finish();
    m.hbFrontAddrs = this.hbFront.finish();
  }
}

/** The same field when nothing in it changed. */
function stored(field: Packed<Uint32Array>, words: Uint32Array): Packed<Uint32Array> {
  const old = field.value;
  const same = old.length === words.length && old.every((word, i) => word === words[i]);
  return same ? field : Packed.of(U32Array, words);
}

/** The parts of an increment that name OSDs, in the order in which they are applied. */
export function applyOsds(m: Fields, inc: OsdMapIncremental): void {
  if (inc.newMaxOsd >= 0) resize(m, inc.newMaxOsd);
  const changed = osdsOf(inc);
  if (changed.length === 0) return;
  const wrong = changed.find((osd) => osd < 0 || osd >= m.maxOsd.value);
  if (wrong !== undefined) {
    throw new Error(`Cannot apply OSDMap::Incremental: osd.${wrong} is beyond max_osd ${m.maxOsd.value}`);
  }
  const draft = new OsdDraft(m);
  applyWeights(draft, inc);
  applyStates(draft, inc);
  applyUp(draft, inc);
  applyHistory(draft, inc);
  draft.store(m);
}

function osdsOf(inc: OsdMapIncremental): number[] {
  const maps: ReadonlyMap<number, unknown>[] = [
    inc.newWeight,
    inc.newPrimaryAffinity,
    inc.newState,
    inc.newUpClient,
    inc.newUpCluster,
    inc.newUpThru,
    inc.newLastCleanInterval,
    inc.newLost,
    inc.newXInfo,
    inc.newUuid,
  ];
  return maps.flatMap((map) => [...map.keys()]);
}

function resized(field: Packed<Uint32Array>, length: number, blank: number): Packed<Uint32Array> {
  const words = new Uint32Array(length).fill(blank);
  words.set(field.value.subarray(0, length));
  return Packed.of(U32Array, words);
}

/** A hundred times what the monitors allow by default (mon_max_osd): lists of so many OSDs still fit into memory. */
const MAX_OSDS = 1_000_000;

function resize(m: Fields, max: number): void {
  if (max === m.maxOsd.value) return;
  if (max > MAX_OSDS) {
    throw new Error(`Cannot apply OSDMap::Incremental: max_osd ${max} is above ${MAX_OSDS}`);
  }
  m.maxOsd = Packed.of(I32, max);
  m.osdState = resized(m.osdState, max, 0);
  m.osdWeight = resized(m.osdWeight, max, 0);
  if (m.primaryAffinity.value.length > 0) m.primaryAffinity = resized(m.primaryAffinity, max, FULL_WEIGHT);
  m.osdInfo = m.osdInfo.resized(max, BLANK_INFO);
  m.osdXInfo = m.osdXInfo.resized(max, BLANK_XINFO);
  m.osdUuid = m.osdUuid.resized(max, ZERO_UUID);
  m.clientAddrs = m.clientAddrs.resized(max, []);
  m.clusterAddrs = m.clusterAddrs.resized(max, []);
  m.hbBackAddrs = m.hbBackAddrs.resized(max, []);
  m.hbFrontAddrs = m.hbFrontAddrs.resized(max, []);
}

/** Whoever gets a weight exists from then on: a new OSD comes this way. */
function applyWeights(o: OsdDraft, inc: OsdMapIncremental): void {
  for (const [osd, weight] of inc.newWeight) {
    o.weight[osd] = weight;
    if (weight === 0) continue;
    o.state[osd] = (o.state[osd]! | OsdState.exists) & ~(OsdState.autoout | OsdState.new);
    o.setXInfo(osd, { oldWeight: 0 });
  }
  for (const [osd, affinity] of inc.newPrimaryAffinity) o.setAffinity(osd, affinity);
}

function applyStates(o: OsdDraft, inc: OsdMapIncremental): void {
  for (const [osd, bits] of inc.newState) {
    const flip = bits === 0 ? OsdState.up : bits;
    const both = o.state[osd]! & flip;
    if (both & OsdState.up) {
      o.setInfo(osd, { downAt: inc.epoch });
      o.setXInfo(osd, { downStamp: inc.modified });
    }
    if (both & OsdState.exists) destroy(o, osd);
    else o.state[osd] = o.state[osd]! ^ flip;
  }
}

/** Nothing of it stays, whatever other bits were to flip. */
function destroy(o: OsdDraft, osd: number): void {
  o.state[osd] = 0;
  o.uuid.set(osd, ZERO_UUID);
  o.info.set(osd, BLANK_INFO);
  o.xinfo.set(osd, BLANK_XINFO);
  o.setAffinity(osd, FULL_WEIGHT);
  for (const addrs of [o.client, o.cluster, o.hbBack, o.hbFront]) addrs.set(osd, []);
}

function applyUp(o: OsdDraft, inc: OsdMapIncremental): void {
  for (const [osd, addrs] of inc.newUpClient) {
    o.state[osd] = (o.state[osd]! | OsdState.exists | OsdState.up) & ~OsdState.stop;
    o.client.set(osd, addrs);
    o.hbBack.set(osd, inc.newHbBackUp.get(osd) ?? []);
    o.hbFront.set(osd, inc.newHbFrontUp.get(osd) ?? []);
    o.setInfo(osd, { upFrom: inc.epoch });
  }
  for (const [osd, addrs] of inc.newUpCluster) o.cluster.set(osd, addrs);
}

function applyHistory(o: OsdDraft, inc: OsdMapIncremental): void {
  for (const [osd, upThru] of inc.newUpThru) o.setInfo(osd, { upThru });
  for (const [osd, { begin, end }] of inc.newLastCleanInterval) {
    o.setInfo(osd, { lastCleanBegin: begin, lastCleanEnd: end });
  }
  for (const [osd, lostAt] of inc.newLost) o.setInfo(osd, { lostAt });
  for (const [osd, xinfo] of inc.newXInfo) o.xinfo.set(osd, xinfo);
  for (const [osd, uuid] of inc.newUuid) o.uuid.set(osd, uuid);
}
