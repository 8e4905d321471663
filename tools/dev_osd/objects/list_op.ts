/** Listing the objects of a PG: PGNLS. Upstream: PrimaryLogPG::do_pg_op */

import { Decoder } from "../../../mgr/encoding/mod.ts";
import { ALL_NAMESPACES, MAX_LIST_ENTRIES } from "../../../mgr/rados/list_steps.ts";
import { compareHObjects, HObject, HOBJECT_MAX, NO_SNAP } from "../../../mgr/types/hobject.ts";
import { ObjectName } from "../../../mgr/types/object_name.ts";
import type { OsdOp } from "../../../mgr/types/osd_op.ts";
import { type ObjectStore, placeOf } from "./object_store.ts";
import { bytesOf } from "./step.ts";

/** The end of the PG. */
const END = 1;

/** Which part of what is listed. */
export interface ListCall {
  readonly pool: number;
  readonly pgNum: number;
  readonly seed: number;
  readonly nspace: string;
}

/** Result (1: the PG is at its end) and output of the step. */
export function listStep(
  store: ObjectStore,
  { pool, pgNum, seed, nspace }: ListCall,
  { union, data }: OsdOp,
): { result: number; out: Uint8Array } {
  const max = Math.min(new Decoder(union).u64n(), MAX_LIST_ENTRIES);
  const from = HObject.decode(new Decoder(data));
  const behind = store.list(pool, seed, pgNum)
    .filter(({ id }) => compareHObjects(placeOf(pool, id), from) >= 0);
  const next = behind.length > max ? placeOf(pool, behind[max]!.id) : nextPg(pool, seed, pgNum);
  const shown = behind.slice(0, max)
    .filter(({ id }) => nspace === ALL_NAMESPACES || id.nspace === nspace);
  const out = bytesOf((e) =>
    e.versioned(1, 1, (e) => {
      HObject.encode(e, next);
      e.list(shown, (e, { id }) => {
        ObjectName.encode(e, id.nspace);
        ObjectName.encode(e, id.oid);
        ObjectName.encode(e, id.key);
      });
    })
  );
  return { result: behind.length > max ? 0 : END, out };
}

/** The bits of a number below 2^32 from the last to the first. */
function reversed(n: number): number {
  let out = 0;
  for (let bit = 0; bit < 32; bit++) if ((n >>> bit) & 1) out += 2 ** (31 - bit);
  return out;
}

/** Hashes below it in bit-reversed order belong to the PG: so many bits of the hash decide. Upstream: pg_t::get_split_bits */
function splitBits(seed: number, pgNum: number): number {
  const bits = pgNum <= 1 ? 0 : 32 - Math.clz32(pgNum - 1);
  const upper = 2 ** (bits - 1);
  // PGs that are not split yet by a number that is no power of two have a bit less.
  return bits > 0 && pgNum < 2 ** bits && seed % upper + upper >= pgNum ? bits - 1 : bits;
}

/** The first place behind the PG. Upstream: hobject_t::get_hobject_end of pg_t */
function nextPg(pool: number, seed: number, pgNum: number): HObject {
  const bits = splitBits(seed, pgNum);
  const end = bits === 0 ? 2 ** 32 : reversed(seed) + 2 ** (32 - bits);
  if (end >= 2 ** 32) return HOBJECT_MAX;
  return { ...HOBJECT_MAX, max: false, pool, hash: reversed(end), snap: NO_SNAP };
}
