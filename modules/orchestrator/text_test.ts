/** Tables, figures and formats: what they look like. */

import { assertEquals, assertThrows } from "@std/assert";
import { OrchestratorError } from "@ganglion/sdk/orchestrator";
import { age, size } from "./figures.ts";
import { formatted, pythonJson } from "./format.ts";
import { framedTable } from "./framed_table.ts";
import { previewText } from "./preview.ts";
import { resultText } from "./result_text.ts";
import { readYaml } from "./spec_input.ts";
import { table } from "./table.ts";

Deno.test("table() pads all columns, and is nothing without rows", () => {
  assertEquals(
    table(["A", ">NUMBER"], [["ä1", "1"], ["b", "1000000"]]),
    "A    NUMBER  \nä1        1  \nb   1000000  ",
  );
  assertEquals(table(["A"], []), "");
});

Deno.test("framedTable() centres its title", () => {
  assertEquals(
    framedTable("TITLE", ["SERVICE", "B"], [["x", "y"]]),
    "+-------------+\n|   TITLE     |\n+---------+---+\n|SERVICE  |B  |\n+---------+---+\n|x        |y  |\n+---------+---+",
  );
});

Deno.test("age() grows through its units", () => {
  const now = new Date("2024-01-01T00:00:00Z");
  const ago = (seconds: number) => age(now, new Date(now.getTime() - seconds * 1000).toISOString());
  const ages = [0, 119, 120, 7_199, 7_200, 172_799, 172_800, 1_209_600, 7_257_600, 63_072_000];
  assertEquals(ages.map(ago), ["0s", "119s", "2m", "119m", "2h", "47h", "2d", "2w", "2M", "2y"]);
  assertEquals(age(now, undefined, " ago"), "-");
  assertEquals(age(now, "2023-12-31T23:59:00.000000Z", " ago"), "60s ago");
});

Deno.test("size() has five characters", () => {
  assertEquals([0, 1023, 10_000, 123_456_789, 4_294_967_296].map(size), [
    "   0 ",
    "1023 ",
    "9.76k",
    " 117M",
    "4096M",
  ]);
});

Deno.test("pythonJson() sorts keys and keeps to ASCII", () => {
  assertEquals(
    pythonJson({ b: [1, null], a: { d: "ü", c: true } }),
    '{"a": {"c": true, "d": "\\u00fc"}, "b": [1, null]}',
  );
});

Deno.test("formatted() makes YAML documents, and refuses XML", () => {
  assertEquals(formatted("yaml", [{ b: "1", a: ["x"] }, {}]), "a:\n- x\nb: '1'\n---\n{}\n");
  assertEquals(formatted("yaml", [{ b: { d: 1, c: 2 }, a: 1 }], "as they are"), "b:\n  c: 2\n  d: 1\na: 1\n");
  assertThrows(
    () => formatted("xml-pretty", []),
    OrchestratorError,
    "format 'xml_pretty' is not implemented.",
  );
});

Deno.test("readYaml() reads YAML 1.1, skips empty documents, and tells the place of a mistake", () => {
  assertEquals(readYaml("a: yes\n---\n---\n- 1\n"), [{ a: true }, [1]]);
  assertThrows(() => readYaml("a: [\n"), OrchestratorError, "Invalid YAML received: ");
});

Deno.test("resultText() is Python's", () => {
  assertEquals(resultText(undefined), "");
  assertEquals(resultText(["a", ["b", true]]), "a\n['b', True]");
});

Deno.test("previewText() shows OSDs, warnings, and errors alone", () => {
  const plan = [{
    service_type: "osd",
    data: { a: [{ osdspec: "x", notes: ["careful"], data: [{ data: "/dev/a" }, { data: "" }] }] },
  }, { warning: "WARN " }];
  const text = previewText(plan);
  assertEquals(text.includes("WARN \n"), true);
  assertEquals(text.includes("careful\n+"), true);
  assertEquals(text.includes("|osd      |x     |a     |/dev/a  |-   |-    |"), true);
  assertEquals(previewText([{ error: "no" }]), '["no"]');
});
