/** JSON in pieces. */

import { assert, assertEquals } from "@std/assert";
import { encodePieces, JsonPieces, listPieces, objectPieces } from "./json_pieces.ts";

/** The value of the JSON, and how many pauses its making had. */
function read(pieces: JsonPieces): { value: unknown; pauses: number } {
  const steps = encodePieces(pieces);
  for (let pauses = 0;; pauses++) {
    const { done, value } = steps.next();
    if (done) return { value: JSON.parse(new TextDecoder().decode(value)), pauses };
  }
}

Deno.test("objectPieces() and listPieces() are the JSON of the whole", () => {
  const value = { "1": { a: "ü", b: 2n ** 60n }, "__proto x": [null], '"': {} };
  assertEquals(read(objectPieces(Object.entries(value))).value, {
    "1": { a: "ü", b: 2 ** 60 },
    "__proto x": [null],
    '"': {},
  });
  assertEquals([read(objectPieces([])).value, read(listPieces("l", [])).value], [{}, { l: [] }]);
  assertEquals(read(listPieces("l", [1, { x: "y" }])).value, { l: [1, { x: "y" }] });
});

Deno.test("encodePieces() pauses again and again while it makes a long text", () => {
  const items = Array.from({ length: 50_000 }, (_, i) => ({ i, text: "text" }));
  const { value, pauses } = read(listPieces("items", items));
  assertEquals((value as { items: unknown[] }).items.length, items.length);
  assert(pauses > 10);
});
