/** The OSDMap with its past, and the metadata of OSDs. Upstream: mon/OSDMonitor.cc */

import { applyIncremental } from "../../../mgr/types/osd_map_apply.ts";
import {
  blankIncremental,
  encodeIncremental,
  type OsdMapIncremental,
} from "../../../mgr/types/osd_map_incremental.ts";
import { countOsds, type OsdCounts, OsdMap } from "../../../mgr/types/osd_map.ts";
import type { UTime } from "../../../mgr/types/utime.ts";
import { cleanPlacement } from "../osd/clean_placement.ts";
import { jsonBytes, merged, type Metadata, parseJsonBytes, type Part, versionKey } from "./part.ts";

/** Epochs that are kept. Upstream: mon_min_osdmap_epochs */
export const KEPT_EPOCHS = 500;
/** What all our encodings of maps presuppose. Upstream: the features of 16.2.15 that decide how maps are encoded */
const ENCODE_FEATURES = 0x0f00088010212a04n;

/** Fields of an increment, without those that every increment has. */
export type OsdFields = Partial<Omit<OsdMapIncremental, "fsid" | "epoch" | "modified" | "fullCrc">>;

/** What changes: the next epoch, metadata, or both. */
export interface OsdChange {
  /** Undefined: no new epoch. */
  readonly fields?: OsdFields;
  /** Time stamp of the epoch. */
  readonly modified?: UTime;
  /** By id. */
  readonly metadata?: ReadonlyMap<number, Metadata | undefined>;
}

/** One epoch as it travels. */
export interface OsdEpoch {
  readonly incremental: Uint8Array;
  readonly full: Uint8Array;
}

/** What is known of OSDs. */
export interface OsdState {
  readonly map: OsdMap;
  readonly counts: OsdCounts;
  /** By epoch, ascending, the present one included. */
  readonly history: ReadonlyMap<number, OsdEpoch>;
  readonly metadata: ReadonlyMap<number, Metadata>;
}

/** Rows: `inc/EPOCH`, `full/EPOCH`, `metadata/ID`. */
export const OsdPart: Part<OsdState, OsdChange> = {
  empty: stateOf(OsdMap.blank(), new Map(), new Map()),
  apply(state, { fields, modified, metadata }) {
    const known = metadata ? merged(state.metadata, metadata) : state.metadata;
    if (fields === undefined) return { ...state, metadata: known };
    const { map, epoch } = nextEpoch(state.map, fields, modified!);
    const history = new Map(state.history).set(map.epoch, epoch);
    history.delete(map.epoch - KEPT_EPOCHS);
    return stateOf(map, history, known);
  },
  *rows({ map, history }, { fields, metadata }) {
    if (fields !== undefined) {
      const { incremental, full } = history.get(map.epoch)!;
      yield [`inc/${versionKey(map.epoch)}`, incremental];
      yield [`full/${versionKey(map.epoch)}`, full];
      const gone = versionKey(Math.max(0, map.epoch - KEPT_EPOCHS));
      yield [`inc/${gone}`, undefined];
      yield [`full/${gone}`, undefined];
    }
    for (const [id, values] of metadata ?? []) yield [`metadata/${id}`, values && jsonBytes([...values])];
  },
  load(rows) {
    const history = new Map<number, OsdEpoch>();
    const metadata = new Map<number, Metadata>();
    for (const [key, value] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [kind, id] = key.split("/") as [string, string];
      if (kind === "metadata") metadata.set(Number(id), new Map(parseJsonBytes<[string, string][]>(value)));
      if (kind === "full") history.set(Number(id), { full: value, incremental: rows.get(`inc/${id}`)! });
    }
    const newest = [...history.values()].at(-1);
    return stateOf(newest ? OsdMap.decode(newest.full) : OsdMap.blank(), history, metadata);
  },
};

function stateOf(
  map: OsdMap,
  history: ReadonlyMap<number, OsdEpoch>,
  metadata: ReadonlyMap<number, Metadata>,
): OsdState {
  return { map, counts: countOsds(map), history, metadata };
}

/** Whether there are PGs that are not where CRUSH puts them. */
const hasExceptions = ({ pgUpmap, pgUpmapItems, pgTemp, primaryTemp }: OsdMap): boolean =>
  [pgUpmap, pgUpmapItems, pgTemp, primaryTemp].some(({ size }) => size > 0);

/** The next map, with the bytes that peers get. The first epoch carries the whole map. */
function nextEpoch(map: OsdMap, fields: OsdFields, modified: UTime): { map: OsdMap; epoch: OsdEpoch } {
  const made = (of: OsdFields): OsdMapIncremental => ({
    ...blankIncremental(map.fsid, map.epoch + 1, modified),
    encodeFeatures: ENCODE_FEATURES,
    ...of,
  });
  const first = made(fields);
  const tried = applyIncremental(map, first);
  const inc = hasExceptions(tried) ? made(cleanPlacement(tried, fields)) : first;
  const next = inc === first ? tried : applyIncremental(map, inc);
  const incremental = encodeIncremental({ ...inc, fsid: next.fsid, fullCrc: next.crc });
  return { map: next, epoch: { incremental: incremental.slice(), full: next.bytes.slice() } };
}
