/** The lint rules, run by deno lint. */

import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

async function complaints(source: string, path = "a.ts"): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    const plugins = [fileURLToPath(import.meta.resolve("./lint_plugin.ts"))];
    const lint = { plugins, rules: { tags: [] } };
    await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify({ lint }));
    const file = join(directory, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, source);
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

Deno.test("wall-clock lets the manager read the time in one place alone", async () => {
  const source = "export const now = () => Date.now();\n";
  for (const path of ["mgr/state/rates.ts", "mgr/mgr.ts"]) {
    assertEquals((await complaints(source, path)).length, 1, path);
  }
  for (const path of ["mgr/time/clock.ts", "mgr/state/rates_test.ts", "tools/a.ts"]) {
    assertEquals(await complaints(source, path), [], path);
  }
});
