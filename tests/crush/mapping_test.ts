/** Mappings of generated maps against the recorded results of crushtool and osdmaptool (tools/crush_compare.ts). */

import { assert, assertEquals } from "@std/assert";
import {
  type MappingCase,
  mappingCase,
  ourResults,
  type PgsCase,
  ResultDigest,
} from "../fakes/mapping_cases.ts";
import vectors from "../vectors/crush.json" with { type: "json" };

function crcOf(c: MappingCase): number {
  const digest = new ResultDigest();
  for (const result of ourResults(c)) digest.add(result);
  return digest.crc;
}

Deno.test("doRule() and OsdMapper.map() find what the real tools found on generated maps", () => {
  const ours = vectors.crcs.map((_, n) => crcOf(mappingCase(n, vectors.inputs)));
  assertEquals(ours, vectors.crcs);
});

Deno.test("the generated maps have everything that moves PGs", () => {
  const maps = vectors.crcs.map((_, n) => mappingCase(n, vectors.inputs)).filter((c) => "map" in c)
    .map((c) => (c as PgsCase).map);
  const some = (name: "pgTemp" | "primaryTemp" | "pgUpmap" | "pgUpmapItems"): boolean =>
    maps.some((map) => [...map[name].values()].some((row) => row.size > 0));
  assert(some("pgTemp") && some("primaryTemp") && some("pgUpmap") && some("pgUpmapItems"));
  assert(maps.some((map) => map.primaryAffinity.length > 0));
  assert(maps.some((map) => map.crush.chooseArgs.size > 1));
});
