/** Specifications against what Ceph's own library makes of them (tests/vectors/specs.json), and what it crashes over. */

import { assertEquals, assertThrows } from "@std/assert";
import recorded from "../../tests/vectors/specs.json" with { type: "json" };
import { SpecValidationError } from "./errors.ts";
import { checkHostname, makeHostSpec, readHostSpec } from "./host_spec.ts";
import {
  makePlacement,
  matchingHosts,
  parsePlacement,
  type PlacementSpec,
  placementText,
} from "./placement.ts";
import { oneLine, readServiceSpec } from "./service_spec.ts";
import { cephTime } from "./time.ts";

interface Answer {
  readonly answer?: unknown;
  /** What a user is told. */
  readonly refused?: string;
  /** What is no answer for a user: here it must be refused, in better words. */
  readonly crashed?: string;
}

const HOSTS = [["a", "l"], ["ab"], ["bb", "l", "m"], ["a.b"], ["c"], ["c+"]].map(([hostname, ...labels]) =>
  makeHostSpec({ hostname: hostname!, labels })
);

const CALLS: Readonly<Record<string, (input: unknown) => unknown>> = {
  spec(input) {
    const spec = readServiceSpec(input);
    return { json: spec, line: oneLine(spec) };
  },
  placement(input) {
    const placement = parsePlacement(input as string);
    return { json: placement, text: placementText(placement) };
  },
  host: readHostSpec,
  hostname: (input) => (checkHostname(input as string), null),
  match: (input) => matchingHosts(makePlacement(input as PlacementSpec), HOSTS),
  time: (input) => cephTime(input as string),
};

for (const [call, input, expected] of recorded.answers as [string, unknown, Answer][]) {
  Deno.test(`specifications: ${call} ${JSON.stringify(input)}`, () => {
    const ask = () => CALLS[call]!(input);
    if (expected.refused !== undefined) {
      assertEquals(refusalOf(ask), expected.refused);
    } else if (expected.crashed !== undefined) {
      assertThrows(ask, SpecValidationError);
    } else {
      assertEquals(ask(), expected.answer);
    }
  });
}

function refusalOf(ask: () => unknown): string {
  try {
    return `not refused: ${JSON.stringify(ask())}`;
  } catch (e) {
    if (e instanceof SpecValidationError) return e.message;
    throw e;
  }
}
