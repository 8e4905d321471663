/** AES-GCM and its nonces against published and recorded vectors. */

import { assertEquals, assertThrows } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { makeCiphers, sameSignature, Sealer, signature } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);

function sealed(sealer: Sealer, plain: Uint8Array<ArrayBuffer>): string {
  const out = new Uint8Array(plain.length + 16);
  sealer.seal(plain, out, 0);
  return out.toHex();
}

Deno.test("Sealer counts the last eight bytes of its nonce, wraps around and never repeats one", () => {
  const key = hex("07".repeat(16));
  const sealer = new Sealer(key, hex("01020304feffffffffffffff"));
  const nonces = ["01020304feffffffffffffff", "01020304ffffffffffffffff", "010203040000000000000000"];
  for (const nonce of nonces) {
    assertEquals(sealed(sealer, hex("aabb")), sealed(new Sealer(key, hex(nonce)), hex("aabb")));
  }
});

interface SplitVector {
  readonly name: string;
  readonly inputs: { readonly connection_secret: string };
  readonly expected: Record<string, string>;
}

for (const { name, inputs, expected: e } of specVectors<SplitVector[]>("secure_keys") ?? []) {
  Deno.test(`makeCiphers() splits ${name} for both roles`, () => {
    for (const role of ["client", "server"] as const) {
      const { sealer, opener } = makeCiphers(hex(inputs.connection_secret), role);
      const [key, tx, rx] = [hex(e.key!), hex(e[`${role}_tx`]!), hex(e[`${role}_rx`]!)];
      assertEquals(sealed(sealer, hex("aabb")), sealed(new Sealer(key, tx), hex("aabb")));
      assertEquals(opener.open(hex(sealed(new Sealer(key, rx), hex("cc")))).toHex(), "cc");
    }
  });
}

Deno.test("makeCiphers() refuses a secret that would end a real peer", () => {
  assertThrows(
    () => makeCiphers(new Uint8Array(39), "server"),
    ProtocolError,
    "connection secret of 39 bytes",
  );
});

interface SignatureVector {
  readonly name: string;
  readonly inputs: { readonly session_key: string; readonly data: string };
  readonly expected: string;
}

for (const { name, inputs, expected } of specVectors<SignatureVector[]>("signature") ?? []) {
  Deno.test(`signature() agrees with ${name}`, () => {
    const data = hex(inputs.data);
    const parts = [data.subarray(0, 26), data.subarray(26)];
    assertEquals(signature(hex(inputs.session_key), parts).toHex(), expected);
  });
}

Deno.test("signature() agrees with RFC 4231, test case 2", () => {
  const data = new TextEncoder().encode("what do ya want for nothing?");
  const key = new TextEncoder().encode("Jefe");
  const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  assertEquals(signature(key, [data]).toHex(), expected);
  assertEquals(sameSignature(hex(expected), hex(expected)), true);
  assertEquals(sameSignature(hex(expected), hex(`00${expected.slice(2)}`)), false);
  assertEquals(sameSignature(hex(expected), hex(expected.slice(2))), false);
});
