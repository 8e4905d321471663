/** The OSDMap of a real cluster, followed through every kind of change: each epoch is the monitor's to the byte. */

import { assertEquals } from "@std/assert";
import { isDeepStrictEqual as equal } from "node:util";
import { encodeAll } from "../../mgr/encoding/mod.ts";
import { MOSDMap } from "../../mgr/messages/osd_map.ts";
import { dumpOsdTree } from "../../mgr/crush/osd_tree.ts";
import { OsdMapStore } from "../../mgr/state/osd_map_store.ts";
import { cephJson } from "../../mgr/types/ceph_json.ts";
import { dumpCrushMap } from "../../mgr/types/crush_dump.ts";
import { CrushMap } from "../../mgr/types/crush_map.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";
import {
  blankIncremental,
  decodeIncremental,
  encodeIncremental,
  type OsdMapIncremental,
} from "../../mgr/types/osd_map_incremental.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { PgPool } from "../../mgr/types/pg_pool.ts";
import { canonicalJson } from "../json_text.ts";
import { runTool } from "./cluster_files.ts";
import { MonSession } from "./mon_session.ts";
import {
  type MapChange,
  OSD_CHANGES,
  PLACEMENT_CHANGES,
  POOL_CHANGES,
  SETTING_CHANGES,
} from "./osd_map_changes.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

/** Encoded, by epoch. */
type Increments = ReadonlyMap<number, Uint8Array>;

async function make(session: MonSession, changes: readonly MapChange[]): Promise<void> {
  for (const change of changes) await session.command(change);
}

const SELF_MANAGED_SNAPS = `
import rados, sys
with rados.Rados(conffile=sys.argv[1]) as cluster:
    with cluster.open_ioctx("ec") as ioctx:
        snaps = [ioctx.create_self_managed_snap() for _ in range(4)]
        for snap in snaps[1:3]:
            ioctx.remove_self_managed_snap(snap)
`;

/** A CRUSH map as an older tool writes it: without the choose_args. */
async function setOldCrush(session: MonSession): Promise<void> {
  const crush = await session.command({ prefix: "osd getcrushmap" });
  await session.command({ prefix: "osd setcrushmap" }, crush.subarray(0, crush.length - 4));
}

/** The structures inside a map encode to the bytes that they were decoded of. */
function checkParts(map: OsdMap): void {
  const { crush, pools } = map.client.fields;
  assertEquals(encodeAll(CrushMap.encode, map.crush).toHex(), crush.bytes.subarray(4).toHex());
  const again = pools.with([...map.pools].map(([id, pool]) => [id, encodeAll(PgPool.encode, pool)]));
  assertEquals(again.bytes.toHex(), pools.bytes.toHex());
}

/** What the monitor prints of that epoch. */
async function printed(session: MonSession, prefix: string, epoch: number): Promise<string> {
  const data = await session.command({ prefix, epoch, format: "json" });
  return canonicalJson(new TextDecoder().decode(data), UNORDERED);
}

/** Hash maps of the monitor. */
const UNORDERED = ["blocklist", "range_blocklist"];

/** Our dumps of an epoch are what `ceph osd dump` and `ceph osd tree` print. */
async function checkDumps(session: MonSession, map: OsdMap): Promise<void> {
  const ours = (dump: object): string => canonicalJson(cephJson(dump), UNORDERED);
  assertEquals(ours(dumpOsdMap(map, "json")), await printed(session, "osd dump", map.epoch));
  assertEquals(ours(dumpOsdTree(map, "json")), await printed(session, "osd tree", map.epoch));
}

/** Follows the increments from the blank map on; every epoch is compared with the monitor's. */
async function follow(session: MonSession, increments: Increments, last: number): Promise<OsdMap> {
  let map = OsdMap.blank();
  for (let epoch = 1; epoch <= last; epoch++) {
    const bytes = increments.get(epoch)!;
    assertEquals(encodeIncremental(decodeIncremental(bytes)).toHex(), bytes.toHex(), `increment ${epoch}`);
    map = osdMapCodec.apply(map, bytes);
    const theirs = await session.osdMap(epoch);
    assertEquals(map.bytes.toHex(), theirs.toHex(), `epoch ${epoch}`);
    assertEquals(OsdMap.decode(theirs).crc, map.crc);
    checkParts(map);
    await checkDumps(session, map);
  }
  const crush = await session.command({ prefix: "osd crush dump", format: "json" });
  assertEquals(
    canonicalJson(cephJson(dumpCrushMap(map.crush))),
    canonicalJson(new TextDecoder().decode(crush)),
  );
  return map;
}

/** What no command of an operator changes, or what needs more than this cluster. */
const NEVER_CHANGED = [
  "upmapPrimaries",
  "newLastCleanInterval",
  "clusterSnapshot",
  "newRequireOsdRelease",
  "stretchMode",
  "mutateAllowCrimson",
];

/** The fields that no increment changed. */
function unchanged(increments: Increments): string[] {
  const blank = blankIncremental("", 0);
  const decoded = [...increments.values()].map(decodeIncremental);
  const names = Object.keys(blank) as (keyof OsdMapIncremental)[];
  return names.filter((name) => decoded.every((inc) => equal(inc[name], blank[name])));
}

Deno.test(
  { name: "applyChecked() makes the monitor's bytes of every epoch of a cluster", ignore },
  async () => {
    const conf = [
      "mon allow pool delete = true",
      "osd pool default size = 2",
      "paxos propose interval = 0.05",
    ];
    await RealCluster.run({ osds: 4, mgr: true, conf }, async (cluster) => {
      using session = await MonSession.open(cluster);
      const increments = new Map<number, Uint8Array>();
      session.subscribe("osdmap", 1n, MOSDMap, ({ incrementals }) => {
        for (const [epoch, bytes] of incrementals) increments.set(epoch, bytes);
      });
      await make(session, POOL_CHANGES);
      await runTool("/usr/bin/python3", "-c", SELF_MANAGED_SNAPS, cluster.conf);
      await make(session, PLACEMENT_CHANGES);
      await setOldCrush(session);
      await make(session, SETTING_CHANGES);
      await cluster.waitFor(() => !unchanged(increments).includes("newPurgedSnaps"), "purged snapshots");
      await cluster.stopOsd(3);
      await make(session, OSD_CHANGES);
      const { epoch } = await cluster.commandJson<{ epoch: number }>("mon", { prefix: "osd stat" });
      await cluster.waitFor(() => increments.has(epoch), `epoch ${epoch}`);
      const map = await follow(session, increments, epoch);
      assertEquals(unchanged(increments), NEVER_CHANGED);

      const store = new OsdMapStore(osdMapCodec);
      const maps = new Map([[epoch - 10, await session.osdMap(epoch - 10)]]);
      assertEquals(store.take({ maps, incrementals: increments }).trouble, undefined);
      assertEquals([store.epoch >= epoch, store.map!.fsid], [true, map.fsid]);
    });
  },
);
