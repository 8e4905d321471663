/** A place in the order of a pool's objects: hobject_t. */

import type { Codec } from "../encoding/mod.ts";
import { compareNames, ObjectName } from "./object_name.ts";

/** The object itself, not one of its snapshots. Upstream: CEPH_NOSNAP */
export const NO_SNAP = 0xfffffffffffffffen;

/** Pool of what is before and behind all objects. */
const NO_POOL = -(2 ** 63);

/** Upstream: hobject_t in common/hobject.h */
export interface HObject {
  /** Locator key; empty when it is the name. */
  readonly key: string;
  readonly oid: string;
  readonly snap: bigint;
  readonly hash: number;
  /** Behind everything. */
  readonly max: boolean;
  readonly nspace: string;
  readonly pool: number;
}

/** Before everything. */
export const HOBJECT_MIN: HObject = {
  key: "",
  oid: "",
  snap: 0n,
  hash: 0,
  max: false,
  nspace: "",
  pool: NO_POOL,
};

/** Behind everything. */
export const HOBJECT_MAX: HObject = { ...HOBJECT_MIN, max: true };

/** v4/3 */
export const HObject: Codec<HObject> = {
  decode: (d) =>
    d.versioned("hobject_t", 4, (d, v) => {
      if (v < 4) d.fail(`version ${v} is that of an OSD before Firefly`);
      return {
        key: ObjectName.decode(d),
        oid: ObjectName.decode(d),
        snap: d.u64(),
        hash: d.u32(),
        max: d.bool(),
        nspace: ObjectName.decode(d),
        pool: d.i64n(),
      };
    }),
  encode: (e, v) =>
    void e.versioned(4, 3, (e) => {
      ObjectName.encode(e, v.key);
      ObjectName.encode(e, v.oid);
      e.u64(v.snap).u32(v.hash).bool(v.max);
      ObjectName.encode(e, v.nspace);
      e.i64n(v.pool);
    }),
};

/** Negative, 0 or positive. Upstream: cmp in common/hobject.cc */
export function compareHObjects(a: HObject, b: HObject): number {
  return Number(a.max) - Number(b.max) || a.pool - b.pool || reversed(a.hash) - reversed(b.hash) ||
    compareNames(a.nspace, b.nspace) || compareNames(a.key || a.oid, b.key || b.oid) ||
    compareNames(a.oid, b.oid) || Number(a.snap > b.snap) - Number(a.snap < b.snap);
}

/** The bits of a hash from the last to the first: so the objects of a PG stand together. */
function reversed(hash: number): number {
  let v = hash;
  v = ((v >>> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  v = ((v >>> 8) & 0x00ff00ff) | ((v & 0x00ff00ff) << 8);
  return ((v >>> 16) | (v << 16)) >>> 0;
}
