/** Maps out of a real monitor's store against what `ceph ... dump -f json` printed of them, text for text. */

import { assertEquals } from "@std/assert";
import { type Codec, decodeAll, encodeAll } from "../../mgr/encoding/mod.ts";
import { dumpFsMap, FsMap } from "../../mgr/types/fs_map.ts";
import { dumpMgrMap, MgrMap } from "../../mgr/types/mgr_map.ts";
import { dumpMonMap, MonMap } from "../../mgr/types/mon_map.ts";
import vectors from "../vectors/maps.json" with { type: "json" };

interface Row {
  readonly roundTrip: (bytes: Uint8Array) => Uint8Array;
  readonly dump: (bytes: Uint8Array) => object;
}

const row = <T>(codec: Codec<T>, dump: (value: T) => object): Row => ({
  roundTrip: (bytes) => encodeAll(codec.encode, decodeAll(bytes, codec.decode)),
  dump: (bytes) => dump(decodeAll(bytes, codec.decode)),
});

const ROWS: Readonly<Record<string, Row>> = {
  MgrMap: row(MgrMap, dumpMgrMap),
  MonMap: row(MonMap, dumpMonMap),
  FSMap: row(FsMap, dumpFsMap),
};

/** As Ceph prints it: bigints are numbers. */
function toJson(value: object): string {
  const text = JSON.stringify(value, (_key, v) => (typeof v === "bigint" ? `bigint:${v}` : v));
  return text.replaceAll(/"bigint:(\d+)"/g, "$1");
}

/** The monitor adds the quorum to its MonMap. */
const withoutQuorum = (text: string): string => text.replace(/,"quorum":\[[\d,]*\]\}$/, "}");

for (const { type, hex, dump } of vectors.maps) {
  const { roundTrip, dump: dumpOf } = ROWS[type]!;
  Deno.test(`${type}: bytes of a real store encode to themselves`, () => {
    assertEquals(roundTrip(Uint8Array.fromHex(hex)).toHex(), hex);
  });
  Deno.test(`${type}: dump as ceph prints it`, () => {
    assertEquals(toJson(dumpOf(Uint8Array.fromHex(hex))), withoutQuorum(dump));
  });
}
