/** Every object of Ceph's corpus decodes to its last byte; those of the versions we write encode to the same bytes. */

import { assert, assertEquals } from "@std/assert";
import { AUTH_TYPES } from "./auth_types.ts";
import { OSD_MAP_TYPES } from "./osd_map_types.ts";
import type { CorpusRow } from "./row.ts";
import { SMALL_TYPES } from "./small_types.ts";
import { STAT_TYPES } from "./stat_types.ts";

/** One table for each family of types. */
const TABLES: readonly (readonly CorpusRow[])[] = [AUTH_TYPES, OSD_MAP_TYPES, SMALL_TYPES, STAT_TYPES];

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);

function objectsOf(release: string, type: string): [string, Uint8Array][] {
  const folder = new URL(`${release}/${encodeURIComponent(type)}/`, CORPUS);
  try {
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
    return names.map((name) => [name, Deno.readFileSync(new URL(name, folder))]);
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return [];
    throw e;
  }
}

/** Objects of the corpus that are no proof: they have rubbish behind the structure. */
const BROKEN: ReadonlySet<string> = new Set(["f97d85482139c3de61f9ec00522b6bd6"]);

function check(row: CorpusRow, release: string, name: string, bytes: Uint8Array): void {
  const again = row.roundTrip(bytes);
  if (row.exact.includes(release)) assertEquals(again.toHex(), bytes.toHex(), `${release} ${name}`);
}

for (const row of TABLES.flat()) {
  for (const release of ["16.2.0", "20.3.0"]) {
    const objects = objectsOf(release, row.type).filter(([name]) => !BROKEN.has(name));
    Deno.test({
      name: `${row.type}: ${release} of the corpus`,
      ignore: objects.length === 0,
      fn: () => objects.forEach(([name, bytes]) => check(row, release, name, bytes)),
    });
  }
}

Deno.test("corpus: every type is known once", () => {
  const types = TABLES.flat().map((row) => row.type);
  assert(types.length > 0);
  assertEquals(new Set(types).size, types.length);
});
