/** MSR rules: what upstream's C code finds on the same maps, and what upstream's tests ask of such rules. */

import { assert, assertEquals } from "@std/assert";
import { msrCases, runMsrCase } from "../../tests/fakes/msr_cases.ts";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush } from "../../tests/fakes/random_crush.ts";
import { BucketAlg, type CrushBucket } from "../types/crush_bucket.ts";
import { type CrushMap, OPTIMAL_TUNABLES } from "../types/crush_map.ts";
import { type CrushRule, RuleOp as Op, RuleType } from "../types/crush_rule.ts";
import { doRule } from "./mapper.ts";
import { NO_ITEM } from "./rule_input.ts";

const FULL = 0x10000;
const HOST = 1;
const OSD = 0;

type Steps = readonly (readonly [op: number, arg1?: number, arg2?: number])[];

const rule = (type: number, steps: Steps): CrushRule => ({
  ruleset: 0,
  type,
  minSize: 1,
  maxSize: 20,
  steps: steps.map(([op, arg1 = 0, arg2 = 0]) => ({ op, arg1, arg2 })),
});

function straw2(id: number, type: number, items: readonly number[], each: number): CrushBucket {
  return {
    id,
    type,
    hash: 0,
    alg: BucketAlg.straw2,
    weight: each * items.length,
    items: Int32Array.from(items),
    itemWeights: new Uint32Array(items.length).fill(each),
  };
}

const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

/** Roots -1 .. -roots of so many hosts each, which have the ids behind them. */
function regular(roots: number, hosts: number, osdsPerHost: number, rules: readonly CrushRule[]): CrushMap {
  const hostId = (host: number): number => -1 - roots - host;
  const rootsOf = range(roots).map((root) =>
    straw2(-1 - root, 2, range(hosts, root * hosts).map(hostId), osdsPerHost * FULL)
  );
  const all = range(roots * hosts).map((host) =>
    straw2(hostId(host), HOST, range(osdsPerHost, host * osdsPerHost), FULL)
  );
  return {
    ...randomCrush(new Random(0), { tunables: OPTIMAL_TUNABLES, racks: 1, hostsPerRack: 1, osdsPerHost: 1 }),
    maxDevices: roots * hosts * osdsPerHost,
    buckets: [...rootsOf, ...all],
    rules,
  };
}

/** The mapping of input `x` to `max` places with some devices out. */
function find(
  crush: CrushMap,
  ruleId: number,
  x: number,
  max: number,
  out: readonly number[] = [],
): number[] {
  const weights = new Uint32Array(crush.maxDevices).fill(FULL);
  for (const osd of out) weights[osd] = 0;
  return doRule(crush, ruleId, { x, max, weights, args: undefined });
}

const hostsAndOsds = (hosts: number, osds: number, root = -1): Steps => [
  [Op.take, root],
  [Op.chooseMsr, hosts, HOST],
  [Op.chooseMsr, osds, OSD],
  [Op.emit],
];

/** Two hosts of two devices; which are out as a mask, and what upstream's mapper.c finds for inputs 0 .. 19. */
const VECTORS: readonly (readonly [rule: number, out: number, found: string])[] = [
  [0, 0b0101, "31 31 13 31 13 31 13 13 13 13 13 31 13 13 31 31 13 13 31 31"],
  [0, 0b0110, "30 03 30 30 30 30 30 03 03 03 03 30 03 03 30 30 03 03 30 03"],
  [0, 0b1000, "02 012 102 02 102 20 102 102 102 102 012 20 012 012 21 21 102 102 21 20"],
  [0, 0b1001, "12 12 12 12 12 21 12 12 12 12 12 21 12 12 21 21 12 12 21 21"],
  [0, 0b1100, "0 01 10 0 10 0 10 10 10 10 01 0 01 01 1 1 10 10 1 0"],
  [1, 0b0000, "320 013 103 320 102 320 102 102 102 102 012 320 013 013 231 321 103 102 321 230"],
];

Deno.test("doRule() of an MSR rule finds what upstream's mapper.c found", () => {
  const types = [RuleType.msrFirstn, RuleType.msrIndep];
  const crush = regular(1, 2, 2, types.map((type) => rule(type, hostsAndOsds(2, 2))));
  for (const [id, mask, found] of VECTORS) {
    const out = range(4).filter((osd) => (mask >> osd & 1) === 1);
    assertEquals(range(20).map((x) => find(crush, id, x, 3, out).join("")).join(" "), found);
  }
});

/** SHA-256 of the results, each with its length before it, when upstream's mapper.c is what chooses. */
const OF_UPSTREAM = "6e126d302fec3a7fb01335773356df0706ca419447f91ccb7812d39919549b1f";

Deno.test("doRule() of MSR rules on maps of all shapes gives, to the last hole, what upstream's mapper.c gives", async () => {
  const found = [...msrCases(60, 20)].flatMap((one) => runMsrCase(one)).flatMap((
    osds,
  ) => [osds.length, ...osds]);
  const digest = await crypto.subtle.digest("SHA-256", Int32Array.from(found));
  assertEquals(new Uint8Array(digest).toHex(), OF_UPSTREAM);
});

/** Upstream: crush.cc, msr_4_host_2_choose_rule */
Deno.test("doRule() of an MSR rule fills all places though a device, or its whole host, is out", () => {
  const crush = regular(1, 4, 3, [rule(RuleType.msrIndep, hostsAndOsds(3, 1))]);
  for (const x of range(200)) {
    const [first = NO_ITEM] = find(crush, 0, x, 3);
    const host = range(3, first - first % 3);
    for (const out of [[first], host]) {
      const after = find(crush, 0, x, 3, out);
      assertEquals([after.length, after.includes(NO_ITEM), out.some((osd) => after.includes(osd))], [
        3,
        false,
        false,
      ]);
    }
  }
});

/** Upstream: crush.cc, msr_5_host_8_6_ec_choose */
Deno.test("doRule() of an MSR rule moves the places of a host that is out to the spare host, and no other", () => {
  const crush = regular(1, 5, 4, [rule(RuleType.msrIndep, hostsAndOsds(4, 4))]);
  const hostOf = (osd: number): number => Math.floor(osd / 4);
  for (const x of range(200)) {
    const before = find(crush, 0, x, 14);
    const lost = hostOf(before[0]!);
    const after = find(crush, 0, x, 14, range(4, lost * 4));
    const spare = range(5).find((host) => !before.map(hostOf).includes(host))!;
    assertEquals([new Set(before).size, after.slice(4)], [14, before.slice(4)]);
    assertEquals(after.slice(0, 4).map(hostOf), [spare, spare, spare, spare]);
  }
});

/** Upstream: crush.cc, msr_multi_root */
Deno.test("doRule() of an MSR rule with two roots puts each half below its own, no host twice", () => {
  const crush = regular(2, 4, 3, [
    rule(RuleType.msrIndep, [...hostsAndOsds(2, 2, -1), ...hostsAndOsds(2, 2, -2)]),
  ]);
  const hostOf = (osd: number): number => Math.floor(osd / 3);
  for (const x of range(200)) {
    const before = find(crush, 0, x, 8);
    for (const osds of [before, find(crush, 0, x, 8, [before[1]!, before[5]!])]) {
      assertEquals(osds.map((osd) => Math.floor(osd / 12)), [0, 0, 0, 0, 1, 1, 1, 1]);
      const pairs = range(4).map((pair) => new Set(osds.slice(2 * pair, 2 * pair + 2).map(hostOf)));
      assert(pairs.every((hosts, i) => pairs.every((others, j) => i === j || hosts.isDisjointFrom(others))));
    }
  }
});
