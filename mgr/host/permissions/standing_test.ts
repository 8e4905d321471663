/** What follows from the manifest of a module and the operator's word. */

import { assertEquals } from "@std/assert";
import { parsePermission } from "./permission.ts";
import { type Applicant, readRecord, recordOf, standingOf, writeRecord } from "./standing.ts";

const applicant = (trusted: boolean, ...asked: readonly string[]): Applicant => ({
  name: "box",
  trusted,
  asked: asked.map(parsePermission),
});

const shown = (...args: Parameters<typeof standingOf>) => {
  const { grants, absent, pending } = standingOf(...args);
  return { has: grants.texts, absent, pending };
};

Deno.test("standingOf() gives a module of the release what it asks for, but what must be named", () => {
  assertEquals(shown(applicant(true, "get *", "run /bin/true", "admin", "ffi /a"), undefined), {
    has: ["get *"],
    absent: ["run /bin/true", "admin", "ffi /a"],
    pending: ["run /bin/true", "admin", "ffi /a"],
  });
});

Deno.test("standingOf() gives any other module nothing before the operator has spoken", () => {
  const asked = ["get osd_map", "health"];
  assertEquals(shown(applicant(false, ...asked), undefined), { has: [], absent: asked, pending: asked });
});

Deno.test("standingOf() keeps to the operator's word, for modules of the release too, and asks about what is new", () => {
  for (const trusted of [true, false]) {
    const record = { granted: ["get osd_map", "uri"], decided: ["get osd_map", "health"] };
    assertEquals(shown(applicant(trusted, "get osd_map", "health", "progress"), record), {
      has: ["get osd_map", "uri"],
      absent: ["health", "progress"],
      pending: ["progress"],
    });
  }
});

Deno.test("standingOf() does not ask for what a wider grant includes", () => {
  const record = { granted: ["get *", "remote * *"], decided: [] };
  assertEquals(shown(applicant(false, "get osd_map", "remote a b"), record).absent, []);
});

Deno.test("recordOf() with writeRecord() and readRecord(): the operator has seen all that is asked for now", () => {
  const one = applicant(false, "health", "get osd_map");
  const { grants } = standingOf(one, { granted: ["health"], decided: [] });
  assertEquals(readRecord(writeRecord(recordOf(one, grants))), {
    granted: ["health"],
    decided: ["health", "get osd_map"],
  });
});

Deno.test("readRecord() grants nothing of what it cannot read", () => {
  const read = (text: string) => readRecord(new TextEncoder().encode(text)).granted;
  for (
    const text of ["", "null", "[]", "{}", '{"granted":{}}', '{"granted":[1]}', '{"granted":null}', "\xff"]
  ) {
    assertEquals(read(text), [], text);
  }
  assertEquals(read('{"granted":["health","teleport","get a b"],"later":1}'), ["health"]);
});
