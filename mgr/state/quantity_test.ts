/** Numbers in texts: samples that real Ceph printed, and the edges between units. */

import { assertEquals } from "@std/assert";
import { byteText, countText, fixed, msText, shortFloat, spanText } from "./quantity.ts";

const rows = (texts: Record<string, number>, print: (n: number) => string): void => {
  for (const [text, n] of Object.entries(texts)) assertEquals(print(n), text);
};

Deno.test("byteText() and countText() print as Ceph does", () => {
  rows({
    "0 B": 0,
    "1023 B": 1023,
    "15 KiB": 15_000,
    "9.8 KiB": 10_000,
    "1.3 GiB": 1.3 * 2 ** 30,
    "3 GiB": 3 * 2 ** 30,
    "1.1 MiB": 1152 * 1024,
    "1024 EiB": 2 ** 70,
    "16 EiB": -1,
  }, byteText);
  rows({ "4": 4, "999": 999, "1k": 1000, "3.29k": 3294, "19.12k": 19_119, "1.00M": 1_000_001 }, countText);
});

Deno.test("fixed() rounds a tie to the even digit, unlike toFixed()", () => {
  assertEquals([fixed(1.125, 2), fixed(1.375, 2), fixed(0.5, 0), fixed(2.5, 0), fixed(1.126, 2)], [
    "1.12",
    "1.38",
    "0",
    "2",
    "1.13",
  ]);
  assertEquals(fixed(100 / 3, 3), "33.333");
});

Deno.test("msText(), shortFloat() and spanText() print as Ceph does", () => {
  rows({ "1.320": 1320, "0.007": 7, "12.000": 12_000 }, msText);
  rows({ "1.29457": 1.2945736646652222, "10": 10, "0.5": 0.5 }, shortFloat);
  rows({
    "1.5s": 1.5,
    "2s": 2.9,
    "85s": 85.9,
    "2m": 120,
    "119m": 7199,
    "2h": 7200,
    "47h": 47.9 * 3600,
    "2d": 48 * 3600,
    "2w": 14 * 86400,
    "2M": 84 * 86400,
    "2y": 720 * 86400,
  }, spanText);
});
