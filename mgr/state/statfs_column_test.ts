/** Space by OSD in one array. */

import { assertEquals } from "@std/assert";
import { zeroStatfs } from "../types/store_statfs.ts";
import { StatfsColumn } from "./statfs_column.ts";

const space = (total: number) => ({ ...zeroStatfs(), total, internalMetadata: -total });

Deno.test("StatfsColumn keeps all fields of each OSD, whatever the order in which they come", () => {
  const column = new StatfsColumn();
  for (const osd of [7, 0, 300]) column.set(osd, space(osd + 2 ** 50));
  column.set(7, space(5));
  assertEquals([...column.all()], [[0, space(2 ** 50)], [7, space(5)], [300, space(300 + 2 ** 50)]]);
  assertEquals([column.get(7), column.get(8)], [space(5), undefined]);
});

Deno.test("StatfsColumn.delete() forgets an OSD, and what it hands out is a copy", () => {
  const column = new StatfsColumn();
  column.set(1, space(1));
  column.get(1)!.total = 9;
  assertEquals(column.get(1), space(1));
  column.delete(1);
  assertEquals([column.get(1), column.all().size], [undefined, 0]);
});
