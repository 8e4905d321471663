/** Requests to the monitors over lost sessions. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { MAX_PENDING_REQUESTS, RequestLostError, Requests } from "./requests.ts";

const NOTHING = new Uint8Array(0);
const raw = (tid: bigint): RawMessage => (
  { type: 50, version: 1, compat: 1, priority: 127, tid, front: NOTHING, middle: NOTHING, data: NOTHING }
);

function setUp(): { clock: FakeClock; sent: bigint[]; requests: Requests } {
  const clock = new FakeClock();
  const sent: bigint[] = [];
  return { clock, sent, requests: new Requests(clock, (m) => sent.push(m.tid) > 0) };
}

Deno.test("Requests.ask() resolves with the answer of its number", async () => {
  const { requests, sent } = setUp();
  const first = requests.ask("a", raw, { timeoutMs: 1000 });
  const second = requests.ask("b", raw, { timeoutMs: 1000 });
  assertEquals(sent, [1n, 2n]);
  assertEquals(requests.answer(2n, raw(2n)), true);
  assertEquals((await second).tid, 2n);
  assertEquals([requests.answer(1n, raw(1n)), requests.answer(1n, raw(1n)), requests.size], [true, false, 0]);
  await first;
});

Deno.test("Requests.ask() gives up after its time-out", async () => {
  const { clock, requests } = setUp();
  const answer = assertRejects(
    () => requests.ask("'osd metadata'", raw, { timeoutMs: 5000 }),
    Error,
    "no answer of the monitors in 5 s",
  );
  await clock.advance(5000);
  await answer;
  assertEquals(requests.size, 0);
});

Deno.test("Requests.ask() ends with its signal", async () => {
  const { requests } = setUp();
  const abort = new AbortController();
  const answer = assertRejects(
    () => requests.ask("a", raw, { timeoutMs: 5000, signal: abort.signal }),
    Error,
    "enough",
  );
  abort.abort(new Error("enough"));
  await answer;
});

Deno.test("Requests.newSession() resends reads with their numbers and holds writes until they are released", async () => {
  const { requests, sent } = setUp();
  const all = [
    requests.ask("read", raw, { timeoutMs: 1000 }),
    requests.ask("write", raw, { timeoutMs: 1000, write: true }),
  ];
  requests.newSession();
  all.push(requests.ask("later write", raw, { timeoutMs: 1000, write: true }));
  assertEquals(sent, [1n, 2n, 1n]);
  requests.releaseWrites();
  assertEquals(sent, [1n, 2n, 1n, 2n, 3n]);
  for (const id of [1n, 2n, 3n]) requests.answer(id, raw(id));
  await Promise.all(all);
});

Deno.test("Requests.failWrites() fails unanswered writes only", async () => {
  const { requests } = setUp();
  const read = requests.ask("read", raw, { timeoutMs: 1000 });
  const write = assertRejects(
    () => requests.ask("'config set'", raw, { timeoutMs: 1000, write: true }),
    RequestLostError,
    "Cannot tell whether 'config set' was done: role lost",
  );
  requests.failWrites("role lost");
  await write;
  requests.answer(1n, raw(1n));
  await read;
});

Deno.test("Requests.ask() refuses more than its limit", async () => {
  const { requests } = setUp();
  const all = Array.from(
    { length: MAX_PENDING_REQUESTS },
    () => requests.ask("a", raw, { timeoutMs: 1000 }).catch(() => {}),
  );
  await assertRejects(() => requests.ask("a", raw, { timeoutMs: 1000 }), Error, "unanswered");
  requests.close("shutting down");
  await settle();
  await Promise.all(all);
});
