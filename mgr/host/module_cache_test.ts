/** The cache of modules: packages yes, storage no. */

import { assertEquals } from "@std/assert";
import { denoDirectory, makeModuleCache } from "./module_cache.ts";

async function withDirectory(body: (directory: string) => void): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-" });
  try {
    body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("makeModuleCache() has the packages of the manager's cache, and a file where storage would be", async () => {
  await withDirectory((directory) => {
    Deno.mkdirSync(`${directory}/old/npm`, { recursive: true });
    makeModuleCache(`${directory}/state/deno`, `${directory}/old`);
    assertEquals(Deno.readLinkSync(`${directory}/state/deno/npm`), `${directory}/old/npm`);
    assertEquals(Deno.lstatSync(`${directory}/state/deno/location_data`).isFile, true);
  });
});

Deno.test("makeModuleCache() mends what a former start, or somebody else, has left", async () => {
  await withDirectory((directory) => {
    Deno.mkdirSync(`${directory}/old/npm`, { recursive: true });
    const cache = `${directory}/deno`;
    Deno.mkdirSync(`${cache}/location_data/of a module`, { recursive: true });
    Deno.symlinkSync("/nowhere", `${cache}/npm`);
    for (let i = 0; i < 2; i++) makeModuleCache(cache, `${directory}/old`);
    assertEquals(Deno.readLinkSync(`${cache}/npm`), `${directory}/old/npm`);
    assertEquals(Deno.lstatSync(`${cache}/location_data`).isFile, true);
  });
});

Deno.test("makeModuleCache() does without packages that we may not read", async () => {
  await withDirectory((directory) => {
    makeModuleCache(`${directory}/deno`, `${directory}/none`);
    assertEquals([...Deno.readDirSync(`${directory}/deno`)].map(({ name }) => name), ["location_data"]);
  });
});

Deno.test("denoDirectory() looks where Deno looks", () => {
  assertEquals(denoDirectory({ DENO_DIR: "/d", XDG_CACHE_HOME: "/x", HOME: "/h" }), "/d");
  assertEquals(denoDirectory({ XDG_CACHE_HOME: "/x", HOME: "/h" }), "/x/deno");
  assertEquals(denoDirectory({ HOME: "/h" }), "/h/.cache/deno");
});
