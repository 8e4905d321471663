/** Operations in storms of map changes and lost sessions: each is done once, in its order, whatever happens. */

import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { replyTo, type SentOp } from "../../tests/fakes/fake_osds.ts";
import { Random } from "../../tests/fakes/random.ts";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { OSDS, POOL, servedBy, smallOsdMap, withPool } from "../../tests/fakes/small_osd_map.ts";
import { OsdMapper } from "../crush/osd_mapper.ts";
import { type RawMessage, unpack } from "../messages/message.ts";
import { MOSDOp } from "../messages/osd_op.ts";
import { HASH_OF_NAME } from "../types/object_locator.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { append } from "./data_steps.ts";
import { Objecter, type ObjecterLink } from "./objecter.ts";

const STORMS = 40;
const EVENTS = 150;
const TARGET = { oid: "a", locator: { pool: POOL, key: "", nspace: "", hash: HASH_OF_NAME } };

/** OSDs that do what real ones do: drop what is not for them or too old, and nothing twice. */
class StormyCluster implements ObjecterLink {
  map: OsdMap;
  readonly done: bigint[] = [];
  readonly open = new Set<number>(OSDS);
  readonly objecter = new Objecter(this, new FakeClock());
  /** OSDs drop what was sent with an older epoch. */
  #since: number;
  readonly #arriving: SentOp[] = [];
  readonly #answers: SentOp[] = [];
  /** Epochs that the client has not heard of. */
  readonly #unheard: OsdMap[] = [];

  constructor() {
    this.map = smallOsdMap();
    this.#since = this.map.epoch;
    this.objecter.osdMap(this.map);
    this.objecter.start();
  }

  want(): void {}
  newestEpoch(): Promise<number> {
    return Promise.resolve(this.map.epoch);
  }
  refusal(): undefined {}
  blocklisted(): void {}

  send(osd: number, raw: RawMessage): boolean {
    if (this.open.has(osd)) this.#arriving.push({ osd, tid: raw.tid, op: unpack(MOSDOp, raw) });
    return this.open.has(osd);
  }

  /** The next epoch; `drops`: operations that were sent before it are lost. */
  change(make: (map: OsdMap) => OsdMap, drops: boolean): void {
    this.map = make(this.map);
    this.#unheard.push(this.map);
    if (drops) this.#since = this.map.epoch;
  }

  /** Others serve the PG. */
  move(osds: readonly number[]): void {
    this.change((map) => servedBy(map, osds), osds.join() !== this.acting.join());
  }

  get acting(): readonly number[] {
    return new OsdMapper(this.map).map({ pool: POOL, seed: 0 })!.acting;
  }

  /** The client hears of the next epoch; sometimes of a later one. */
  hear(skip: number): void {
    const map = this.#unheard.splice(0, 1 + skip).at(-1);
    if (map !== undefined) this.objecter.osdMap(map);
  }

  /** An OSD takes the next operation that was sent. */
  arrive(): void {
    const sent = this.#arriving.shift();
    if (sent === undefined) return;
    if (sent.osd !== this.acting[0] || sent.op.osdmapEpoch < this.#since) return;
    if (!this.done.includes(sent.tid)) this.done.push(sent.tid);
    this.#answers.push(sent);
  }

  answer(): void {
    const sent = this.#answers.shift();
    if (sent !== undefined) this.objecter.reply(sent.osd, replyTo(sent));
  }

  lose(osd: number): void {
    this.open.delete(osd);
    for (const list of [this.#arriving, this.#answers]) {
      list.splice(0, list.length, ...list.filter((sent) => sent.osd !== osd));
    }
    this.objecter.lost(osd, "reset");
  }

  reopen(osd: number): void {
    if (this.open.has(osd)) return;
    this.open.add(osd);
    this.objecter.opened(osd);
  }

  /** Nothing bad happens any more. */
  calm(): void {
    while (this.#unheard.length > 0) this.hear(0);
    for (const osd of OSDS) this.reopen(osd);
    for (let i = 0; i < 1000; i++) {
      this.arrive();
      this.answer();
    }
  }
}

function storm(cluster: StormyCluster, random: Random, submit: () => void): void {
  const events: (() => void)[] = [
    submit,
    submit,
    () => cluster.arrive(),
    () => cluster.arrive(),
    () => cluster.answer(),
    () => cluster.answer(),
    () => cluster.hear(0),
    () => cluster.hear(0),
    () => cluster.hear(random.below(4)),
    () => cluster.hear(random.below(4)),
    () => cluster.move(random.distinct(2, OSDS.length)),
    () => cluster.change((map) => nextEpoch(map, {}), false),
    () => cluster.change((map) => withPool(map, POOL, "p", { lastForceOpResend: map.epoch + 1 }), true),
    () => {
      const { acting } = cluster;
      cluster.move([...acting].reverse());
      cluster.move(acting);
    },
    () => cluster.lose(random.below(OSDS.length)),
    () => cluster.reopen(random.below(OSDS.length)),
    () => cluster.reopen(random.below(OSDS.length)),
  ];
  for (let i = 0; i < EVENTS; i++) random.pick(events)();
}

Deno.test("Objecter: every write is done once, in order, and answered, through any storm", async () => {
  for (let seed = 0; seed < STORMS; seed++) {
    const cluster = new StormyCluster();
    let asked = 0n;
    let answered = 0n;
    const submit = (): void => {
      asked++;
      const step = append(new Uint8Array(1)).osdOp;
      cluster.objecter.submit({ target: TARGET, steps: [step], action: "append" }).then(() => answered++);
    };
    storm(cluster, new Random(seed), submit);
    cluster.calm();
    await settle();
    const all = Array.from({ length: Number(asked) }, (_, i) => BigInt(i + 1));
    assertEquals([seed, cluster.done, answered], [seed, all, asked]);
  }
});
