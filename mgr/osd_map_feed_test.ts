/** OSDMaps of a monitor that lies, or has lost something: the whole map is asked for, and nobody sees a half. */

import { assertEquals } from "@std/assert";
import { bigOsdMap } from "../tests/fakes/big_osd_map.ts";
import { pack } from "./messages/message.ts";
import { MOSDMap } from "./messages/osd_map.ts";
import { MonFeed } from "./mon_feed.ts";
import { ClusterState } from "./state/cluster_state.ts";
import { OsdMapStore } from "./state/osd_map_store.ts";
import type { OsdMap } from "./types/osd_map.ts";
import { osdMapCodec } from "./types/osd_map_apply.ts";
import { blankIncremental, encodeIncremental } from "./types/osd_map_incremental.ts";

const FIRST = bigOsdMap({ osds: 4, pgs: 8, upmaps: 0 });
const { fsid, epoch: FIRST_EPOCH, modified } = FIRST;

/** The increment that makes `epoch`. */
const increment = (epoch: number): Uint8Array =>
  encodeIncremental({ ...blankIncremental(fsid, epoch, modified), newFlags: epoch });

/** A feed that has the first map, and what came of it: epochs that others saw, and what was asked for. */
class World {
  readonly seen: number[] = [];
  readonly asked: string[] = [];
  readonly store = new OsdMapStore<OsdMap>(osdMapCodec, ({ epoch }) => void this.seen.push(epoch));
  readonly #feed: MonFeed<OsdMap>;

  constructor() {
    const nothing = (): void => {};
    const mon = {
      subscribe: (name: string, start = 0n) => void this.asked.push(`${name} ${start}`),
      got: nothing,
    };
    this.#feed = new MonFeed(mon, new ClusterState(), this.store, {
      ...{ mgrMap: nothing, config: nothing, kv: nothing, fsMap: nothing, serviceMap: nothing },
      ...{ digest: nothing, clusterLog: nothing, taken: nothing },
    });
    this.push([], [[FIRST_EPOCH, FIRST.bytes]]);
  }

  push(incrementals: readonly [number, Uint8Array][], maps: readonly [number, Uint8Array][] = []): void {
    const newestMap = Math.max(...[...incrementals, ...maps].map(([epoch]) => epoch));
    this.#feed.message(pack(MOSDMap, {
      fsid,
      incrementals: new Map(incrementals),
      maps: new Map(maps),
      oldestMap: 1,
      newestMap,
    }));
  }
}

/** The bytes with one of the middle turned over: the checksum does not fit. */
function spoilt(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length >> 1]! ^= 0xff;
  return copy;
}

const next = FIRST_EPOCH + 1;
const BAD: Readonly<Record<string, readonly [number, Uint8Array][]>> = {
  "whose checksum does not fit": [[next, spoilt(increment(next))]],
  "that is cut short": [[next, increment(next).slice(0, -9)]],
  "of another epoch than it says": [[next, increment(next + 3)]],
  "behind a gap": [[next + 1, increment(next + 1)]],
};

for (const [what, increments] of Object.entries(BAD)) {
  Deno.test(`MonFeed asks for a whole OSDMap after an increment ${what}, and the last good one stays`, () => {
    const w = new World();
    w.push(increments);
    assertEquals([w.asked.at(-1), w.seen, w.store.map!.epoch], ["osdmap 0", [FIRST_EPOCH], FIRST_EPOCH]);
    // The whole map that comes then is taken, and increments go on from it.
    const whole = osdMapCodec.apply(FIRST, increment(next));
    w.push([], [[next, whole.bytes]]);
    w.push([[next + 1, increment(next + 1)]]);
    assertEquals([w.asked.at(-1), w.seen], [`osdmap ${next + 2}`, [FIRST_EPOCH, next, next + 1]]);
  });
}
