/** Descriptions of options, as they are asked for. */

import { assertEquals, assertRejects } from "@std/assert";
import { optionRows } from "./config/option_table.ts";
import { OptionHelpSource } from "./option_help.ts";

const answer = (text: string, r = 0) => ({ r, rs: "", data: new TextEncoder().encode(text) });

Deno.test("OptionHelpSource.all() asks for each option once, and leaves out what the monitors do not know", async () => {
  const asked: unknown[] = [];
  const source = new OptionHelpSource(({ key }) => {
    asked.push(key);
    if (key === "admin_socket") return Promise.resolve(answer("", -2));
    return Promise.resolve(answer(JSON.stringify({ name: key, desc: `of ${key}`, long_desc: "" })));
  });
  const [help, again] = await Promise.all([source.all(), source.all()]);
  assertEquals(help, again);
  assertEquals(new Set(asked), new Set(optionRows().keys()));
  assertEquals(asked.length, optionRows().size);
  assertEquals(help.get("debug_mgr"), { desc: "of debug_mgr", long_desc: "" });
  assertEquals(help.has("admin_socket"), false);
});

Deno.test("OptionHelpSource.all() asks again after it failed", async () => {
  let broken = true;
  const source = new OptionHelpSource(() =>
    broken ? Promise.reject(new Error("no quorum")) : Promise.resolve(answer("{}"))
  );
  await assertRejects(() => source.all(), Error, "no quorum");
  broken = false;
  assertEquals((await source.all()).size, optionRows().size);
});
