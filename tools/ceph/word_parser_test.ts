/** Options among words. The rows were checked against argparse with the options of the stock CLI. */

import { assertEquals, assertThrows } from "@std/assert";
import { parseCephOptions, withCephArgs } from "./options.ts";
import { UsageError } from "./word_parser.ts";

const parse = (line: string) => parseCephOptions(line.split(" "));

Deno.test("readOptions() takes options from anywhere and leaves the other words in order", () => {
  const { options, words } = parse("osd -f json df --connect-timeout=7 tree -k ring --nope");
  assertEquals([options.format, options.connectTimeout], ["json", 7]);
  assertEquals(words, ["osd", "df", "tree", "-k", "ring", "--nope"]);
});

Deno.test("readOptions() reads nothing behind --", () => {
  const { options, words } = parse("-s -- -w -f nope");
  assertEquals([options.status, options.watch, words], [true, undefined, ["--", "-w", "-f", "nope"]]);
});

Deno.test("readOptions() takes joined flags, attached values and shortened names", () => {
  assertEquals(parse("-sfjson").options.format, "json");
  assertEquals(parse("-f=xml").options.format, "xml");
  assertEquals(parse("--form plain").options.format, "plain");
  assertEquals(parse("-sw").options.watch, "info");
});

Deno.test("readOptions() leaves numbers, - and words with blanks", () => {
  assertEquals(parseCephOptions(["-1", "-", "-x y", ""]).words, ["-1", "-", "-x y", ""]);
});

Deno.test("readOptions() refuses in the words of argparse", () => {
  const rows: [string, string][] = [
    ["-f", "argument -f/--format: expected one argument"],
    ["-f -s", "argument -f/--format: expected one argument"],
    [
      "-f foo",
      "argument -f/--format: invalid choice: 'foo' " +
      "(choose from 'json', 'json-pretty', 'xml', 'xml-pretty', 'plain', 'yaml')",
    ],
    ["--connect-timeout 1.5", "argument --connect-timeout: invalid int value: '1.5'"],
    ["-sx", "argument -s/--status: ignored explicit argument 'x'"],
    ["--v", "ambiguous option: --v could match --version, --verbose"],
  ];
  for (const [line, message] of rows) assertThrows(() => parse(line), UsageError, message);
});

Deno.test("withCephArgs() adds at the end, or before injectargs", () => {
  assertEquals(withCephArgs(["osd"], " --id x "), ["osd", "--id", "x"]);
  assertEquals(withCephArgs(["tell", "osd.0", "injectargs", "--a"], "-n y"), [
    "tell",
    "osd.0",
    "-n",
    "y",
    "injectargs",
    "--a",
  ]);
});
