/** Fields of the OSDMap, one by one. */

import { assert, assertEquals } from "@std/assert";
import { bigOsdMap } from "../../../tests/fakes/big_osd_map.ts";
import { dumpOsdMap } from "../../types/osd_map_dump.ts";
import { withExactTypes } from "@ganglion/sdk";
import { osdMapFields } from "./osd_map_fields.ts";

const map = bigOsdMap({ osds: 20, pgs: 32, upmaps: 3 });

Deno.test("OsdMapFields.part() answers what is wanted and there, in the order of the question", () => {
  const part = osdMapFields(map).part(["pools", "nosuch", "epoch", "constructor"]);
  assertEquals(Object.keys(part), ["pools", "epoch"]);
  assertEquals(part.pools!.map(({ pool_name }) => pool_name), ["pool1"]);
});

Deno.test("OsdMapFields.whole() is the dump with the types of the SDK, made of the same parts", () => {
  const fields = osdMapFields(map);
  const whole = fields.whole();
  assertEquals(whole, withExactTypes(dumpOsdMap(map, "python")) as typeof whole);
  assertEquals(Object.keys(whole), Object.keys(dumpOsdMap(map, "python")));
  assert(whole.osds === fields.field("osds"));
  assert(osdMapFields(map).whole() === whole);
  assertEquals(typeof whole.osd_xinfo[0]!.features, "bigint");
});
