/** Arguments as the CLI reads them; the CLI itself is asked where it is installed. */

import { assertEquals, assertThrows } from "@std/assert";
import { ARGUMENT_TYPES, ArgumentError, type ArgumentValue } from "./argument_types.ts";
import type { ArgumentDeclaration } from "./contract.ts";

type Case = readonly [argument: ArgumentDeclaration, text: string];

function outcome(argument: ArgumentDeclaration, value: ArgumentValue): unknown {
  try {
    return ARGUMENT_TYPES[argument.type]!.check(value, argument);
  } catch (e) {
    if (e instanceof ArgumentError) return `ERROR ${e.message}`;
    throw e;
  }
}

const INT = { type: "CephInt", range: "1|10" };
const FLOAT = { type: "CephFloat" };
const CHOICE = { type: "CephChoices", strings: ["a", "b"] };
const STRING = { type: "CephString", goodchars: "[A-Za-z0-9-_.]" };

Deno.test("ARGUMENT_TYPES: shapes are those of usage lines", () => {
  const shapes = [INT, { type: "CephInt", range: "-3" }, FLOAT, CHOICE, STRING, { type: "CephOsdName" }];
  assertEquals(shapes.map((argument) => ARGUMENT_TYPES[argument.type]!.shape(argument)), [
    "<int[1-10]>",
    "<int[-3-]>",
    "<float>",
    "a|b",
    "<string(goodchars [A-Za-z0-9-_.])>",
    "<osdname (id|osd.id)>",
  ]);
});

Deno.test("ARGUMENT_TYPES: what JSON has typed already is checked too", () => {
  assertEquals(outcome(INT, 5), 5);
  assertEquals(outcome(INT, 5.5), "ERROR 5.5 doesn't represent an int");
  assertEquals(outcome(INT, true), "ERROR true doesn't represent an int");
  assertEquals(outcome(FLOAT, 0.5), 0.5);
  assertEquals(outcome(FLOAT, NaN), "ERROR NaN doesn't represent a float");
  assertEquals(outcome({ type: "CephBool" }, true), true);
  assertEquals(outcome({ type: "CephString" }, 7), "7");
});

const CASES: readonly Case[] = [
  ...["5", "1", "10", "0x0a", "0o7", "0b11", "+3", " 4 ", "0", "11", "07", "x", "", "1.5", "-0x1"].map((
    text,
  ): Case => [INT, text]),
  ...["5", "99999"].map((text): Case => [{ type: "CephInt", range: "6" }, text]),
  ...["1", ".5", "1e3", "-2.5", "x", "", "1.2.3"].map((text): Case => [FLOAT, text]),
  ...["true", "TRUE", "1", "false", "0", "yes", ""].map((text): Case => [{ type: "CephBool" }, text]),
  ...["a", "b", "c", ""].map((text): Case => [CHOICE, text]),
  ...["plain-text_.", "a!b", ""].map((text): Case => [STRING, text]),
  ...["1.0", "1.af", "x.1", "-1.0", "1.g", "1"].map((text): Case => [{ type: "CephPgid" }, text]),
  ...["osd.1", "osd.*", "osd.x", "mon.a", "client.a.b", "x.1", "osd", "*", "mgr", "mon"].map((
    text,
  ): Case => [{ type: "CephName" }, text]),
  ...["1", "osd.1", "*", "mon.1", "osd.x", "x", "-1", "osd.-2"].map((
    text,
  ): Case => [{ type: "CephOsdName" }, text]),
  ...[
    "1.2.3.4",
    "1.2.3.4:80",
    "1.2.3.4:65536",
    "1.2.3",
    "::1",
    "[::1]",
    "[::1",
    "[::1]:8",
    "v1:1.2.3.4:1",
    "v2:::1",
    "v2:1.2.3.4",
    "any:1.2.3.4",
    "any:x",
    "x",
  ].map((text): Case => [{ type: "CephIPAddr" }, text]),
  ...["1.2.3.4:80/3", "[::1]:1/4", "1.2.3.4/x", "1.2.3.4/-1", "1.2.3.4/", "x/1"].map((
    text,
  ): Case => [{ type: "CephEntityAddr" }, text]),
  ...[
    "d9b2d63d-a233-4123-847a-76838bc37a8d",
    "d9b2d63da2334123847a76838bc37a8d",
    "{d9b2d63d-a233-4123-847a-76838bc37a8d}",
    "urn:uuid:d9b2d63d-a233-4123-847a-76838bc37a8d",
    "d9b2d63d",
    "",
  ].map((text): Case => [{ type: "CephUUID" }, text]),
  ...["any thing", ""].map((text): Case => [{ type: "CephPoolname" }, text]),
  ...["any thing", ""].map((text): Case => [{ type: "CephObjectname" }, text]),
];

/** Reads cases from stdin, and writes what the CLI's own code makes of them. */
const PYTHON = `
import ceph_argparse, json, sys
def outcome(kind, text):
    t = getattr(ceph_argparse, kind['type'])
    args = {k: '|'.join(v) if isinstance(v, list) else v for k, v in kind.items() if k != 'type'}
    try:
        instance = t(**args)
        instance.valid(text)
        return instance.val
    except ceph_argparse.ArgumentError as e:
        return 'ERROR ' + str(e)
    except Exception:
        return 'CRASH'
print(json.dumps([outcome(*case) for case in json.load(sys.stdin)]))
`;

/** What the CLI says; undefined where it is not installed. */
async function python(cases: readonly Case[]): Promise<unknown[] | undefined> {
  try {
    const child = new Deno.Command("/usr/bin/python3", {
      args: ["-c", PYTHON],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(cases)));
    await writer.close();
    const { code, stdout } = await child.output();
    return code === 0 ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    return undefined;
  }
}

const real = await python(CASES);

Deno.test({
  name: "ARGUMENT_TYPES: values and errors are those of the CLI",
  ignore: real === undefined,
  fn() {
    // Where it ends with a stack trace we do better.
    const pairs = (values: readonly unknown[]): string[] =>
      CASES.map(([{ type }, text], i) => `${type} '${text}': ${JSON.stringify(values[i])}`)
        .filter((_, i) => real![i] !== "CRASH");
    assertEquals(pairs(CASES.map(([argument, text]) => outcome(argument, text))), pairs(real!));
  },
});

Deno.test("ARGUMENT_TYPES: errors without the CLI", () => {
  assertThrows(
    () => ARGUMENT_TYPES.CephInt!.check("11", INT),
    ArgumentError,
    "11 not in range [1, 10]",
  );
  assertEquals(outcome(CHOICE, "c"), "ERROR c not in a|b");
  assertEquals(outcome(STRING, "a!b!?"), "ERROR invalid chars !? in a!b!?");
  assertEquals(outcome({ type: "CephOsdName" }, "osd.3"), 3);
});
