/** Addresses in all their forms, against recorded bytes. */

import { assertEquals, assertThrows } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { decodeAll, DecodeError, encodeAll } from "../encoding/mod.ts";
import { AddrType, EntityAddr, EntityAddrVec, formatAddrVec } from "./entity_addr.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);

interface AddrVector {
  readonly name: string;
  readonly inputs: EntityAddr | { readonly addrs: EntityAddr[] };
  readonly expected: string;
}

for (const { name, inputs, expected } of specVectors<AddrVector[]>("addresses") ?? []) {
  Deno.test(`EntityAddr agrees with ${name}`, () => {
    if ("addrs" in inputs) {
      assertEquals(encodeAll(EntityAddrVec.encode, inputs.addrs).toHex(), expected);
      assertEquals(decodeAll(hex(expected), EntityAddrVec.decode), inputs.addrs);
      return;
    }
    assertEquals(encodeAll(EntityAddr.encode, inputs).toHex(), expected);
    assertEquals(decodeAll(hex(expected), EntityAddr.decode), inputs);
    // A vector of one address may be written as that address alone.
    assertEquals(decodeAll(hex(expected), EntityAddrVec.decode), [inputs]);
  });
}

const BLANK = `01010128000000${"00".repeat(8)}1c000000${"00".repeat(28)}`;

Deno.test("EntityAddr reads blank addresses of both lengths", () => {
  const blank = { type: AddrType.none, nonce: 0, ip: "", port: 0 };
  assertEquals(decodeAll(hex(BLANK), EntityAddr.decode), blank);
  assertEquals(decodeAll(hex(`0101010c000000${"00".repeat(12)}`), EntityAddr.decode), blank);
  assertEquals(encodeAll(EntityAddr.encode, blank).toHex(), BLANK);
});

Deno.test("EntityAddr reads the form of ancient peers, and so does a vector", () => {
  const legacy = hex(`00000000${"2a000000"}0002${"1a90"}7f000001${"00".repeat(120)}`);
  const expected = { type: AddrType.legacy, nonce: 42, ip: "127.0.0.1", port: 6800 };
  assertEquals(decodeAll(legacy, EntityAddr.decode), expected);
  assertEquals(decodeAll(legacy, EntityAddrVec.decode), [expected]);
});

Deno.test("EntityAddrVec: none, and more than there are bytes", () => {
  assertEquals(decodeAll(hex("0200000000"), EntityAddrVec.decode), []);
  assertThrows(() => decodeAll(hex("02ffffffff"), EntityAddrVec.decode), DecodeError);
  assertThrows(() => decodeAll(hex("07"), EntityAddrVec.decode), DecodeError);
});

Deno.test("formatAddrVec() writes addresses as Ceph prints them", () => {
  const v2 = { type: AddrType.msgr2, nonce: 7, ip: "fe80::1:2", port: 3300 };
  assertEquals(formatAddrVec([v2]), "v2:[fe80::1:2]:3300/7");
  assertEquals(
    formatAddrVec([v2, { type: AddrType.legacy, nonce: 7, ip: "10.0.0.1", port: 6789 }]),
    "[v2:[fe80::1:2]:3300/7,v1:10.0.0.1:6789/7]",
  );
});
