/** AES-128-GCM against published vectors, by every means that this machine has. */

import { assert, assertEquals } from "@std/assert";
import { type Gcm, nodeGcm, TAG_BYTES } from "./gcm.ts";
import { opensslGcm } from "./openssl.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);

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

const openssl = opensslGcm();
const BY: readonly (readonly [name: string, gcm: Gcm])[] = [
  ["nodeGcm", nodeGcm],
  ...openssl === undefined ? [] : [["opensslGcm", openssl] as const],
];

for (const [name, gcm] of BY) {
  for (const [i, [key, nonce, plain, expected]] of PUBLISHED.entries()) {
    Deno.test(`${name} agrees with test case ${i + 1} of GCM`, () => {
      const sealed = new Uint8Array(hex(plain).length + TAG_BYTES);
      gcm.seal(hex(key), hex(nonce), hex(plain), sealed);
      assertEquals(sealed.toHex(), expected);
      const opened = new Uint8Array(hex(plain).length);
      assert(gcm.open(hex(key), hex(nonce), sealed, opened));
      assertEquals(opened.toHex(), plain);
    });
  }

  Deno.test(`${name}.open() refuses a changed text and a changed tag, and opens the next block all the same`, () => {
    const [key, nonce, , expected] = PUBLISHED[2];
    const plain = new Uint8Array(64);
    for (const at of [0, 63, 64, 79]) {
      const changed = hex(expected);
      changed[at]! ^= 1;
      assertEquals(gcm.open(hex(key), hex(nonce), changed, plain), false);
    }
    assert(gcm.open(hex(key), hex(nonce), hex(expected), plain));
  });
}

Deno.test("opensslGcm and nodeGcm seal blocks of any length alike", { ignore: openssl === undefined }, () => {
  const [key, nonce] = [hex("07".repeat(16)), hex("0b".repeat(12))];
  for (const bytes of [1, 15, 16, 17, 80, 4095, 65_537]) {
    const plain = new Uint8Array(bytes).map((_, i) => i * 7);
    const sealed = BY.map(([, gcm]) => {
      const out = new Uint8Array(bytes + TAG_BYTES);
      gcm.seal(key, nonce, plain, out);
      return out;
    });
    assertEquals(sealed[0], sealed[1]);
  }
});
