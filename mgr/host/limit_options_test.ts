/** Limits as operators set them. */

import { assertEquals } from "@std/assert";
import { isLimit, type Limit, limitOptions, limitReader } from "./limit_options.ts";

Deno.test("limitReader() reads what is set within bounds, with units, and the default else", () => {
  const limit = (text: string | undefined, name: Limit = "limit_heap") => limitReader(() => text)(name);
  assertEquals(limit("128M"), 128 * 2 ** 20);
  for (const text of [undefined, "", "1", "-1", "64T", "many", "NaN"]) {
    assertEquals(limit(text), limitOptions.limit_heap.default, text);
  }
  assertEquals(limit("2m", "limit_restart_pause"), 120);
  assertEquals(limit("0", "limit_health_checks"), 0);
});

Deno.test("limitOptions have defaults within their bounds", () => {
  for (const name of Object.keys(limitOptions) as Limit[]) {
    const { default: value } = limitOptions[name];
    assertEquals(limitReader(() => String(value))(name), value);
  }
  assertEquals([isLimit("limit_heap"), isLimit("toString")], [true, false]);
});
