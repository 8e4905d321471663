/** What a module may declare, and in which words it is refused. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MAX_DESCRIPTION_CHARS, parseDescription } from "./description.ts";

const NOTHING = {
  options: {},
  commands: {},
  notifyTypes: [],
  exports: [],
  hasStandby: false,
  hasCanRun: false,
};

const withArgument = (argument: unknown): unknown => ({
  ...NOTHING,
  commands: { "do it": { desc: "d", perm: "r", args: { what: argument } } },
});

function complaint(value: unknown): string {
  try {
    parseDescription(value);
    return "";
  } catch (e) {
    return (e as Error).message.replace("Cannot use what it declares: ", "");
  }
}

Deno.test("parseDescription() takes a module that declares nothing, and one with everything", () => {
  assertEquals(parseDescription(NOTHING), NOTHING);
  const option = {
    type: "int",
    default: 1,
    desc: "d",
    longDesc: "l",
    min: 0,
    max: 9,
    level: "dev",
    runtime: true,
    seeAlso: ["b"],
    tags: ["t"],
  };
  const all = {
    ...NOTHING,
    options: { a: option, b: { enumAllowed: ["x", ""] } },
    commands: {
      "osd show": {
        desc: "d",
        perm: "rw",
        poll: true,
        args: {
          id: { type: "CephInt", range: "-1|10", req: false },
          at: { type: "CephFloat", range: "0.5" },
          what: { type: "CephChoices", strings: ["a", "b"], n: "N" },
          name: { type: "CephString", goodchars: "[A-Za-z0-9-_.]", positional: false },
        },
      },
    },
    notifyTypes: ["osd_map"],
  };
  assertEquals(parseDescription(all) as unknown, all);
});

Deno.test("parseDescription() refuses what is no description", () => {
  for (const value of [null, 1, "x", [], {}, { ...NOTHING, options: [] }, { ...NOTHING, hasStandby: 1 }]) {
    assertThrows(() => parseDescription(value), Error, "Cannot use what it declares: ");
  }
});

Deno.test("parseDescription() names the path of what is wrong", () => {
  assertStringIncludes(complaint({ ...NOTHING, options: { a: { type: "number" } } }), "options.a.type: ");
  assertStringIncludes(complaint({ ...NOTHING, options: { "x/a": {} } }), "options.x/a: must be a name");
  assertEquals(
    complaint({ ...NOTHING, commands: { c: { desc: "", perm: "" } } }),
    "commands.c.perm: must be of r, w and x",
  );
});

Deno.test("parseDescription() refuses defaults and bounds that are no values of the type", () => {
  const of = (option: unknown): string => complaint({ ...NOTHING, options: { a: option } });
  assertEquals(of({ type: "int", default: "many" }), "options.a.default: 'many' is no whole number");
  assertEquals(of({ type: "bool", default: "yes" }).startsWith("options.a.default: "), true);
  assertEquals(of({ type: "uint", min: -1 }), "options.a.min: '-1' is negative");
  assertEquals(of({ default: "c", enumAllowed: ["a"] }), "options.a.default: is not in enumAllowed");
  assertEquals(of({ type: "size", default: "4K", max: "1M" }), "");
});

Deno.test("parseDescription() refuses signatures that the CLI cannot read", () => {
  const cases: readonly (readonly [argument: unknown, complaint: string])[] = [
    [{ type: "CephNumber" }, "type: is no type of arguments"],
    [{ type: "toString" }, "type: is no type of arguments"],
    [{ type: "CephPgid", range: "1|2" }, "range: does not go with CephPgid"],
    [{ type: "CephString", strings: ["a"] }, "strings: does not go with CephString"],
    [{ type: "CephInt", range: "1|2.5" }, "range: must be min or min|max"],
    [{ type: "CephInt", range: "|2" }, "range: must be min or min|max"],
    [{ type: "CephFloat", range: "a" }, "range: must be min or min|max"],
    [{ type: "CephChoices" }, "strings: is missing"],
    [{ type: "CephChoices", strings: ["a|b"] }, "strings.0: must not hold |"],
    [{ type: "CephString", goodchars: "a-z" }, "goodchars: must be a character class like [A-Za-z0-9_.]"],
    [{ type: "CephString", goodchars: "[z-a]" }, "goodchars: must be a character class"],
    [{ type: "CephString", goodchars: "[[:alnum:]]" }, "goodchars: must be a character class"],
    [{ type: "CephString", goodchars: "[\\p{L}]" }, "goodchars: must be a character class"],
    [{ type: "CephString", goodchars: "[a](b+)+[c]" }, "goodchars: must be a character class"],
    [{ type: "CephString", n: 0 }, "n: "],
  ];
  for (const [argument, expected] of cases) {
    const found = complaint(withArgument(argument));
    assert(found.startsWith(`commands.do it.args.what.${expected}`), found);
  }
});

Deno.test("parseDescription() refuses names that would end a signature", () => {
  for (const prefix of ["", " a", "a  b", "a name=x,type=CephInt", "a\nb", "naïve", "a,b"]) {
    assert(complaint({ ...NOTHING, commands: { [prefix]: { desc: "", perm: "r" } } }) !== "", prefix);
  }
  for (const name of ["a=b", "a,b", "a b", "", "1a"]) {
    const value = {
      ...NOTHING,
      commands: { c: { desc: "", perm: "r", args: { [name]: { type: "CephInt" } } } },
    };
    assert(complaint(value) !== "", name);
  }
});

Deno.test("parseDescription() limits what the MgrMap has to carry", () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`o${i}`, {}]));
  assertStringIncludes(complaint({ ...NOTHING, options: many }), "too many options");
  const long = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`o${i}`, { desc: "x".repeat(16_000) }]),
  );
  assertStringIncludes(complaint({ ...NOTHING, options: long }), `${MAX_DESCRIPTION_CHARS} are allowed`);
});
