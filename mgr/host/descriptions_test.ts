/** What modules declared is kept by content. */

import { assertEquals } from "@std/assert";
import { Descriptions } from "./descriptions.ts";
import type { FoundModule } from "./registry.ts";

const FOUND: FoundModule = {
  name: "box",
  directory: "/modules/box",
  builtin: false,
  manifest: undefined,
  problem: undefined,
  hash: "1",
};
const description = {
  options: {},
  commands: {},
  notifyTypes: [],
  exports: [],
  hasStandby: false,
  hasCanRun: false,
};
const NOTHING = { description, problem: undefined };

Deno.test("Descriptions keep what a module declared until it changes", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-" });
  const descriptions = new Descriptions(`${directory}/below`);
  assertEquals(await descriptions.read(FOUND), undefined);
  await descriptions.write(FOUND, NOTHING);
  assertEquals(await new Descriptions(`${directory}/below`).read(FOUND), NOTHING);
  assertEquals(await descriptions.read({ ...FOUND, hash: "2" }), undefined);
  assertEquals(await descriptions.read({ ...FOUND, name: "other" }), undefined);
  const broken = { description: undefined, problem: "it throws" };
  await descriptions.write(FOUND, broken);
  assertEquals(await descriptions.read(FOUND), broken);
  await Deno.writeTextFile(`${directory}/below/box.json`, '{"hash":"1","contract":2,"description":{}}');
  assertEquals(await descriptions.read(FOUND), undefined);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("Descriptions do without a directory that cannot be written", async () => {
  const descriptions = new Descriptions("/proc/nowhere");
  await descriptions.write(FOUND, NOTHING);
  assertEquals(await descriptions.read(FOUND), undefined);
});
