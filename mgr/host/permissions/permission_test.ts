/** The texts of permissions: what is read, in which words it is refused, and that it is read again. */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatPermission, parsePermission, PermissionSyntaxError } from "./permission.ts";
import { VERBS } from "./verb_forms.ts";

const TEXTS = [
  "get osd_map",
  "get *",
  "command mon osd tree",
  "command mon osd pool set with pool prefix test- var=size",
  'command osd perf dump with logger regex "[a-z]+"',
  "command mon *",
  "command pg scrub",
  "option read dashboard server_port",
  "option write * *",
  "remote orchestrator hosts",
  "rados read .mgr",
  'rados write "my pool"',
  "health",
  "admin",
  "net 10.0.0.1:9090",
  "net [::1]:80",
  "net metrics.example.org:*",
  "net listen {server_addr}:{server_port}",
  "read /etc/ssl/certs",
  "write /var/lib/exports",
  "env HTTP_PROXY",
  "sys hostname",
  "run /usr/bin/smartctl",
  "ffi /usr/lib/libx.so",
];

for (const text of TEXTS) {
  Deno.test(`parsePermission() reads, formatPermission() writes: ${text}`, () => {
    assertEquals(formatPermission(parsePermission(text)), text);
  });
}

Deno.test("parsePermission() takes blanks and quotes as people write them, formatPermission() has one form", () => {
  const text = `  command  mon "osd" pool set with  var = "size"  pool prefix 'test-' `;
  assertEquals(
    formatPermission(parsePermission(text)),
    "command mon osd pool set with pool prefix test- var=size",
  );
});

const WRONG: readonly (readonly [text: string, why: string])[] = [
  ["", "must begin with one of"],
  ["toString", "must begin with one of"],
  ["get", "it takes <name>"],
  ["get osd map", "it takes <name>"],
  ["get osd/map", "is no <name>"],
  ["command tree", "it is command <mon|osd|mds|pg|mgr> <prefix>"],
  ["command mon", "is missing"],
  ["command mon osd *", "'*' cannot be in the prefix"],
  ["command mon 'osd tree'", "cannot be in the prefix"],
  ["command mon osd tree with", "behind 'with'"],
  ["command mon osd tree with a", "behind 'with'"],
  ["command mon x with a regex '(a+)+'", "could take for ever"],
  ["command mon x with a regex 'a*a*a*'", "could take for ever"],
  ["get osd_map with a=b", "only commands"],
  ["health of", "nothing stands behind it"],
  ["option dashboard server_port", "it takes <read|write>"],
  ["option rw dashboard server_port", "is no <read|write>"],
  ["remote Dashboard hello", "is no <module>"],
  ["rados read 'open", "do not close"],
  ["net example.org", "is no <host:port"],
  ["net *:80", "is no <host:port"],
  ["net a,b:80", "is no <host:port"],
  ["net a:99999", "is no <host:port"],
  ["net unix:/var/run/x", "is no <host:port"],
  ["read etc", "is no <absolute path"],
  ["read /", "is no <absolute path"],
  ["read /a/../b", "is no <absolute path"],
  ["read /a/./b", "is no <absolute path"],
  ["read /a//b", "is no <absolute path"],
  ["read /a/", "is no <absolute path"],
  ["read /a,/etc", "is no <absolute path"],
  ["read /a/*", "is no <absolute path"],
  ["env LD_PRELOAD", "is no <variable"],
  ["env DENO_DIR", "is no <variable"],
  ["env A,B", "is no <variable"],
  ["sys all", "is no <kind"],
  ["run sh", "is no <absolute path"],
];

for (const [text, why] of WRONG.filter(([, why]) => why !== "")) {
  Deno.test(`parsePermission() refuses: ${text}`, () => {
    assertThrows(() => parsePermission(text), PermissionSyntaxError, why);
  });
}

Deno.test("parsePermission() refuses long texts without repeating them", () => {
  assertThrows(
    () => parsePermission(`get ${"a".repeat(5000)}`),
    PermissionSyntaxError,
    "aaa': more than 1024",
  );
});

Deno.test("parsePermission() answers or throws PermissionSyntaxError, and what it reads it reads again", () => {
  const words = fc.oneof(
    fc.constantFrom(...VERBS, ...TEXTS.flatMap((text) => text.split(" ")), "with", '"', "'"),
    fc.string(),
  );
  fc.assert(fc.property(fc.array(words, { maxLength: 8 }), (parts) => {
    try {
      const text = formatPermission(parsePermission(parts.join(" ")));
      assertEquals(formatPermission(parsePermission(text)), text);
    } catch (e) {
      if (!(e instanceof PermissionSyntaxError)) throw e;
    }
  }));
});
