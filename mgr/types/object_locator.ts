/** Where an object belongs: object_locator_t, and where an OSD sends us instead: request_redirect_t. */

import type { Codec } from "../encoding/mod.ts";
import { ObjectName } from "./object_name.ts";

/** The hash follows from the name. */
export const HASH_OF_NAME = -1;
/** Once a wish for a PG; nothing reads it. */
const PREFERRED = -1;

/** Upstream: object_locator_t in osd/osd_types.h */
export interface ObjectLocator {
  readonly pool: number;
  /** Hashed in place of the name; empty = none. */
  readonly key: string;
  readonly nspace: string;
  /** Of the PG, for operations on PGs; else HASH_OF_NAME. */
  readonly hash: number;
}

/** v6/3; v6/6 with a hash. */
export const ObjectLocator: Codec<ObjectLocator> = {
  decode: (d) =>
    d.versioned("object_locator_t", 6, (d, v) => {
      if (v < 6) d.fail(`version ${v} is that of an OSD before Firefly`);
      const pool = d.i64n();
      d.i32();
      return { pool, key: ObjectName.decode(d), nspace: ObjectName.decode(d), hash: d.i64n() };
    }),
  encode: (e, v) =>
    void e.versioned(6, v.hash === HASH_OF_NAME ? 3 : 6, (e) => {
      e.i64n(v.pool).i32(PREFERRED);
      ObjectName.encode(e, v.key);
      ObjectName.encode(e, v.nspace);
      e.i64n(v.hash);
    }),
};

/** Upstream: request_redirect_t in osd/osd_types.h */
export interface RequestRedirect {
  readonly locator: ObjectLocator;
  /** Empty: the name stays. */
  readonly object: string;
}

/** v1/1; what stands behind the name has no meaning any more. */
export const RequestRedirect: Codec<RequestRedirect> = {
  decode: (d) =>
    d.versioned("request_redirect_t", 1, (d) => {
      const value = { locator: ObjectLocator.decode(d), object: ObjectName.decode(d) };
      d.bytes();
      return value;
    }),
  encode: (e, v) =>
    void e.versioned(1, 1, (e) => {
      ObjectLocator.encode(e, v.locator);
      ObjectName.encode(e, v.object);
      e.u32(0);
    }),
};
