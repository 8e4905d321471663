/** Chaos between a monitor and its peers, without either. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { MMonGetVersionReply } from "../../../mgr/messages/mon_get_version.ts";
import { MMonMap } from "../../../mgr/messages/mon_map.ts";
import { pack, type RawMessage, unpack } from "../../../mgr/messages/message.ts";
import { AddrType } from "../../../mgr/types/entity_addr.ts";
import { EMPTY_MON_MAP } from "../state/mon_part.ts";
import { Chaos, type ChaosRule, MAX_LIE } from "./chaos.ts";

const BEACON = 0x6c9;
const LOG = 68;

/** Messages through chaos, with what came out of it. */
class Scene {
  readonly clock = new FakeClock();
  readonly chaos = new Chaos(this.clock);
  readonly got: string[] = [];
  readonly closed: string[] = [];

  rule(rule: Partial<ChaosRule> & Pick<ChaosRule, "action">) {
    return this.chaos.add({ direction: "in", type: BEACON, ...rule });
  }

  say(name: string, type = BEACON, entity = "mgr.x"): this {
    const session = { entity, close: (reason: string) => void this.closed.push(`${entity}: ${reason}`) };
    this.chaos.incoming(session, rawOf(type), () => this.got.push(name));
    return this;
  }
}

function rawOf(type: number): RawMessage {
  const none = new Uint8Array(0);
  return { type, version: 1, compat: 1, priority: 0, tid: 0n, front: none, middle: none, data: none };
}

Deno.test("Chaos drops what a rule takes, as often as it says", () => {
  const s = new Scene();
  const rule = s.rule({ action: { kind: "drop" }, times: 2, entity: /^mgr/ });
  s.say("1").say("2", LOG).say("3", BEACON, "osd.0").say("4").say("5");
  assertEquals([s.got, rule.hits], [["2", "3", "5"], 2]);
});

Deno.test("Chaos delays, and holds until it is told", async () => {
  const s = new Scene();
  s.rule({ action: { kind: "delay", ms: 500 }, times: 1 });
  const held = s.rule({ action: { kind: "hold" } });
  s.say("late").say("held 1").say("held 2");
  assertEquals(s.got, []);
  held.release();
  await s.clock.advance(500);
  assertEquals(s.got, ["held 1", "held 2", "late"]);
});

Deno.test("Chaos lets one message overtake another, and waits no longer than a second", async () => {
  const s = new Scene();
  s.rule({ action: { kind: "reorder" } });
  s.say("1").say("2");
  assertEquals(s.got, ["2", "1"]);
  s.say("3");
  await s.clock.advance(1_000);
  assertEquals(s.got, ["2", "1", "3"]);
});

Deno.test("Chaos resets a connection in place of a message", () => {
  const s = new Scene();
  s.rule({ action: { kind: "reset" }, times: 1 });
  s.say("1").say("2");
  assertEquals([s.got, s.closed], [["2"], ["mgr.x: chaos"]]);
});

Deno.test("Chaos lies about epochs within limits, and about the monitor's address", () => {
  const { chaos } = new Scene();
  const session = { entity: "mgr.x", close: () => {} };
  const told = (raw: RawMessage): RawMessage => {
    let out = raw;
    chaos.outgoing(session, raw, (sent) => out = sent);
    return out;
  };
  const reply = pack(MMonGetVersionReply, { handle: 1n, version: 10, oldestVersion: 1 });
  const versions = [3, -50, 10 * MAX_LIE].map((by) => {
    chaos.lieAboutEpochs(by);
    return unpack(MMonGetVersionReply, told(reply)).version;
  });
  assertEquals(versions, [13, 0, 10 + MAX_LIE]);
  const addr = { type: AddrType.msgr2, nonce: 0, ip: "127.0.0.1", port: 1 };
  const info = { name: "a", publicAddrs: [], priority: 0, weight: 0, crushLoc: new Map() };
  const monMap = { ...EMPTY_MON_MAP, epoch: 4, monInfo: new Map([["a", info]]) };
  chaos.redirectTo([addr]);
  const moved = unpack(MMonMap, told(pack(MMonMap, { monMap }))).monMap;
  assertEquals([moved.epoch, moved.monInfo.get("a")!.publicAddrs], [5, [addr]]);
  chaos.clear();
  assertEquals(told(reply), reply);
});

Deno.test("Chaos.freeze() keeps what is sent until thaw(); the wall clock can be wrong", async () => {
  const { chaos, clock } = new Scene();
  const sent: number[] = [];
  const session = { entity: "mgr.x", close: () => {} };
  chaos.freeze();
  for (const type of [1, 2]) chaos.outgoing(session, rawOf(type), (raw) => sent.push(raw.type));
  await clock.advance(0);
  assertEquals(sent, []);
  chaos.thaw();
  await clock.advance(0);
  assertEquals([sent, chaos.frozen], [[1, 2], undefined]);
  chaos.clock.skew(-60_000);
  assertEquals(chaos.clock.wall(), clock.wall() - 60_000);
  chaos.clear();
  assertEquals(chaos.clock.wall(), clock.wall());
});
