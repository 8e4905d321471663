/** Names of MDSs. */

import { assertEquals } from "@std/assert";
import { EMPTY_COMPAT_SET } from "../types/compat_set.ts";
import type { MdsInfo } from "../types/mds_info.ts";
import { ZERO_TIME } from "../types/utime.ts";
import { type MdsFilesystem, type MdsRoster, resolveMds } from "./mds_spec.ts";

function info(gid: number, name: string, rank: number): MdsInfo {
  return {
    gid: BigInt(gid),
    name,
    rank,
    incarnation: 1,
    state: rank < 0 ? -5 : 13,
    stateSeq: 1n,
    addrs: [],
    laggySince: ZERO_TIME,
    exportTargets: [],
    mdsFeatures: 0n,
    joinFscid: -1,
    flags: 0n,
    compat: EMPTY_COMPAT_SET,
  };
}

function filesystem(fscid: number, fsName: string, infos: readonly MdsInfo[]): MdsFilesystem {
  const mdsMap = {
    fsName,
    mdsInfo: new Map(infos.map((i) => [i.gid, i])),
    up: new Map(infos.map((i) => [i.rank, i.gid])),
  };
  return { fscid, mdsMap };
}

const MAP: MdsRoster = {
  legacyClientFscid: 1,
  filesystems: [
    filesystem(1, "one", [info(4101, "a", 0), info(4102, "b", 1)]),
    filesystem(2, "two", [info(4103, "c", 0)]),
  ],
  standbyDaemons: new Map([[4104n, info(4104, "s", -1)]]),
};

const named = (spec: string): string => resolveMds(MAP, spec).map(({ name }) => name).join();

Deno.test("resolveMds(): ranks of the default filesystem and of others, names, gids, and all", () => {
  assertEquals(["0", "1", "one:1", "two:0", "2:0"].map(named), ["a", "b", "b", "c", "c"]);
  assertEquals(["c", "s", "4102", "4104", "*"].map(named), ["c", "s", "b", "s", "a,b,c,s"]);
});

Deno.test("resolveMds(): nobody", () => {
  const nobody = ["", "2", "-1", "one:2", "one:*", "one:a", "three:0", "d", "4999", ":0", "one:"];
  assertEquals(nobody.map(named), nobody.map(() => ""));
});

Deno.test("resolveMds(): without a default filesystem a number is a gid only", () => {
  const map = { ...MAP, legacyClientFscid: -1 };
  assertEquals([resolveMds(map, "0").length, resolveMds(map, "4101").length], [0, 1]);
});
