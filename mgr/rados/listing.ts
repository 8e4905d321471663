/** Listing the objects of a pool, a page at a time, while PGs may split. Upstream: librados::NObjectIterator */

import { decodeAll, encodeAll } from "../encoding/mod.ts";
import type { MOSDOpReply } from "../messages/osd_op_reply.ts";
import { HObject, HOBJECT_MIN } from "../types/hobject.ts";
import { type ListedObject, listObjects, MAX_LIST_ENTRIES } from "./list_steps.ts";
import { OpFlag } from "./op_codes.ts";
import type { OpRequest } from "./open_op.ts";

/** A page is answered after so many PGs even when it is not full. */
const MAX_PGS_PER_PAGE = 64;

/** Bytes that a listed object takes, more or less. */
const ENTRY_BYTES = 256;

/** A page of a listing. */
export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins; undefined: this was the last one. */
  readonly cursor: string | undefined;
}

/** What is listed. */
export interface ListRequest {
  readonly pool: number;
  /** "" = the default one. */
  readonly namespace: string;
  /** Of the page before; undefined = from the first object. */
  readonly cursor?: string | undefined;
  /** So many objects at most. */
  readonly max?: number;
  readonly action: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a listing needs of its client. */
export interface ListLink {
  readonly epoch: number;
  submit(request: OpRequest): Promise<MOSDOpReply>;
}

/** The next page. Throws RangeError for a cursor that is none of this pool. */
export async function listPage(link: ListLink, request: ListRequest): Promise<ObjectPage> {
  const { pool, cursor, max = MAX_LIST_ENTRIES } = request;
  const objects: ListedObject[] = [];
  let at = cursor === undefined ? HOBJECT_MIN : readCursor(cursor, pool);
  for (let pgs = 0; !at.max && objects.length < max && pgs < MAX_PGS_PER_PAGE; pgs++) {
    const page = await listPart(link, request, at, max - objects.length);
    for (const object of page.objects) objects.push(object);
    at = page.next;
  }
  return { objects, cursor: at.max ? undefined : encodeAll(HObject.encode, at).toHex() };
}

/**
 * What the PG has in which the cursor is: its number is asked of each map anew. At the end of a PG the answer points to
 * the first place of the next one.
 */
async function listPart(link: ListLink, request: ListRequest, at: HObject, max: number) {
  const { pool, namespace, action, timeoutMs = 0, signal } = request;
  const step = listObjects(at, Math.min(max, MAX_LIST_ENTRIES), link.epoch);
  const { ops, rvals } = await link.submit({
    target: { oid: "", locator: { pool, key: "", nspace: namespace, hash: at.hash } },
    steps: [step.osdOp],
    // As librados: the pool itself is listed, not a cache in front of it.
    flags: OpFlag.ignoreOverlay,
    expected: Math.min(max, MAX_LIST_ENTRIES) * ENTRY_BYTES,
    action,
    timeoutMs,
    signal,
  });
  return step.result(ops[0]!.data, rvals[0]!);
}

function readCursor(text: string, pool: number): HObject {
  try {
    const at = decodeAll(Uint8Array.fromHex(text), HObject.decode);
    if (at.pool === pool || at.pool === HOBJECT_MIN.pool) return at;
  } catch {
    // Said below.
  }
  throw new RangeError("Cannot list objects: the cursor is none of this pool");
}
