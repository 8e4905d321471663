/** Listing a pool by following the answers from PG to PG. */

import { assert, assertEquals } from "@std/assert";
import { objectSeed, stableMod } from "../../../mgr/crush/placement.ts";
import { listObjects } from "../../../mgr/rados/list_steps.ts";
import { HOBJECT_MIN } from "../../../mgr/types/hobject.ts";
import { BLANK_POOL } from "../../../mgr/types/pg_pool.ts";
import { listStep } from "./list_op.ts";
import { ObjectStore } from "./object_store.ts";

const POOL = 1;
const NAMES = Array.from({ length: 200 }, (_, i) => `object-${i}`);

function filled(): ObjectStore {
  const store = new ObjectStore();
  for (const [i, oid] of NAMES.entries()) {
    const nspace = i % 10 === 0 ? "ns" : "";
    store.make(POOL, {
      nspace,
      oid,
      key: "",
      hash: objectSeed({ ...BLANK_POOL, objectHash: 2 }, oid, nspace),
    });
  }
  return store;
}

/** All names, a page at a time, as clients do it. */
function listAll(store: ObjectStore, pgNum: number, nspace: string, max: number): string[] {
  const names: string[] = [];
  let at = HOBJECT_MIN;
  for (let pages = 0; !at.max; pages++) {
    assert(pages < 1000, "the listing has no end");
    const step = listObjects(at, max, 1);
    const call = { pool: POOL, pgNum, seed: stableMod(at.hash, pgNum), nspace };
    const page = step.result(listStep(store, call, step.osdOp).out, 0);
    names.push(...page.objects.map(({ name }) => name));
    at = page.next;
  }
  return names;
}

for (const pgNum of [1, 2, 3, 8, 12, 13]) {
  Deno.test(`listStep() finds each object once in ${pgNum} PGs`, () => {
    const names = listAll(filled(), pgNum, "\u0001", 7);
    assertEquals(names.toSorted(), NAMES.toSorted());
    assertEquals(listAll(filled(), pgNum, "ns", 100).length, 20);
  });
}
