/** The comparison of two dumps. */

import { assertEquals } from "@std/assert";
import { compareDumps, type Dumped, parseExact, parseTagged, type Rules } from "./compare.ts";

const NO_RULES: Rules = { natural: {}, drifting: {}, keyed: {}, unordered: [] };

function found(real: Dumped, own: Dumped, rules: Partial<Rules> = {}): string[] {
  const { differences } = compareDumps("x", real, own, { ...NO_RULES, ...rules });
  return differences.map(({ kind, path, real, own }) => `${kind} ${path} ${real} ${own}`);
}

Deno.test("compareDumps() finds nothing between equal dumps, and counts the values", () => {
  const dump = { a: [1, { b: "c" }], d: null };
  assertEquals(compareDumps("x", dump, structuredClone(dump), NO_RULES), {
    values: 3,
    natural: 0,
    differences: [],
  });
});

Deno.test("compareDumps() tells missing and extra keys, order, type and value apart", () => {
  assertEquals(found({ a: 1, b: 2 }, { b: 2, c: 3 }), ["missing x.a 1 null", "extra x.c null 3"]);
  assertEquals(found({ a: 1, b: 2 }, { b: 2, a: 1 }), ['order x ["a","b"] ["b","a"]']);
  assertEquals(found({ a: [1] }, { a: ["1"] }), ['type x.a[0] 1 "1"']);
  assertEquals(found([true, [0]], [false, [0, 1]]), ["value x[0] true false", "extra x[1][1] null 1"]);
});

Deno.test("compareDumps() sees no order among keys that JavaScript orders itself", () => {
  assertEquals(found({ 10: 0, 9: 0, a: 0 }, { a: 0, 9: 0, 10: 0 }), []);
});

Deno.test("compareDumps() lets values of natural paths differ, but not their types", () => {
  const natural = { "x.stamp": "time", "x.hosts[].*": "each", "x.osd:0.**": "all below" };
  assertEquals(found({ stamp: "1" }, { stamp: "2" }, { natural }), []);
  assertEquals(found({ stamp: "1" }, { stamp: 1 }, { natural }), ['type x.stamp "1" 1']);
  assertEquals(found({ hosts: [{ a: 1, b: 2 }] }, { hosts: [{ a: 2 }] }, { natural }), []);
  assertEquals(found({ "osd.0": { a: { b: 1 } } }, { "osd.0": { a: { b: 2 } } }, { natural }), []);
});

Deno.test("compareDumps() lets numbers of drifting paths differ a little", () => {
  const drifting = { "x.used": "grows" };
  assertEquals(found({ used: 100 }, { used: 91 }, { drifting }), []);
  assertEquals(found({ used: 100 }, { used: 80 }, { drifting }), ["value x.used 100 80"]);
});

Deno.test("compareDumps() pairs elements of keyed lists, and forgives the order of hash tables", () => {
  const keyed = { "x.pgs": "id", "x.names": "" };
  assertEquals(found({ pgs: [{ id: 1 }, { id: 2 }] }, { pgs: [{ id: 2 }, { id: 1 }] }, { keyed }), []);
  const natural = { "x.pgs[1:0].size": "moves" };
  assertEquals(
    found({ pgs: [{ id: "1.0", size: 1 }] }, { pgs: [{ id: "1.0", size: 2 }] }, { keyed, natural }),
    [],
  );
  assertEquals(found({ names: ["a", "b"] }, { names: ["b", "a"] }, { keyed }), []);
  const extra = found({ names: ["a", "b"] }, { names: ["b", "c", "d"] }, {
    keyed,
    natural: { "x.names[d]": "more" },
  });
  assertEquals(extra, ['missing x.names[a] "a" null', 'extra x.names[c] null "c"']);
  assertEquals(found({ t: { a: 1, b: 2 } }, { t: { b: 2, a: 1 } }, { unordered: ["x.t"] }), []);
});

Deno.test("parseExact() and compareDumps() hold 64-bit numbers apart that doubles do not", () => {
  const real = parseExact("[4540138314316775423]");
  assertEquals(real, [4540138314316775423n]);
  assertEquals(found(real, parseExact("[4540138314316775424]")).length, 1);
  assertEquals(found(real, [Number(4540138314316775423n)]).length, 1);
  assertEquals(found([7], parseTagged('[{"$bigint":"7"}]')), []);
  assertEquals(found(real, parseTagged('[{"$bigint":"4540138314316775423"}]')), []);
  assertEquals(parseExact("[1e300, 0.5, 7]"), [1e300, 0.5, 7]);
});
