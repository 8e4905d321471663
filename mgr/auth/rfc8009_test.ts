/** aes256-cts-hmac-sha384-192 against the sample encryptions of RFC 8009, appendix A. */

import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { openRfc8009, sealRfc8009 } from "./rfc8009.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);
const KEY = hex("6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52");
const USAGE = 2;

/** Plain text, confounder, sealed text. */
const SAMPLES = [
  [
    "",
    "f764e9fa15c276478b2c7d0c4e5f58e4",
    "41f53fa5bfe7026d91faf9be959195a058707273a96a40f0a01960621ac612748b9bbfbe7eb4ce3c",
  ],
  [
    "000102030405",
    "b80d3251c1f6471494256ffe712d0b9a",
    "4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2",
  ],
  [
    "000102030405060708090a0b0c0d0e0f",
    "53bf8a0d105265d4e276428624ce5e63",
    "bc47ffec7998eb91e8115cf8d19dac4bbbe2e163e87dd37f49beca92027764f68cf51f14d798c2273f35df574d1f932e" +
    "40c4ff255b36a266",
  ],
  [
    "000102030405060708090a0b0c0d0e0f1011121314",
    "763e65367e864f02f55153c7e3b58af1",
    "40013e2df58e8751957d2878bcd2d6fe101ccfd556cb1eae79db3c3ee86429f2b2a602ac86fef6ecb647d6295fae077a" +
    "1feb517508d2c16b4192e01f62",
  ],
] as const;

for (const [plain, confounder, sealed] of SAMPLES) {
  Deno.test(`sealRfc8009() and openRfc8009() agree with the sample of ${plain.length / 2} bytes`, () => {
    assertEquals(sealRfc8009(KEY, USAGE, hex(plain), hex(confounder)).toHex(), sealed);
    assertEquals(openRfc8009(KEY, USAGE, hex(sealed))?.toHex(), plain);
  });
}

Deno.test("openRfc8009() opens what was sealed, of any length, and nothing that was changed", () => {
  const confounder = hex("53bf8a0d105265d4e276428624ce5e63");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (plain, at) => {
    const sealed = sealRfc8009(KEY, USAGE, plain, confounder);
    assertEquals(openRfc8009(KEY, USAGE, sealed)?.toHex(), plain.toHex());
    assertEquals(openRfc8009(KEY, USAGE + 1, sealed), undefined);
    sealed[at % sealed.length]! ^= 1;
    assertEquals(openRfc8009(KEY, USAGE, sealed), undefined);
    assertEquals(openRfc8009(KEY, USAGE, sealed.subarray(0, at % sealed.length)), undefined);
  }));
});
