/** AES-GCM and its nonces against published and recorded vectors. */

import { assertEquals, assertThrows } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { makeCiphers, Opener, sameSignature, Sealer, signature } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);

function sealed(sealer: Sealer, plain: Uint8Array): string {
  const out = new Uint8Array(plain.length + 16);
  sealer.seal(plain, out, 0);
  return out.toHex();
}

/** Test cases 1, 2 and 3 of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B. */
const PUBLISHED = [
  ["00".repeat(16), "00".repeat(12), "", "58e2fccefa7e3061367f1d57a4e7455a"],
  [
    "00".repeat(16),
    "00".repeat(12),
    "00".repeat(16),
    "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
  ],
  [
    "feffe9928665731c6d6a8f9467308308",
    "cafebabefacedbaddecaf888",
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e" +
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985" +
    "4d5c2af327cd64a62cf35abd2ba6fab4",
  ],
] as const;

for (const [i, [key, nonce, plain, expected]] of PUBLISHED.entries()) {
  Deno.test(`Sealer and Opener agree with test case ${i + 1} of GCM`, () => {
    assertEquals(sealed(new Sealer(hex(key), hex(nonce)), hex(plain)), expected);
    assertEquals(new Opener(hex(key), hex(nonce)).open(hex(expected)).toHex(), plain);
  });
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
