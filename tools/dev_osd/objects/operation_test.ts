/** Operations on objects in memory, with the steps that our RADOS client sends. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { call } from "../../../mgr/rados/class_steps.ts";
import {
  append,
  assertVersion,
  compareExtent,
  create,
  read,
  remove,
  stat,
  truncate,
  write,
  writeFull,
  zero,
} from "../../../mgr/rados/data_steps.ts";
import {
  omapClear,
  omapCompare,
  omapGetByKeys,
  omapGetKeys,
  omapGetValues,
  omapRemove,
  omapRemoveRange,
  omapSet,
} from "../../../mgr/rados/omap_steps.ts";
import { failOk, type ReadStep, type WriteStep } from "../../../mgr/rados/step.ts";
import { compareXattr, getXattr, getXattrs, rmXattr, setXattr } from "../../../mgr/rados/xattr_steps.ts";
import { AddrType } from "../../../mgr/types/entity_addr.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import { ObjectStore } from "./object_store.ts";
import { runOperation } from "./operation.ts";
import { Watches } from "./watches.ts";

const utf8 = new TextEncoder();
const bytes = (text: string): Uint8Array => utf8.encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** One object and what is done to it. */
class Scene {
  readonly store = new ObjectStore();
  readonly #watches = new Watches(new FakeClock());

  run(...steps: readonly WriteStep[]) {
    const peer = {
      gid: 1n,
      name: { type: EntityType.client, num: 1n },
      addr: { type: AddrType.any, nonce: 1, ip: "127.0.0.1", port: 0 },
      send: () => {},
    };
    const watch = { watches: this.#watches, peer, object: "o", epoch: 1 };
    const id = { nspace: "", oid: "o", key: "", hash: 7 };
    const op = { ops: steps.map(({ osdOp }) => osdOp), mtime: { sec: 1, nsec: 0 } };
    return runOperation(this.store, 1, id, op, watch);
  }

  result(...steps: readonly WriteStep[]): number {
    return this.run(...steps).result;
  }

  value<R>(step: ReadStep<R>): R {
    const { outputs, rvals } = this.run(step);
    return step.result(outputs[0]!, rvals[0]!);
  }

  get content(): string {
    return text(this.value(read()));
  }
}

Deno.test("runOperation() writes, appends, cuts and clears bytes", () => {
  const s = new Scene();
  assertEquals(s.result(read()), -2);
  assertEquals(s.result(writeFull(bytes("hello"))), 0);
  s.run(append(bytes(" world")));
  s.run(write(bytes("W"), 6));
  assertEquals([s.content, s.value(stat()).size], ["hello World", 11]);
  s.run(truncate(5));
  s.run(zero(0, 1));
  assertEquals(s.content, "\0ello");
  assertEquals(text(s.value(read(1, 2))), "el");
  assertEquals([s.result(remove()), s.result(remove()), s.result(stat())], [0, -2, -2]);
});

Deno.test("runOperation() does all steps or none, and reads see the object as it was", () => {
  const s = new Scene();
  assertEquals(s.result(setXattr("k", bytes("v")), getXattr("k")), -2);
  assertEquals(s.result(create(true)), 0);
  assertEquals(s.result(create(true)), -17);
  assertEquals(s.run(setXattr("k", bytes("v")), getXattr("k")).rvals, [0, -61]);
  assertEquals(s.value(getXattrs()).size, 0);
  assertEquals(s.result(failOk(getXattr("k")), setXattr("k", bytes("v"))), 0);
  assertEquals(text(s.value(getXattr("k"))), "v");
});

Deno.test("runOperation() keeps guards", () => {
  const s = new Scene();
  s.run(writeFull(bytes("abc")), setXattr("n", bytes("10")));
  const { version } = s.run(stat());
  assertEquals(s.result(assertVersion(version)), 0);
  assertEquals([s.result(assertVersion(version - 1)), s.result(assertVersion(version + 1))], [-34, -75]);
  assertEquals([s.result(compareExtent(1, bytes("bc"))), s.result(compareExtent(0, bytes("aXc")))], [
    0,
    -4096,
  ]);
  assertEquals(s.run(compareXattr("n", "gt", 9n)).result, -125);
  assertEquals(s.run(compareXattr("n", "gt", 11n)).rvals, [1]);
  assertEquals(s.result(compareXattr("n", "eq", bytes("10")), rmXattr("n")), 0);
});

Deno.test("runOperation() keeps the omap in the order of its keys", () => {
  const s = new Scene();
  const keys = ["b", "a", "c2", "c1"];
  assertEquals(s.result(omapRemove(["a"])), -2);
  s.run(omapSet(new Map(keys.map((key) => [key, bytes(key.toUpperCase())]))));
  assertEquals(s.value(omapGetKeys({})), { keys: ["a", "b", "c1", "c2"], more: false });
  assertEquals(s.value(omapGetKeys({ after: "a", max: 2 })), { keys: ["b", "c1"], more: true });
  assertEquals([...s.value(omapGetValues({ prefix: "c" })).values.values()].map(text), ["C1", "C2"]);
  assertEquals([...s.value(omapGetByKeys(["b", "x"])).keys()], ["b"]);
  const isA = new Map([["a", { comparison: "eq" as const, value: bytes("A") }]]);
  assertEquals(s.result(omapCompare(isA), omapRemoveRange("b", "c2")), 0);
  assertEquals(s.value(omapGetKeys({})).keys, ["a", "c2"]);
  s.run(omapClear());
  assertEquals([s.value(omapGetKeys({})).keys, s.result(omapCompare(isA))], [[], -125]);
});

Deno.test("runOperation() answers EOPNOTSUPP to what is not here", () => {
  const s = new Scene();
  s.run(create(false));
  assertEquals(text(s.value(call("hello", "say_hello", bytes("Bob")))), "Hello, Bob!");
  assertEquals(s.result(call("rbd", "get_id", bytes(""))), -95);
  const unknown = { osdOp: { op: 0x2299, flags: 0, union: new Uint8Array(28), data: new Uint8Array(0) } };
  assertEquals([s.result(unknown), s.result()], [-95, -22]);
});
