/** The OSDMap of a module's process, and what it is made of. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bigOsdMap } from "../../../tests/fakes/big_osd_map.ts";
import { nextEpoch } from "../../../tests/fakes/random_osd_map.ts";
import { blankIncremental, encodeIncremental } from "../../types/osd_map_incremental.ts";
import type { OsdMapAnswer } from "../contract.ts";
import { HeldSources } from "./held_sources.ts";
import { OsdMapReplica } from "./osd_map_replica.ts";

const first = bigOsdMap({ osds: 20, pgs: 32, upmaps: 0 });
const second = nextEpoch(first, { newFlags: 1 });
const full = { full: first.bytes, increments: [] };

/** To the second epoch. */
const increment = (epoch: number): Uint8Array =>
  encodeIncremental({ ...blankIncremental(first.fsid, epoch, second.modified), newFlags: 1 });

/** Answers in turn, and remembers what it was asked for. */
function asks(answers: (OsdMapAnswer | null)[]) {
  const have: number[] = [];
  return {
    have,
    ask: (epoch: number): Promise<OsdMapAnswer | null> => {
      have.push(epoch);
      return Promise.resolve(answers.shift()!);
    },
  };
}

Deno.test("OsdMapReplica.newest() shares one question among all who ask meanwhile", async () => {
  const { ask, have } = asks([full, { full: null, increments: [increment(second.epoch)] }]);
  const held = new HeldSources();
  const replica = new OsdMapReplica(ask, held);
  const [a, b] = await Promise.all([replica.newest(), replica.newest()]);
  assert(a === b && a === await replica.newest());
  held.changed(["osdMap"]);
  assertEquals((await replica.newest())!.bytes, second.bytes);
  assertEquals(have, [0, first.epoch]);
});

Deno.test("OsdMapReplica.newest() asks for the whole map when an increment does not fit", async () => {
  const wrong = { full: null, increments: [increment(first.epoch + 5)] };
  const { ask, have } = asks([full, wrong, { full: second.bytes, increments: [] }]);
  const held = new HeldSources();
  const replica = new OsdMapReplica(ask, held);
  await replica.newest();
  held.changed(["osdMap"]);
  assertEquals((await replica.newest())!.epoch, second.epoch);
  assertEquals(have, [0, first.epoch, 0]);
});

Deno.test("OsdMapReplica.newest() does not ask for ever", async () => {
  const broken = { full: first.bytes.slice(0, 50), increments: [] };
  const none = { full: null, increments: [] };
  const { ask, have } = asks([broken, none, null]);
  const held = new HeldSources();
  const replica = new OsdMapReplica(ask, held);
  await assertRejects(() => replica.newest(), Error);
  await assertRejects(() => replica.newest(), Error, "increments alone");
  assertEquals([await replica.newest(), have], [undefined, [0, 0, 0]]);
});
