/** What a process prints becomes lines, cut and paced. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { LineReader, MAX_BYTES_PER_SECOND, MAX_LINE_CHARS } from "./line_reader.ts";

const utf8 = new TextEncoder();

/** A stream of these chunks that counts how many were taken. */
function streamOf(
  chunks: readonly Uint8Array<ArrayBuffer>[],
): { stream: ReadableStream<Uint8Array<ArrayBuffer>>; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (taken === chunks.length) controller.close();
      else controller.enqueue(chunks[taken++]!);
    },
  }, { highWaterMark: 0 });
  return { stream, taken: () => taken };
}

async function linesOf(...texts: readonly (string | Uint8Array<ArrayBuffer>)[]): Promise<string[]> {
  const lines: string[] = [];
  const chunks = texts.map((text) => typeof text === "string" ? utf8.encode(text) : text);
  await new LineReader(new FakeClock(), (line) => lines.push(line)).read(streamOf(chunks).stream);
  return lines;
}

Deno.test("LineReader finds lines across chunks, the last one without an end too", async () => {
  assertEquals(await linesOf("on", "e\ntwo\n\nthr", "ee"), ["one", "two", "", "three"]);
  assertEquals(await linesOf(), []);
});

Deno.test("LineReader puts characters together that were cut in two", async () => {
  const bytes = utf8.encode("ä\n");
  assertEquals(await linesOf(bytes.slice(0, 1), bytes.slice(1)), ["ä"]);
});

Deno.test("LineReader cuts a line without end", async () => {
  const [line] = await linesOf(...Array.from({ length: 10 }, () => "x".repeat(MAX_LINE_CHARS)));
  assertEquals(line!.length, MAX_LINE_CHARS);
});

Deno.test("LineReader leaves in the pipe what is more than it reads in a second", async () => {
  const clock = new FakeClock();
  const chunk = new Uint8Array(MAX_BYTES_PER_SECOND / 4).fill(10);
  const { stream, taken } = streamOf(Array.from({ length: 12 }, () => chunk));
  const reading = new LineReader(clock, () => {}).read(stream);
  await clock.advance(999);
  assertEquals(taken(), 5);
  await clock.advance(1);
  assertEquals(taken(), 10);
  await clock.advance(1000);
  await reading;
  assertEquals(taken(), 12);
});
