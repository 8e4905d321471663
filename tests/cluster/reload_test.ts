/** `ceph module reload` on a real cluster: by the stock CLI, with what the monitors know of options and commands. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const EIO = 5;
const QUICK = ["paxos propose interval = 0.1", "mgr tick period = 1"];

const source = (text: string, options: string, command: string): string =>
  `import { commands, MgrModule, options } from "@ganglion/sdk";
export default class Box extends MgrModule {
  static override readonly MODULE_OPTIONS = options(${options});
  static override readonly COMMANDS = commands({ "${command}": { desc: "Opens it", perm: "r" } });
  override handleCommand(): [number, string, string] {
    return [0, "${text}", ""];
  }
}
`;

Deno.test({
  name: "module reload restarts one module, and the monitors learn its new options and commands",
  ignore,
}, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello", ...QUICK] }, async (cluster) => {
    const modules = `${cluster.directory}/modules`;
    const write = async (text: string): Promise<void> => {
      await Deno.mkdir(`${modules}/box`, { recursive: true });
      await Deno.writeTextFile(`${modules}/box/mod.ts`, text);
      await Deno.writeTextFile(`${modules}/box/deno.json`, '{ "version": "0.1.0", "mgr": {} }');
    };
    const says = async (...words: string[]): Promise<string> => (await cluster.ceph(...words)).stdout.trim();
    await cluster.startGanglion("x", [`--mgr-module-path=${modules}`]);
    await cluster.waitFor(async () => await says("hello") === "Hello, world!", "hello");

    await write(source("one", `{ lid: { type: "str", default: "shut" } }`, "box"));
    assertStringIncludes(await says("module", "reload", "box"), "reloaded box 0.1.0: stopped");
    assertEquals(
      (await cluster.ceph("mgr", "module", "enable", "box")).code,
      0,
      "the monitors know it already",
    );
    assertEquals(await says("box"), "one");

    await write(source("two", `{ depth: { type: "uint", default: 3, min: 1, max: 9 } }`, "box open"));
    assertEquals(await says("module", "reload", "box"), "reloaded box 0.1.0: serving");
    assertEquals(await says("box", "open"), "two");
    assertStringIncludes(await says("config", "help", "mgr/box/depth"), "(uint, advanced)");
    assertEquals((await cluster.ceph("config", "set", "mgr", "mgr/box/depth", "99")).code, 22);
    assertEquals((await cluster.ceph("config", "set", "mgr", "mgr/box/lid", "open")).code, 22);

    await write("export default class Box {\n  open(: void {}\n}\n");
    const broken = await cluster.ceph("module", "reload", "box");
    assertEquals(broken.code, EIO);
    assertMatch(broken.stderr, /Module 'box' is broken: [^]*mod\.ts:2:8/);
    await cluster.waitFor(
      async () =>
        (await cluster.ceph("health", "detail")).stdout.includes("Module 'box' has failed dependency"),
      "MGR_MODULE_DEPENDENCY",
    );
    assertEquals(await says("hello"), "Hello, world!");

    await write(source("three", `{ depth: { type: "uint", default: 3, min: 1, max: 9 } }`, "box open"));
    assertEquals((await cluster.ceph("module", "reload", "box")).code, 0);
    assertEquals(await says("box", "open"), "three");
    await cluster.waitFor(async () => !(await says("health")).includes("MGR_MODULE"), "health again");
    assert(!(await cluster.log("mgr.x")).includes("no longer active"), "the role was kept all the while");
  });
});
