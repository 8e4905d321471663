/** The step that lists the objects of a PG. */

import { encodeAll } from "../encoding/mod.ts";
import { HObject } from "../types/hobject.ts";
import { ObjectName } from "../types/object_name.ts";
import { OpCode } from "./op_codes.ts";
import { output, quantity, type ReadStep, readStep } from "./step.ts";

/** OSDs answer with no more objects at once. Upstream: osd_max_pgls */
export const MAX_LIST_ENTRIES = 1024;

/** The name that stands for all namespaces in a listing. Upstream: librados::all_nspaces */
export const ALL_NAMESPACES = "\u0001";

/** An object in a listing. Upstream: librados::ListObjectImpl */
export interface ListedObject {
  readonly namespace: string;
  readonly name: string;
  /** Locator key; mostly empty. */
  readonly locator: string;
}

/** A page, and where the next one begins. Upstream: pg_nls_response_t */
export interface ListPage {
  readonly next: HObject;
  readonly objects: readonly ListedObject[];
}

/** Objects of the PG of `from`, from there on. `epoch` is that of the map which says which PG it is. */
export function listObjects(from: HObject, max: number, epoch: number): ReadStep<ListPage> {
  return readStep(
    {
      op: OpCode.pgNls,
      union: (e) => void e.u64n(quantity(max, "number of objects")).u32(epoch),
      data: encodeAll(HObject.encode, from),
    },
    output((d) =>
      d.versioned("pg_nls_response_t", 1, (d) => ({
        next: HObject.decode(d),
        objects: d.list((d) => ({
          namespace: ObjectName.decode(d),
          name: ObjectName.decode(d),
          locator: ObjectName.decode(d),
        }), 12),
      }))
    ),
  );
}
