/** Changes of the CRUSH tree keep its weights and its shadow trees in step. */

import { assert, assertEquals } from "@std/assert";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { initialOsdMap } from "../state/initial_osd_map.ts";
import { OsdPart } from "../state/osd_part.ts";
import { itemId, locationOf } from "../state/osd_lookup.ts";
import {
  addBucket,
  detachItem,
  insertItem,
  isAt,
  removeItem,
  setClass,
  setItemWeight,
  swapBuckets,
  weightOf,
} from "./crush_edit.ts";

const ONE = 0x10000;

function initial(): CrushMap {
  const fields = initialOsdMap("00000000-0000-0000-0000-000000000001", { sec: 1, nsec: 0 }, 1);
  return OsdPart.apply(OsdPart.empty, { fields, modified: { sec: 1, nsec: 0 } }).map.crush;
}

const at = (host: string) => new Map([["host", host], ["root", "default"]]);

/** Two hosts with two OSDs each. */
function tree(): CrushMap {
  return [0, 1, 2, 3].reduce(
    (crush, osd) => insertItem(crush, osd, `osd.${osd}`, ONE, at(osd < 2 ? "a" : "b")),
    initial(),
  );
}

const weight = (crush: CrushMap, name: string): number => weightOf(crush, itemId(crush, name)!) / ONE;
const itemsOf = (crush: CrushMap, name: string): number[] => [
  ...crush.buckets[-1 - itemId(crush, name)!]!.items,
];

Deno.test("insertItem() makes the buckets that are missing and adds the weights up", () => {
  const crush = tree();
  assertEquals([weight(crush, "default"), weight(crush, "a"), weight(crush, "osd.3")], [4, 2, 1]);
  assertEquals(locationOf(crush, 3), new Map([["host", "b"], ["root", "default"]]));
  assert(isAt(crush, 3, at("b")) && !isAt(crush, 3, at("a")));
  assertEquals(crush.maxDevices, 4);
});

Deno.test("detachItem() and removeItem() take weights away; removed items lose their names", () => {
  const detached = detachItem(tree(), 0);
  assertEquals([weight(detached, "default"), detached.itemNames.get(0)], [3, "osd.0"]);
  assertEquals(removeItem(tree(), 0).itemNames.has(0), false);
});

Deno.test("setItemWeight() reaches the roots; `only` leaves other buckets alone", () => {
  assertEquals(weight(setItemWeight(tree(), 0, 3 * ONE), "default"), 6);
  const linked = insertItem(tree(), 0, "osd.0", ONE, new Map([["host", "b"]]));
  const some = setItemWeight(linked, 0, 3 * ONE, [itemId(linked, "b")!]);
  assertEquals([weight(some, "a"), weight(some, "b")], [2, 5]);
});

Deno.test("setClass() grows a shadow tree of the class, which goes with its last device", () => {
  const crush = setClass(tree(), [0, 2], "ssd");
  assertEquals([weight(crush, "default~ssd"), weight(crush, "a~ssd")], [2, 1]);
  assertEquals(itemsOf(crush, "b~ssd"), [2]);
  assertEquals(weight(setClass(crush, [0], undefined), "default~ssd"), 1);
});

Deno.test("swapBuckets() exchanges items and names, not places", () => {
  const crush = addBucket(tree(), "spare", 1);
  const swapped = swapBuckets(crush, itemId(crush, "a")!, itemId(crush, "spare")!);
  assertEquals([itemsOf(swapped, "a"), itemsOf(swapped, "spare")], [[0, 1], []]);
  assertEquals([itemId(swapped, "a"), weight(swapped, "default")], [itemId(crush, "spare"), 2]);
});
