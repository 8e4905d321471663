/** What a manager was started with, seen from a program that it starts. */

import { assertEquals } from "@std/assert";

/** What a child of a process with an open file has, with and without the call. */
async function inheritedBy(child: string): Promise<string> {
  const program = `import { keepInheritedFiles } from "${import.meta.resolve("./inherited_files.ts")}";
    ${child}
    const { stdout } = await new Deno.Command("ls", { args: ["-l", "/proc/self/fd"], stdin: "null" }).output();
    console.log(new TextDecoder().decode(stdout));`;
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", 'exec 8</etc/passwd && exec "$@"', "sh", Deno.execPath(), "eval", program],
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("keepInheritedFiles(): a program that is started afterwards has none of the files that we were started with", async () => {
  assertEquals((await inheritedBy("")).includes("8 -> /etc/passwd"), true);
  const after = await inheritedBy("console.log(keepInheritedFiles());");
  assertEquals([after.split("\n")[0], after.includes("/etc/passwd")], ["true", false]);
  assertEquals(after.includes("0 -> /dev/null"), true);
});
