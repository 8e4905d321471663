/** Lines, levels, places, and a file that is rotated away. */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { LogLevel, LogRecord } from "@logtape/logtape";
import { formatRecord, LogFile, shownAt } from "./log_file.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warning", "error", "fatal"];

const record = (
  level: LogLevel,
  message: readonly unknown[],
  category = ["ganglion", "monc"],
): LogRecord => ({
  category,
  level,
  message,
  rawMessage: "",
  timestamp: Date.UTC(2026, 10, 23, 14, 40, 34, 11),
  properties: {},
});

Deno.test("formatRecord() writes one line as Ceph does, whatever the text holds", () => {
  assertMatch(
    formatRecord(record("info", ["session with ", { a: 1 }, "\nsecond line"]), 0x7f45),
    /^2026-11-2\dT\d\d:\d\d:34\.011[-+]\d{4} 7f45 {2}4 mgr\.monc session with \{ a: 1 \}\\nsecond line\n$/,
  );
  assertMatch(formatRecord(record("error", ["x"]), 1), / -1 mgr\.monc x\n$/);
});

Deno.test("formatRecord() writes a line of a module with the level of Ceph that it has", () => {
  const module = { cephLevel: 1, place: "[box WARNING root]" };
  const line = { ...record("warning", ["full"]), properties: { module } };
  assertMatch(formatRecord(line, 1), / 1 {2}1 \[box WARNING root\] full\n$/);
});

Deno.test("shownAt() shows warnings and errors always, the rest by the option", () => {
  const shown = (n: number): string[] => LEVELS.filter((level) => shownAt(level, n));
  assertEquals(shown(0), ["warning", "error", "fatal"]);
  assertEquals(shown(1), ["warning", "error", "fatal"]);
  assertEquals(shown(2), ["info", "warning", "error", "fatal"]);
  assertEquals(shown(5), ["debug", "info", "warning", "error", "fatal"]);
  assertEquals(shown(30), [...LEVELS]);
});

Deno.test("LogFile.reopen() goes on in a new file after a rotation, and in the old one when that fails", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/log`;
    const file = new LogFile(path);
    file.write("one\n");
    await Deno.rename(path, `${path}.1`);
    file.write("two\n");
    file.reopen();
    file.write("three\n");
    assertEquals(await Deno.readTextFile(`${path}.1`), "one\ntwo\n");
    assertEquals(await Deno.readTextFile(path), "three\n");
    await Deno.remove(path);
    await Deno.mkdir(path);
    assertThrows(() => file.reopen());
    file.write("four\n");
    file[Symbol.dispose]();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
