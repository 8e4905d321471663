/** From an idea to a module that runs: `deno task new-module`, its checks, the development cluster, `--watch`. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Person } from "./person.ts";
import { processesWith } from "./proc_files.ts";

/** The scaffold's own checks, as its README names them. */
const CHECKS = [["fmt", "--check"], ["lint"], ["check", "."], ["test"]];

async function deno(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return code === 0 ? "ok" : text;
}

/** Of a module's processes in the development cluster of the directory: it has their cache. */
async function pids(directory: string, module: string): Promise<number[]> {
  const all = await processesWith(`${directory}/.dev/mgr.x/modules/deno`);
  return all.filter(({ command }) => command.endsWith(`/${module}/mod.ts`)).map(({ pid }) => pid);
}

Deno.test("`deno task new-module` makes a module that passes its checks, runs at once, and reloads on save", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-author-" });
  const modules = `${directory}/modules`;
  const box = `${modules}/box`;
  try {
    await using person = new Person(directory);
    const made = await person.newModule("box", "--dir", "modules");
    assertEquals([made.code, made.stderr], [0, ""]);
    assertStringIncludes(made.stdout, `deno task mgr --watch --modules ${modules}`);
    for (const check of CHECKS) assertEquals(await deno(box, check), "ok", check.join(" "));

    await person.start("--dev", "--watch", "--modules", modules);
    assertEquals((await person.ceph("mgr", "module", "enable", "box")).code, 0);
    await person.said("Module box is granted what it asks for: health");
    assertEquals((await person.ceph("box", "add", "3")).stdout, "3\n");
    // The development cluster has granted what the manifest asks for.
    assertEquals((await person.ceph("config", "set", "mgr", "mgr/box/limit", "2")).code, 0);
    await person.answered(
      "HEALTH_WARN 3 counted, more than 2\n[WRN] BOX_LIMIT: 3 counted, more than 2\n    3 counted, more than 2\n",
      "health",
      "detail",
    );
    const hello = await pids(directory, "hello");
    const before = await pids(directory, "box");
    assertEquals([hello.length, before.length], [1, 1]);

    const text = await Deno.readTextFile(`${box}/mod.ts`);
    await Deno.writeTextFile(
      `${box}/mod.ts`,
      text.replace("`${this.#count}\\n`", "`${this.#count} boxes\\n`"),
    );
    await person.said("reloaded box 0.1.0: serving");
    assertEquals((await person.ceph("box", "show")).stdout, "3 boxes\n");
    assertEquals(await pids(directory, "hello"), hello);
    assert(!before.includes((await pids(directory, "box"))[0]!));

    await Deno.writeTextFile(`${box}/mod.ts`, `${text}\nthrow new Error("half a thought");\n`);
    const line = text.split("\n").length + 1;
    assertStringIncludes(await person.said("half a thought"), `${box}: Error EIO: `);
    await person.said(`half a thought (mod.ts:${line}:7)`);
    const broken = await person.ceph("box", "show");
    assertMatch(broken.stderr, /half a thought \(mod\.ts:\d+:7\)/);

    await Deno.writeTextFile(
      `${box}/mod.ts`,
      text.replace("_signal: AbortSignal): Promise<void> {", "$&\n    this.oops.x;"),
    );
    await person.said(/module box has failed: .* \(mod\.ts:\d+:15\)/);

    await Deno.writeTextFile(`${box}/mod.ts`, text);
    await person.answered("3\n", "box", "show");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("`deno task new-module` refuses names and places in words that say what to do", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-author-" });
  try {
    await using person = new Person(directory);
    const refused = async (...words: string[]): Promise<string> => {
      const { code, stdout, stderr } = await person.newModule(...words);
      assert(code !== 0 && stdout === "", words.join(" "));
      return stderr;
    };
    assertStringIncludes(await refused("Box", "--dir", "."), "a name is 1 to 64 of a-z, 0-9 and _");
    assertStringIncludes(await refused("../box", "--dir", "."), "a name is 1 to 64 of a-z, 0-9 and _");
    assertStringIncludes(
      await refused("hello", "--dir", "."),
      "one that comes with the manager has this name",
    );
    assertStringIncludes(await refused(), "usage: deno task new-module NAME");
    assertStringIncludes(await refused("box", "crate"), "usage: deno task new-module NAME");
    assertStringIncludes(await refused("box", "--colour"), "--colour");
    await Deno.mkdir(`${directory}/box`);
    assertStringIncludes(await refused("box", "--dir", "."), "it exists already");
    const tree = new URL("../../", import.meta.url).pathname;
    assertStringIncludes(await refused("box", "--dir", `${tree}modules`), "it is in the tree of Ganglion");
    assertEquals([...Deno.readDirSync(`${directory}/box`)], []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
