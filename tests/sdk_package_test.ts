/** The package that is published: whole by itself, accepted by `deno publish`, of use to who has nothing else of us. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { assemble } from "../tools/sdk.ts";

interface Ran {
  readonly success: boolean;
  readonly text: string;
}

async function deno(cwd: string, ...args: readonly string[]): Promise<Ran> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  return { success, text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n") };
}

/** An author's module with its test, somewhere else. */
const AUTHORS_TEST = `
import { MgrModule } from "@ganglion/sdk";
import { TestCluster, TestManager } from "@ganglion/sdk/testing";

class Counter extends MgrModule {
  async osds(): Promise<number> {
    return (await this.get("osd_map", { fields: ["osds"] })).osds.length;
  }
}

Deno.test("it counts", async () => {
  await using manager = await TestManager.start(Counter, { cluster: new TestCluster({ osds: 5 }) });
  if (await manager.module.osds() !== 5) throw new Error("five");
});
`;

Deno.test("the SDK's package has all that it imports, and deno publish takes it", async (t) => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-sdk-" });
  const own = `${directory}/sdk`;
  await assemble(own);
  await t.step("deno publish --dry-run", async () => {
    const { success, text } = await deno(own, "publish", "--dry-run", "--allow-dirty");
    assertEquals(success, true, text);
    assertStringIncludes(text, "Checking for slow types in the public API");
  });
  await t.step("deno doc --lint", async () => {
    const { exports } = JSON.parse(await Deno.readTextFile(`${own}/deno.json`)) as {
      exports: Record<string, string>;
    };
    const { success, text } = await deno(own, "doc", "--lint", ...Object.values(exports));
    assertEquals(success, true, text);
  });
  await t.step("an author tests a module with it", async () => {
    const { exports, imports } = JSON.parse(await Deno.readTextFile(`${own}/deno.json`)) as {
      exports: Record<string, string>;
      imports: Record<string, string>;
    };
    const entries = Object.entries(exports).map(([entry, path]) => [
      `@ganglion/sdk${entry.slice(1)}`,
      `../sdk/${path.slice(2)}`,
    ]);
    const module = `${directory}/module`;
    await Deno.mkdir(module);
    const file = { imports: { ...imports, ...Object.fromEntries(entries) } };
    await Deno.writeTextFile(`${module}/deno.json`, JSON.stringify(file));
    await Deno.writeTextFile(`${module}/mod_test.ts`, AUTHORS_TEST);
    const { success, text } = await deno(module, "test", "--no-lock", "mod_test.ts");
    assertEquals(success, true, text);
    assertStringIncludes(text, "1 passed");
  });
  await Deno.remove(directory, { recursive: true });
});
