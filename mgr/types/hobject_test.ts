/** Names as bytes, and the order of objects. */

import { assert, assertEquals } from "@std/assert";
import { compareHObjects, type HObject, HOBJECT_MAX, HOBJECT_MIN, NO_SNAP } from "./hobject.ts";
import { bytesOfName, compareNames, nameOfBytes } from "./object_name.ts";

Deno.test("nameOfBytes() shows UTF-8 as it is and keeps what is none", () => {
  for (const text of ["", "rbd_header.1", "größe", "\ufeffx", "日本😀"]) {
    assertEquals(nameOfBytes(new TextEncoder().encode(text)), text);
  }
  for (const hex of ["8030", "61ff62", "eda080", "c3", "f09f98", "80c3a480", "feff00"]) {
    const bytes = Uint8Array.fromHex(hex);
    assertEquals(bytesOfName(nameOfBytes(bytes)).toHex(), hex);
  }
  assertEquals(nameOfBytes(Uint8Array.fromHex("80c3a4")), "\udc80ä");
});

Deno.test("compareNames() goes by bytes, not by UTF-16", () => {
  assert(compareNames("\uffff", "\u{10000}") < 0);
  assert(compareNames("a", "ab") < 0);
  assertEquals(compareNames("x", "x"), 0);
});

const at = (part: Partial<HObject>): HObject => ({ ...HOBJECT_MIN, pool: 2, snap: NO_SNAP, ...part });

Deno.test("compareHObjects(): pool, reversed hash, namespace, key or name, name, snapshot", () => {
  const order = [
    HOBJECT_MIN,
    at({ hash: 0x2, oid: "z" }),
    at({ hash: 0x2, oid: "a", nspace: "n" }),
    at({ hash: 0x1, oid: "b", snap: 4n }),
    at({ hash: 0x1, oid: "b" }),
    at({ hash: 0x1, oid: "a", key: "c" }),
    at({ hash: 0x1, oid: "c" }),
    at({ hash: 0x3, oid: "a" }),
    at({ pool: 3, oid: "a" }),
    HOBJECT_MAX,
  ];
  const shuffled = [...order].reverse().sort(compareHObjects);
  assertEquals(shuffled, order);
});
