/** Which directories are modules, and what is wrong with those that are not. */

import { assertEquals, assertMatch } from "@std/assert";
import { MODULE_LIMITS } from "./packages/module_files.ts";
import { findModules, type FoundModule } from "./registry.ts";

const MANIFEST = '{ "mgr": {} }';

/** A temporary directory of module directories. */
class Fixture implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<Fixture> {
    return new Fixture(await Deno.realPath(await Deno.makeTempDir({ prefix: "ganglion-" })));
  }

  async write(name: string, files: Readonly<Record<string, string>>): Promise<void> {
    await Deno.mkdir(`${this.path}/${name}`, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${this.path}/${name}/${file}`, text);
    }
  }

  module(name: string): Promise<void> {
    return this.write(name, { "mod.ts": "", "deno.json": MANIFEST });
  }

  find(disabled: readonly string[] = []): Promise<FoundModule[]> {
    return findModules([{ path: this.path, kind: "directory" }], new Set(disabled));
  }

  async problem(): Promise<string | undefined> {
    return (await this.find())[0]?.problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

Deno.test("findModules() finds directories with mod.ts, in the order of their names", async () => {
  await using f = await Fixture.make();
  await f.module("b");
  await f.module("a");
  await f.module("off");
  await f.write("python", { "module.py": "" });
  await f.write("Not-A-Name", { "mod.ts": "", "deno.json": MANIFEST });
  await Deno.writeTextFile(`${f.path}/file`, "");
  const found = await f.find(["off"]);
  assertEquals(found.map(({ name, directory, builtin, problem }) => [name, directory, builtin, problem]), [
    ["a", `${f.path}/a`, false, undefined],
    ["b", `${f.path}/b`, false, undefined],
  ]);
});

Deno.test("findModules(): of two modules with one name that of the first path counts", async () => {
  await using f = await Fixture.make();
  await using g = await Fixture.make();
  await f.module("a");
  await g.module("a");
  const found = await findModules(
    [{ path: f.path, kind: "builtin" }, { path: g.path, kind: "directory" }],
    new Set(),
  );
  assertEquals(found.map(({ directory, builtin }) => [directory, builtin]), [[`${f.path}/a`, true]]);
});

Deno.test("findModules() passes over paths that are missing or files", async () => {
  await using f = await Fixture.make();
  await Deno.writeTextFile(`${f.path}/file`, "");
  const paths = ["missing", "file"].map((name) => ({
    path: `${f.path}/${name}`,
    kind: "directory" as const,
  }));
  assertEquals(await findModules(paths, new Set()), []);
});

Deno.test("findModules() follows a link to the module's directory, and refuses links in it", async () => {
  await using f = await Fixture.make();
  await using g = await Fixture.make();
  await g.module("real");
  await Deno.symlink(`${g.path}/real`, `${f.path}/linked`);
  assertEquals((await f.find()).map(({ name, directory }) => [name, directory]), [[
    "linked",
    `${g.path}/real`,
  ]]);
  await Deno.mkdir(`${g.path}/real/sub`);
  await Deno.symlink("/etc/hostname", `${g.path}/real/sub/name.txt`);
  assertEquals(
    await f.problem(),
    "Cannot use the module: sub/name.txt is a symbolic link; copy the file instead",
  );
});

Deno.test("findModules() says what is wrong with deno.json", async () => {
  await using f = await Fixture.make();
  await f.write("a", { "mod.ts": "" });
  assertEquals(await f.problem(), `Cannot use the module: ${f.path}/a/deno.json: is missing`);
  await f.write("a", { "deno.json": "{" });
  assertMatch((await f.problem())!, /^Cannot read deno\.json: /);
});

Deno.test("findModules() refuses what is somebody's disk", async () => {
  await using f = await Fixture.make();
  await f.module("a");
  for (let i = 0; i < MODULE_LIMITS.files; i++) Deno.writeTextFileSync(`${f.path}/a/${i}`, "");
  assertEquals(await f.problem(), `Cannot use the module: more than ${MODULE_LIMITS.files} files`);
  await Deno.remove(`${f.path}/a`, { recursive: true });
  await f.module("a");
  using file = await Deno.create(`${f.path}/a/big`);
  await file.truncate(MODULE_LIMITS.bytes);
  assertEquals(await f.problem(), `Cannot use the module: more than ${MODULE_LIMITS.bytes} bytes`);
});

Deno.test("findModules() refuses what would wait for ever, and paths that Deno would split", async () => {
  await using f = await Fixture.make();
  await f.module("a");
  await new Deno.Command("mkfifo", { args: [`${f.path}/a/pipe`] }).output();
  assertEquals(await f.problem(), "Cannot use the module: pipe is neither a file nor a directory");
  const path = `${f.path}/x,y`;
  await Deno.mkdir(path);
  await Deno.rename(`${f.path}/a`, `${path}/a`);
  const [found] = await findModules([{ path, kind: "directory" }], new Set());
  assertEquals(found!.problem, `Cannot use the module: its path ${path}/a has a comma`);
});

Deno.test("findModules(): the hash changes with names and contents", async () => {
  await using f = await Fixture.make();
  const hash = async (): Promise<string> => (await f.find())[0]!.hash;
  await f.module("a");
  const hashes = [await hash()];
  await f.write("a", { "x.ts": "1" });
  hashes.push(await hash());
  await f.write("a", { "x.ts": "2" });
  hashes.push(await hash());
  await Deno.rename(`${f.path}/a/x.ts`, `${f.path}/a/y.ts`);
  hashes.push(await hash());
  assertEquals(new Set(hashes).size, 4);
  assertEquals(await hash(), hashes[3]);
});
