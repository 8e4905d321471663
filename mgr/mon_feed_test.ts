/** What the monitors push: kept, told on, and asked for again. */

import { assertEquals } from "@std/assert";
import { pack } from "./messages/message.ts";
import { MFSMap } from "./messages/fs_map.ts";
import { MKVData } from "./messages/kv_data.ts";
import { MMgrMap } from "./messages/mgr_map.ts";
import { MOSDMap } from "./messages/osd_map.ts";
import { MonFeed } from "./mon_feed.ts";
import { NULL_MAP_EPOCH } from "./mon/tenure.ts";
import { ClusterState } from "./state/cluster_state.ts";
import { OsdMapStore } from "./state/osd_map_store.ts";
import { BLANK_MGR_MAP, type MgrMap } from "./types/mgr_map.ts";
import { ZERO_UUID } from "./types/uuid.ts";

/** A feed, what it asked for, and what it told. */
class World {
  readonly asked: string[] = [];
  readonly told: string[] = [];
  readonly state = new ClusterState();
  taken = 0;
  readonly feed: MonFeed<string>;

  constructor() {
    const mon = {
      subscribe: (name: string, start = 0n, onetime = false) =>
        void this.asked.push(`${name} ${start}${onetime ? " once" : ""}`),
      got: (name: string, have: bigint) => void this.asked.push(`got ${name} ${have}`),
    };
    const codec = {
      decode: (bytes: Uint8Array) => bytes.toHex(),
      apply: (map: string, bytes: Uint8Array) => `${map}+${bytes.toHex()}`,
    };
    const say = (text: string): void => void this.told.push(text);
    this.feed = new MonFeed(mon, this.state, new OsdMapStore(codec), {
      mgrMap: ({ epoch }) => say(`mgrmap ${epoch}`),
      config: () => say("config"),
      kv: (prefix, keys) => say(`kv ${prefix} ${keys}`),
      fsMap: ({ epoch }) => say(`fsmap ${epoch}`),
      serviceMap: () => say("servicemap"),
      digest: () => say("digest"),
      clusterLog: () => say("log"),
      taken: () => this.taken++,
    });
  }
}

const mgrMap = (epoch: number): MgrMap => ({
  ...BLANK_MGR_MAP,
  epoch,
  activeGid: 7n,
  available: true,
  activeName: "x",
});

Deno.test("MonFeed tells after each push that data may be others now", () => {
  const w = new World();
  const raw = pack(MMgrMap, { map: mgrMap(5) });
  w.feed.message(raw);
  w.feed.message({ ...raw, type: 0xffff });
  assertEquals([w.told, w.taken], [["mgrmap 5"], 1]);
});

Deno.test("MonFeed.subscribe() asks for everything once, standby or not", () => {
  const w = new World();
  w.feed.subscribe();
  assertEquals(w.asked.sort(), [
    "config 0",
    "fsmap 0",
    "kv:config/ 0",
    "kv:device/ 0",
    "kv:mgr/ 0",
    "log-info 0",
    "mgrdigest 0",
    "mgrmap 0",
    "monmap 0",
    "osdmap 0 once",
    "servicemap 0",
  ]);
});

Deno.test("MonFeed ignores a MgrMap that is older than the one it has: that monitor lags behind", () => {
  const w = new World();
  w.feed.sessionUp(7n);
  for (const epoch of [5, 6, 6, 5]) w.feed.message(pack(MMgrMap, { map: mgrMap(epoch) }));
  assertEquals([w.told, w.state.mgrMap?.epoch], [["mgrmap 5", "mgrmap 6", "mgrmap 6"], 6]);
  w.feed.sessionUp(7n);
  w.feed.message(pack(MMgrMap, { map: mgrMap(5) }));
  assertEquals(w.told.length, 3);
});

Deno.test("MonFeed takes any MgrMap under a new identity, and never keeps the null map", () => {
  const w = new World();
  w.feed.sessionUp(7n);
  w.feed.message(pack(MMgrMap, { map: mgrMap(6) }));
  w.feed.message(pack(MMgrMap, { map: mgrMap(NULL_MAP_EPOCH) }));
  assertEquals(w.state.mgrMap?.epoch, 6);
  w.feed.sessionUp(9n);
  w.feed.message(pack(MMgrMap, { map: mgrMap(2) }));
  assertEquals([w.told, w.state.mgrMap?.epoch], [["mgrmap 6", `mgrmap ${NULL_MAP_EPOCH}`, "mgrmap 2"], 2]);
});

Deno.test("MonFeed asks for each OSDMap that follows, and says what it has of the others", () => {
  const w = new World();
  const maps = new Map([[4, new Uint8Array([4])]]);
  const osdMap = {
    fsid: ZERO_UUID,
    incrementals: new Map(),
    maps,
    oldest: 1,
    newest: 4,
    gapRemovedSnaps: new Map(),
  };
  w.feed.message(pack(MOSDMap, { ...osdMap, oldestMap: 1, newestMap: 4 }));
  const data = new Map([["mgr/a", new Uint8Array([1])]]);
  w.feed.message(pack(MKVData, { version: 9n, prefix: "mgr/", incremental: false, data }));
  assertEquals(w.asked, ["osdmap 5 once", "got kv:mgr/ 9"]);
  assertEquals(w.told, ["kv mgr/ mgr/a"]);
});

Deno.test("MonFeed leaves alone what is not its own", () => {
  const { type } = MFSMap;
  const raw = pack(MMgrMap, { map: mgrMap(1) });
  assertEquals(new World().feed.message({ ...raw, type: type + 1000 }), false);
});

Deno.test("MonFeed goes on when a monitor pushes what it cannot read", () => {
  const w = new World();
  const raw = pack(MMgrMap, { map: mgrMap(5) });
  assertEquals(w.feed.message({ ...raw, front: raw.front.subarray(0, 20) }), true);
  assertEquals(w.feed.message({ ...raw, compat: 99 }), true);
  w.feed.message(raw);
  assertEquals(w.told, ["mgrmap 5"]);
});
