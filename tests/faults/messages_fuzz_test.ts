/** Whatever bytes a message holds, its codec throws DecodeError or nothing, soon, and makes nothing out of nothing. */

import { assert } from "@std/assert";
import * as fc from "fast-check";
import { DecodeError, Decoder } from "../../mgr/encoding/mod.ts";
import { KNOWN_MESSAGES, messageOf } from "../../mgr/messages/registry.ts";
import type { RawMessage } from "../../mgr/types/raw_message.ts";
import { specFixtures } from "../spec_vectors.ts";

interface Recorded {
  readonly message: string;
  readonly type: number;
  readonly version: number;
  readonly compat: number;
  readonly front_hex: string;
  readonly data_hex?: string;
}

function collect(value: unknown): Recorded[] {
  if (typeof value !== "object" || value === null) return [];
  if ("message" in value && "front_hex" in value) return [value as Recorded];
  return Object.values(value).flatMap(collect);
}

const recorded = [...collect(specFixtures("monitor_session")), ...collect(specFixtures("daemon_sessions"))]
  .filter((m) => m.front_hex.length <= 20_000 && messageOf(m.type) !== undefined);

/** Decodes; anything but DecodeError is thrown on. */
function tolerate(raw: RawMessage): void {
  try {
    messageOf(raw.type)!.unpack(raw);
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e;
  }
}

const NOTHING = new Uint8Array(0);
const rawOf = (type: number, version: number, front: Uint8Array, data = NOTHING): RawMessage => (
  { type, version, compat: 1, priority: 127, tid: 1n, front, middle: NOTHING, data }
);

for (const { name, type, version } of KNOWN_MESSAGES) {
  Deno.test(`${name}: any bytes`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(version + 1), (bytes, v) => {
      tolerate(rawOf(type, v, bytes, bytes));
    }));
  });

  const samples = recorded.filter((m) => m.type === type);
  if (samples.length === 0) continue;
  Deno.test(`${name}: recorded bytes that were cut, changed or grown`, () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255), width: fc.constantFrom(1, 4, 8) });
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(change, { maxLength: 4 }),
        fc.option(fc.nat()),
        (m, changes, cut) => {
          const front = Uint8Array.fromHex(m.front_hex);
          const data = Uint8Array.fromHex(m.data_hex ?? "");
          for (const { at, to, width } of changes) {
            const i = front.length === 0 ? 0 : at % front.length;
            front.fill(to, i, i + width);
            data.fill(to, i, i + width);
          }
          const length = cut === null ? front.length : cut % (front.length + 1);
          tolerate({ ...rawOf(m.type, m.version, front.subarray(0, length), data), compat: m.compat });
        },
      ),
      { numRuns: 300 },
    );
  });
}

Deno.test("Decoder.list() makes no room for elements that are only announced", () => {
  const bytes = new Uint8Array(64 * 1024 * 1024);
  new DataView(bytes.buffer).setUint32(0, bytes.length - 4, true);
  bytes[12] = 1;
  const before = Deno.memoryUsage().heapUsed;
  try {
    new Decoder(bytes).list((d) => d.versioned("X", 0, (d) => d.u8()));
  } catch (e) {
    assert(e instanceof DecodeError);
  }
  assert(Deno.memoryUsage().heapUsed - before < 64 * 1024 * 1024);
});
