/** OSDs from their first boot to the day they are marked out. */

import { assert, assertEquals } from "@std/assert";
import { OsdState } from "../../../mgr/types/osd_map_bits.ts";
import { AddrType, type EntityAddrVec } from "../../../mgr/types/entity_addr.ts";
import { insertItem } from "../osd/crush_edit.ts";
import type { MOSDBoot } from "../messages/osd_boot.ts";
import { commit, type Committed, load } from "./committed.ts";
import { mkfs } from "./mkfs.ts";
import { OsdDraft } from "./osd_draft.ts";
import { type FailureReports, takeBoot, takeFailure, tickOsds } from "./osd_monitor.ts";

/** mon_osd_down_out_interval */
const DOWN_OUT_MS = 600_000;

const NOW = Date.UTC(2026, 0, 1);
const FSID = "00000000-0000-0000-0000-000000000001";

function fresh(): Committed {
  const rows = mkfs({ fsid: FSID, entities: new Map(), modules: [], failureDomain: 1, nowMs: NOW });
  const parts = new Map<string, Map<string, Uint8Array>>();
  for (const { part, key, value } of rows) {
    parts.set(part, (parts.get(part) ?? new Map()).set(key, value!));
  }
  return load(parts);
}

const uuidOf = (osd: number): string => `00000000-0000-0000-0000-0000000001${String(osd).padStart(2, "0")}`;
const addrsOf = (port: number): EntityAddrVec => [{ type: AddrType.msgr2, nonce: 1, ip: "127.0.0.1", port }];

function boot(osd: number, over: Partial<MOSDBoot["superblock"]> = {}): MOSDBoot {
  return {
    superblock: {
      clusterFsid: FSID,
      whoami: osd,
      currentEpoch: 1,
      oldestMap: 1,
      newestMap: 1,
      weight: 0,
      compatFeatures: { compat: [], roCompat: [], incompat: [] } as never,
      cleanThru: 0,
      mounted: 0,
      osdFsid: uuidOf(osd),
      purgedSnapsLast: 0,
      lastPurgedSnapsScrub: { sec: 0, nsec: 0 },
      ...over,
    },
    hbBackAddrs: [],
    hbFrontAddrs: [],
    clusterAddrs: [],
    bootEpoch: 0,
    metadata: new Map([["hostname", `host${osd}`]]),
    osdFeatures: 0n,
  };
}

function commitDraft(state: Committed, draft: OsdDraft): Committed {
  return draft.change ? commit(state, { osd: draft.change }).next : state;
}

/** The state after a boot that was taken. */
function booted(state: Committed, osd: number, port = 6800 + osd, nowMs = NOW): Committed {
  const outcome = takeBoot(state, boot(osd), addrsOf(port), nowMs);
  assert(outcome.kind === "draft", `boot of osd.${osd}: ${outcome.kind}`);
  return commitDraft(state, outcome.draft);
}

/** Three OSDs, each on a host of its own. */
function threeUp(): Committed {
  const state = [0, 1, 2].reduce((s, osd) => booted(s, osd), fresh());
  const draft = new OsdDraft(state.osd.map, NOW);
  for (const osd of [0, 1, 2]) {
    draft.crush = insertItem(draft.crush, osd, `osd.${osd}`, 0x10000, new Map([["host", `host${osd}`]]));
  }
  return commitDraft(state, draft);
}

const report = (target: number, reporter: number, over = {}) => ({
  target,
  reporter,
  immediate: false,
  failedFor: 25,
  ...over,
});

Deno.test("takeBoot() brings an OSD up and, the first time, in", () => {
  const { osd: { map, counts, metadata } } = booted(fresh(), 0);
  assert(map.isUp(0) && map.isIn(0));
  assertEquals([counts.up, counts.in, map.maxOsd, map.osdInfo.at(0)!.upFrom], [1, 1, 1, map.epoch]);
  assertEquals(metadata.get(0)?.get("hostname"), "host0");
  assertEquals(map.osdState[0]! & OsdState.new, 0);
});

Deno.test("takeBoot() of an OSD that is up elsewhere marks it down first", () => {
  const state = booted(fresh(), 0);
  const again = takeBoot(state, boot(0), addrsOf(7000), NOW);
  assert(again.kind === "draft" && again.again);
  const down = commitDraft(state, again.draft);
  assertEquals(down.osd.map.isUp(0), false);
  assertEquals(booted(down, 0, 7000).osd.map.clientAddrs.at(0)![0]!.port, 7000);
});

Deno.test("takeBoot() refuses other clusters, other disks and noup", () => {
  const state = booted(fresh(), 0);
  const kinds = [
    takeBoot(state, boot(1, { clusterFsid: uuidOf(9) }), addrsOf(1), NOW),
    takeBoot(state, boot(0, { osdFsid: uuidOf(9) }), addrsOf(1), NOW),
  ];
  assertEquals(kinds.map(({ kind }) => kind), ["refused", "refused"]);
  const draft = new OsdDraft(state.osd.map, NOW);
  draft.flip(0, OsdState.up | OsdState.noup);
  assertEquals(takeBoot(commitDraft(state, draft), boot(0), addrsOf(1), NOW).kind, "refused");
});

Deno.test("takeFailure() believes one OSD that is sure, or two hosts after the grace", () => {
  const state = threeUp();
  const reports: FailureReports = new Map();
  assertEquals(takeFailure(state, reports, report(0, 1), 100_000, NOW), undefined);
  const draft = takeFailure(state, reports, report(0, 2), 100_000, NOW)!;
  assertEquals(commitDraft(state, draft).osd.map.isUp(0), false);
  assert(takeFailure(state, new Map(), report(1, 0, { immediate: true }), 0, NOW));
  assertEquals(takeFailure(state, new Map(), report(7, 0, { immediate: true }), 0, NOW), undefined);
});

Deno.test("tickOsds() marks an OSD out that is down for long; its boot brings it in again with its weight", () => {
  const state = threeUp();
  const draft = new OsdDraft(state.osd.map, NOW);
  draft.markDown(2);
  draft.put("newWeight", 2, 0x8000);
  const down = commitDraft(state, draft);
  assert(tickOsds(down, NOW + DOWN_OUT_MS - 1).isEmpty);
  const out = commitDraft(down, tickOsds(down, NOW + DOWN_OUT_MS));
  assertEquals([out.osd.map.isIn(2), out.osd.map.osdXInfo.at(2)!.oldWeight], [false, 0x8000]);
  assertEquals(booted(out, 2).osd.map.osdWeight[2], 0x8000);
});
