/** Numbers and lists, with the answers of Python 3.11. */

import { assertEquals } from "@std/assert";
import { floatText, listText, parseDecimal, parseFloatText, parseInteger, quoted } from "./python_text.ts";

Deno.test("parseInteger() reads what int(x, 0) reads", () => {
  const rows: [string, bigint | undefined][] = [
    ["10", 10n],
    [" -0x1F ", -31n],
    ["0o17", 15n],
    ["0b101", 5n],
    ["1_000", 1000n],
    ["00", 0n],
    ["010", undefined],
    ["1__0", undefined],
    ["", undefined],
    ["1.0", undefined],
    ["18446744073709551616", 18446744073709551616n],
  ];
  assertEquals(rows.map(([text]) => parseInteger(text)), rows.map(([, value]) => value));
});

Deno.test("parseDecimal() takes leading zeros and no prefix", () => {
  assertEquals([parseDecimal("010"), parseDecimal("+3"), parseDecimal("0x3"), parseDecimal("")], [
    10n,
    3n,
    undefined,
    undefined,
  ]);
});

Deno.test("parseFloatText() reads what float() reads", () => {
  assertEquals(["1", ".5", "1.", "1_0.5e-3", "inf", "-Infinity", "x", "", "."].map(parseFloatText), [
    1,
    0.5,
    1,
    0.0105,
    Infinity,
    -Infinity,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("floatText() is repr()", () => {
  assertEquals([1, 0.5, -0, 1e16, 1.5e-7, 123456789012345680, Infinity, NaN].map(floatText), [
    "1.0",
    "0.5",
    "-0.0",
    "1e+16",
    "1.5e-07",
    "1.2345678901234568e+17",
    "inf",
    "nan",
  ]);
});

Deno.test("listText() quotes as repr() does", () => {
  assertEquals(listText(["a", "it's", `'"`, "x\n"]), `['a', "it's", '\\'"', 'x\\n']`);
  assertEquals(quoted("\\"), "'\\\\'");
});
