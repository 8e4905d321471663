/** What a module can do with objects, wherever it runs: in the replicated pool `p` and the erasure coded pool `ec`. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { output, type World } from "./world.ts";

type Outcome = { readonly value?: unknown; readonly name?: string; readonly code?: string };

async function outcome(world: World, pool: string, method: string, ...args: unknown[]): Promise<Outcome> {
  const [name, namespace] = pool.split("/");
  const words = { pool: name, method, args: JSON.stringify(args), ...(namespace && { namespace }) };
  return await output(world, "box rados", words) as Outcome;
}

/** What a method answers. */
async function call(world: World, pool: string, method: string, ...args: unknown[]): Promise<unknown> {
  const found = await outcome(world, pool, method, ...args);
  if ("name" in found) throw new Error(`${method}: ${JSON.stringify(found)}`);
  return found.value ?? null;
}

/** The code that it fails with. */
async function codeOf(world: World, pool: string, method: string, ...args: unknown[]): Promise<string> {
  const { name, code } = await outcome(world, pool, method, ...args);
  assertEquals(name, "RadosError");
  return code!;
}

/** By name; each leaves nothing behind that another one sees. */
export const RADOS_CASES: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async "bytes of an object are written, read, added, cut and removed"(world) {
    await call(world, "p", "writeFull", "a", "hello world");
    await call(world, "p", "write", "a", "HE", 0);
    await call(world, "p", "append", "a", "!");
    assertEquals(await call(world, "p", "read", "a"), "HEllo world!");
    assertEquals(await call(world, "p", "read", "a", { offset: 6, length: 3 }), "wor");
    assertEquals(await call(world, "p", "read", "a", { offset: 100 }), "");
    await call(world, "p", "truncate", "a", 5);
    assertEquals(await call(world, "p", "stat", "a"), { size: 5, recent: true });
    await call(world, "p", "write", "a", "x", 7);
    assertEquals(await call(world, "p", "read", "a"), "HEllo\0\0x");
    await call(world, "p", "remove", "a");
    for (const method of ["read", "stat", "remove"]) {
      assertEquals(await codeOf(world, "p", method, "a"), "ENOENT");
    }
    assertEquals(await call(world, "p", "fill", "big", 3_000_000), 3_000_000);
    await call(world, "p", "remove", "big");
  },

  async "attributes and omap are kept with the object, in the order of the keys"(world) {
    await call(world, "p", "setXattr", "a", "k", "v");
    assertEquals(await call(world, "p", "getXattr", "a", "k"), "v");
    assertEquals(await codeOf(world, "p", "getXattr", "a", "none"), "ENODATA");
    assertEquals(await call(world, "p", "getXattrs", "a"), [["k", "v"]]);
    await call(world, "p", "rmXattr", "a", "k");
    assertEquals(await call(world, "p", "getXattrs", "a"), []);
    await call(world, "p", "omapSet", "a", { b: "2", a1: "1", a2: "x" });
    await call(world, "p", "omapSet", "a", { a2: "3" });
    assertEquals(await call(world, "p", "omapEntries", "a", ""), [["a1", "1"], ["a2", "3"], ["b", "2"]]);
    assertEquals(await call(world, "p", "omapEntries", "a", "a"), [["a1", "1"], ["a2", "3"]]);
    assertEquals(await call(world, "p", "omapGet", "a", { after: "a1", max: 1 }), {
      values: [["a2", "3"]],
      more: true,
    });
    await call(world, "p", "omapRemove", "a", ["a1", "none"]);
    assertEquals(await call(world, "p", "omapEntries", "a", ""), [["a2", "3"], ["b", "2"]]);
    await call(world, "p", "omapClear", "a");
    assertEquals(await call(world, "p", "omapEntries", "a", ""), []);
    await call(world, "p", "remove", "a");
  },

  async "steps are done together or not at all"(world) {
    const steps = [["create"], ["setXattr", "n", "1"], ["omapSet", { k: "v" }]];
    const { version } = await call(world, "p", "operate", "a", steps) as { version: number };
    assert(version > 0);
    assertEquals(await codeOf(world, "p", "operate", "a", steps), "EEXIST");
    const guarded = (guard: unknown[]) => [guard, ["setXattr", "n", "2"]];
    const no = ["compareXattr", "n", "eq", "7"];
    assertEquals(await codeOf(world, "p", "operate", "a", guarded(no)), "ECANCELED");
    assertEquals(await codeOf(world, "p", "operate", "a", guarded(["omapCompare", { k: "w" }])), "ECANCELED");
    assertEquals(
      await codeOf(world, "p", "operate", "a", guarded(["assertVersion", version + 7])),
      "EOVERFLOW",
    );
    assertEquals(await call(world, "p", "getXattr", "a", "n"), "1");
    await call(world, "p", "operate", "a", guarded(["compareXattr", "n", "eq", "1"]));
    await call(world, "p", "operate", "a", guarded(["omapCompare", { k: "v" }]));
    const read = await call(world, "p", "operate", "a", [["getXattr", "n"], ["omapGetByKeys", [
      "k",
      "none",
    ]]]);
    assertEquals((read as { results: unknown }).results, ["2", [["k", "v"]]]);
    assertEquals(await codeOf(world, "p", "operate", "none", [["assertVersion", 1], ["stat"]]), "ENOENT");
    await call(world, "p", "remove", "a");
  },

  async "namespaces keep objects apart, and a listing shows each once"(world) {
    const names = Array.from({ length: 12 }, (_, i) => `o${i}`);
    for (const name of names) await call(world, "p/space", "writeFull", name, name);
    await call(world, "p", "writeFull", "o1", "outside");
    assertEquals(await call(world, "p/space", "read", "o1"), "o1");
    assertEquals(await call(world, "p/space", "objects"), names.map((name) => ["space", name]).sort());
    assertEquals(await call(world, "p", "objects"), [["", "o1"]]);
    assertEquals((await call(world, "p/\u0001", "objects") as unknown[]).length, 13);
    const { most, sum } = await call(world, "p/space", "list", 5) as { most: number; sum: number };
    assert(most <= 5 && sum === 12);
    for (const name of names) await call(world, "p/space", "remove", name);
    await call(world, "p", "remove", "o1");
    assertEquals(await call(world, "p/\u0001", "objects"), []);
  },

  async "a pool with erasure coding takes whole objects and attributes, and no omap"(world) {
    await call(world, "ec", "writeFull", "a", "coded");
    await call(world, "ec", "setXattr", "a", "k", "v");
    assertEquals(await call(world, "ec", "read", "a"), "coded");
    assertEquals(await call(world, "ec", "getXattr", "a", "k"), "v");
    assertEquals(await codeOf(world, "ec", "omapSet", "a", { a: "1" }), "EOPNOTSUPP");
    assertEquals(await call(world, "ec", "objects"), [["", "a"]]);
    await call(world, "ec", "remove", "a");
  },

  async "whoever asks for much at once gets it, a part after the other"(world) {
    assertEquals(await call(world, "p", "many", 1500), 1500);
  },

  async "methods of object classes run"(world) {
    await call(world, "p", "writeFull", "a", "x");
    assertEquals(await call(world, "p", "exec", "a", "hello", "say_hello", "Bob"), "Hello, Bob!");
    assertEquals(await codeOf(world, "p", "exec", "a", "hello", "no_such_method"), "EOPNOTSUPP");
    await call(world, "p", "remove", "a");
  },

  async "who watches an object hears of notifications, and answers them"(world) {
    await call(world, "p", "writeFull", "a", "x");
    assertEquals(await call(world, "p", "notify", "a", "nobody"), { replies: [], silent: 0 });
    await call(world, "p", "watch", "a");
    assertEquals(await call(world, "p", "listWatchers", "a"), 1);
    assertEquals(await call(world, "p", "notify", "a", "there"), { replies: ["heard there"], silent: 0 });
    assertEquals(await call(world, "p", "heard"), ["a: there"]);
    await call(world, "p", "unwatch", "a");
    assertEquals(await call(world, "p", "listWatchers", "a"), 0);
    assertEquals(await call(world, "p", "notify", "a", "gone"), { replies: [], silent: 0 });
    assertEquals(await codeOf(world, "p", "watch", "none"), "ENOENT");
    await call(world, "p", "remove", "a");
  },

  async "pools and objects that there are not, and what makes no sense"(world) {
    assertEquals(await codeOf(world, "nowhere", "read", "a"), "ENOENT");
    const { name, ...rest } = await outcome(world, "p", "read", "a", { length: 2 ** 40 });
    assertEquals(name, "RangeError");
    assertStringIncludes(JSON.stringify(rest), "Cannot ");
    assertEquals((await outcome(world, "p", "operate", "a", [["truncate", -1]])).name, "TypeError");
  },
};
