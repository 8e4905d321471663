/** Options of a module: texts on one side, values on the other. */

import { assertEquals } from "@std/assert";
import { DeclaredOptions, type ModuleOptionValue } from "./declared_options.ts";

const DECLARED = {
  place: { type: "str", default: "world" },
  count: { type: "int", min: 1, max: 10 },
  size: { type: "size", default: 4096 },
  period: { type: "secs", default: 60 },
  loud: { type: "bool", default: true },
  how: { default: "fast", enumAllowed: ["fast", "slow"] },
} as const;

class Fixture {
  readonly complaints: string[] = [];
  constructor(readonly options: DeclaredOptions) {}

  static of(...texts: [string, string][]): Fixture {
    return new Fixture(new DeclaredOptions(DECLARED, "x", texts));
  }

  get(name: string, localized = false): ModuleOptionValue | undefined {
    return this.options.get(name, localized, (text) => void this.complaints.push(text));
  }
}

Deno.test("DeclaredOptions.get() answers the default while nothing is set", () => {
  const f = Fixture.of();
  assertEquals(Object.keys(DECLARED).map((name) => f.get(name)), [
    "world",
    undefined,
    4096,
    60,
    true,
    "fast",
  ]);
});

Deno.test("DeclaredOptions.get() answers a text for an option without a type, set or not", () => {
  const of = (...texts: [string, string][]) =>
    new DeclaredOptions({ count: { default: 5 } }, "x", texts).get("count", false, () => {});
  assertEquals([of(), of(["count", "7"])], ["5", "7"]);
});

Deno.test("DeclaredOptions.get() answers what is set in its type", () => {
  const f = Fixture.of(["count", "7"], ["size", "1K"], ["period", "2m"], ["loud", "False"], ["how", "slow"]);
  assertEquals(["count", "size", "period", "loud", "how"].map((name) => f.get(name)), [
    7,
    1024,
    120,
    false,
    "slow",
  ]);
});

Deno.test("DeclaredOptions.get() prefers this manager's own value when it is asked to", () => {
  const f = Fixture.of(["place", "Mars"], ["x/place", "Venus"], ["y/place", "Pluto"]);
  assertEquals([f.get("place"), f.get("place", true)], ["Mars", "Venus"]);
  f.options.set(f.options.localName("place"), null);
  assertEquals(f.get("place", true), "Mars");
});

Deno.test("DeclaredOptions.get() takes what is not allowed for not set, and complains once", () => {
  const f = Fixture.of(["count", "many"], ["x/count", "99"], ["loud", "yes"], ["how", "never"]);
  assertEquals([f.get("count"), f.get("count", true), f.get("loud"), f.get("how")], [
    undefined,
    undefined,
    true,
    "fast",
  ]);
  f.get("count");
  assertEquals(f.complaints.length, 4);
  assertEquals(f.complaints[1], "Cannot use option x/count: '99' exceeds maximum 10");
  f.options.replace([["count", "0"]]);
  assertEquals([f.get("count"), f.complaints[4]], [
    undefined,
    "Cannot use option count: '0' is below minimum 1",
  ]);
});

Deno.test("DeclaredOptions.set(): null and an empty text go back to the default", () => {
  const f = Fixture.of(["place", "Mars"]);
  f.options.set("place", null);
  assertEquals(f.get("place"), "world");
  f.options.set("place", "Venus");
  f.options.set("place", "");
  assertEquals(f.get("place"), "world");
});

Deno.test("DeclaredOptions.has() knows what is declared and nothing else", () => {
  const { options } = Fixture.of(["other", "1"]);
  assertEquals(["place", "other", "toString", "__proto__"].map((name) => options.has(name)), [
    true,
    false,
    false,
    false,
  ]);
});
