/** The lint rule, run by deno lint. */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

async function complaints(source: string): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    const plugins = [fileURLToPath(import.meta.resolve("./lint_plugin.ts"))];
    const lint = { plugins, rules: { tags: [] } };
    await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify({ lint }));
    await Deno.writeTextFile(`${directory}/a.ts`, source);
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["lint", "--json"], cwd: directory })
      .output();
    const { diagnostics } = JSON.parse(new TextDecoder().decode(stdout));
    return diagnostics.map(({ message }: { message: string }) => message);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("function-length refuses a body of more than 70 lines", async () => {
  const lines = (count: number) => `function f() {\n${"g();\n".repeat(count)}}`;
  assertEquals(await complaints(lines(68)), []);
  assertEquals(await complaints(lines(69)), ["71 lines: a function has at most 70"]);
});

Deno.test("function-length lets a single expression be long", async () => {
  assertEquals(await complaints(`const f = () => ({\n${"a: 1,\n".repeat(100)}});`), []);
});
