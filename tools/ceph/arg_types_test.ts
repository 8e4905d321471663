/** Each type of argument: what it takes, and in which words it refuses. Checked against ceph_argparse.py. */

import { assertEquals, assertThrows } from "@std/assert";
import { ArgError } from "./arg_error.ts";
import { type ArgScalar, argType } from "./arg_types.ts";

const valid = (type: string, word: string): ArgScalar => argType(type, {}).valid(word, false);

Deno.test("argType() takes words of each kind", () => {
  const rows: [string, string, ArgScalar][] = [
    ["CephOsdName", "osd.3", 3n],
    ["CephOsdName", "3", 3n],
    ["CephOsdName", "*", "*"],
    ["CephPgid", "1.a0", "1.a0"],
    ["CephName", "mgr", "mgr"],
    ["CephName", "client.x", "client.x"],
    ["CephBool", "True", true],
    ["CephBool", "0", false],
    ["CephUUID", "123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"],
    ["CephIPAddr", "1.2.3.4:6789", "1.2.3.4:6789"],
    ["CephIPAddr", "v2:[::1]:3300", "v2:[::1]:3300"],
    ["CephEntityAddr", "1.2.3.4:0/77", "1.2.3.4:0/77"],
    ["CephFragment", "0x10/4", "0x10/4"],
    ["CephFutureType", "anything", "anything"],
  ];
  for (const [type, word, value] of rows) assertEquals(valid(type, word), value, `${type} ${word}`);
});

Deno.test("argType() refuses in the words of the stock CLI", () => {
  const rows: [string, string, string][] = [
    ["CephOsdName", "osd.x", "osd id x not integer"],
    ["CephOsdName", "mon.1", "unknown type mon"],
    ["CephPgid", "1", "pgid has no ."],
    ["CephPgid", "x.1", "pool x not integer"],
    ["CephPgid", "-1.1", "pool -1 < 0"],
    ["CephPgid", "1.x", "pgnum x not hex integer"],
    ["CephName", "foo", "CephName: no . in foo"],
    ["CephName", "foo.1", "unknown type foo"],
    ["CephBool", "yes", "yes not one of 'true', 'false'"],
    ["CephUUID", "1", "invalid UUID 1: badly formed hexadecimal UUID string"],
    ["CephIPAddr", "1.2.3.4.5", "1.2.3.4.5: invalid IPv4 address"],
    ["CephIPAddr", "1.2.3.4:66000", "66000: invalid IPv4 port"],
    ["CephIPAddr", "[::1", "[::1 missing terminating ]"],
    ["CephIPAddr", "foo", "foo not valid IPv6 address"],
    ["CephEntityAddr", "1.2.3.4/x", "1.2.3.4/x: invalid entity, nonce x not integer > 0"],
    ["CephFragment", "1/4", "1 not a hex integer"],
    ["CephString", "\u00e9", "invalid chars \u00e9 in \u00e9"],
    ["CephSocketpath", "/", "socket path / is not a socket"],
  ];
  for (const [type, word, message] of rows) {
    assertThrows(() => valid(type, word), ArgError, message);
  }
});
