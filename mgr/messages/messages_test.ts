/** Every recorded message of real daemons decodes, and encodes to the same bytes again. */

import { assert, assertEquals } from "@std/assert";
import { DecodeError } from "../encoding/mod.ts";
import type { RawMessage } from "./message.ts";
import { isKnown, KNOWN_MESSAGES, messageOf } from "./registry.ts";

interface Recorded {
  readonly name?: string;
  readonly message: string;
  readonly type: number;
  readonly version: number;
  readonly compat: number;
  readonly tid?: number;
  readonly front_hex: string;
  readonly data_hex?: string;
}

const FIXTURES = new URL("../../../shared/spec/fixtures.json", import.meta.url);

async function readFixtures(): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(FIXTURES));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw e;
  }
}

const isRecorded = (v: object): v is Recorded => "message" in v && "front_hex" in v;

/** All recorded messages below `value`, with the path to each. */
function collect(value: unknown, path: string): [string, Recorded][] {
  if (typeof value !== "object" || value === null) return [];
  if (isRecorded(value)) return [[value.name ?? path, value]];
  return Object.entries(value).flatMap(([key, v]) => collect(v, path === "" ? key : `${path}.${key}`));
}

const rawOf = (m: Recorded): RawMessage => ({
  type: m.type,
  version: m.version,
  compat: m.compat,
  priority: 127,
  tid: BigInt(m.tid ?? 0),
  front: Uint8Array.fromHex(m.front_hex),
  middle: new Uint8Array(0),
  data: Uint8Array.fromHex(m.data_hex ?? ""),
});

const fixtures = await readFixtures();
const recorded = [...collect(fixtures?.monitor_session, ""), ...collect(fixtures?.daemon_sessions, "")];

Deno.test({ name: "recorded messages: there are some", ignore: fixtures === undefined }, () => {
  assert(recorded.length > 80, `${recorded.length} found`);
});

for (const [name, message] of recorded) {
  Deno.test(`${message.message}: ${name} decodes and encodes to the same bytes`, () => {
    const known = messageOf(message.type);
    assert(known !== undefined, `${message.message} has no codec`);
    assertEquals(known.name, message.message);
    const again = known.repack(rawOf(message));
    assertEquals(again.front.toHex(), message.front_hex);
    assertEquals(again.data.toHex(), message.data_hex ?? "");
    assertEquals([again.version, again.compat], [message.version, message.compat || message.version]);
  });
}

/** Lengths to cut a front to: all of a short one, some of a long one. */
const cuts = (length: number): number[] =>
  Array.from({ length: Math.min(length, 40) }, (_, i) => Math.floor((i * length) / Math.min(length, 40)));

/** Whether reading ends as it should: with a value, or with a DecodeError. */
function readsOrRefuses(raw: RawMessage): boolean {
  try {
    messageOf(raw.type)!.unpack(raw);
    return true;
  } catch (e) {
    return e instanceof DecodeError;
  }
}

for (const [name, message] of recorded) {
  Deno.test(`${message.message}: ${name} cut short or with a byte changed is read or refused`, () => {
    const raw = rawOf(message);
    for (const cut of cuts(raw.front.length)) {
      assert(readsOrRefuses({ ...raw, front: raw.front.subarray(0, cut) }), `cut to ${cut}`);
      const front = raw.front.slice();
      front[cut] = front[cut]! ^ 0xff;
      assert(readsOrRefuses({ ...raw, front }), `byte ${cut} changed`);
    }
  });
}

Deno.test("KNOWN_MESSAGES: type numbers are unique and ascend", () => {
  const types = KNOWN_MESSAGES.map((m) => m.type);
  assertEquals(types, [...new Set(types)].sort((a, b) => a - b));
});

Deno.test("isKnown() refuses a number without a codec", () => {
  assertEquals([isKnown(0x704), isKnown(0x7ff)], [true, false]);
});
