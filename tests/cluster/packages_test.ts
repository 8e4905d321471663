/** `ganglion module add`, as an operator gives it: a package of a registry beside a manager that runs. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { packageStore } from "../../mgr/host/packages/package_store.ts";
import { Installer } from "../../tools/packages/installer.ts";
import { FakeRegistries, tarball } from "../fakes/fake_registries.ts";
import { runTool } from "./cluster_files.ts";
import { Person } from "./person.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const files = (version: string, text: string, permissions: readonly string[]) => ({
  "deno.json": JSON.stringify({
    name: "@s/box",
    version,
    exports: "./mod.ts",
    imports: { "@ganglion/sdk": "jsr:@ganglion/sdk@^0.1.0" },
    mgr: { permissions },
  }),
  "mod.ts": `import { commands, MgrModule } from "jsr:@ganglion/sdk@^0.1.0";
export default class Box extends MgrModule {
  static override readonly COMMANDS = commands({ "box": { desc: "Opens it", perm: "r" } });
  override handleCommand(): [number, string, string] {
    return [0, "${text}\\n", ""];
  }
}
`,
});

Deno.test("ganglion module add, ls, update, rollback, remove: live, and with the registry away", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-operator-" });
  await using registries = new FakeRegistries();
  registries.publishJsr("@s/box", "1.0.0", files("1.0.0", "one", []));
  try {
    await using person = new Person(directory, { JSR_URL: registries.jsr });
    await person.start("--dev");
    const says = async (...words: string[]) => {
      const { code, stdout, stderr } = await person.ganglion(...words);
      return code === 0 ? stdout : `${code} ${stderr}`;
    };
    assertEquals(await says("module", "ls"), "no packages are installed\n");
    assertStringIncludes(
      await says("module", "add", "jsr:@s/box@^1"),
      "installed box: jsr:@s/box@1.0.0, 2 files\n",
    );
    assertEquals((await person.ganglion("mgr", "module", "enable", "box")).code, 0);
    assertEquals(await says("box"), "one\n");

    assertEquals(await says("module", "update", "box"), "box is the newest already: jsr:@s/box@1.0.0\n");
    registries.publishJsr("@s/box", "1.1.0", files("1.1.0", "two", ["health"]));
    assertEquals(
      await says("module", "update", "box"),
      "box: jsr:@s/box@1.0.0 -> jsr:@s/box@1.1.0\nit asks for other permissions than before:\n  + health\n" +
        "what is new is refused until it is granted: ceph module permissions diff box\nthe manager has it now\n",
    );
    assertEquals(await says("box"), "two\n");
    assertStringIncludes(
      await says("module", "rollback", "box"),
      "box: jsr:@s/box@1.1.0 -> jsr:@s/box@1.0.0\n",
    );
    assertEquals(await says("box"), "one\n");
    assertStringIncludes(await says("module", "ls"), "box  jsr:@s/box@1.0.0, ");

    await registries.close();
    assertStringIncludes(
      await says("module", "update", "box"),
      "1 Cannot reach the registry for http://127.0.0.1:",
    );
    await person.stop();
    await person.start("--dev");
    await person.answered("one\n", "box");

    assertStringIncludes(
      await says("module", "add", "jsr:@s/box", "--name", "hello"),
      "comes with the manager",
    );
    assertStringIncludes(await says("module", "add"), "2 usage: ganglion module add SOURCE");
    assertStringIncludes(await says("module", "remove", "box"), "removed box");
    assertStringIncludes(await says("module", "remove", "box"), "1 Cannot find box: it is not installed");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test({
  name:
    "A package that root installs runs on a real cluster under --setuser, with what it imports, by the stock CLI",
  ignore: !await hasCeph() || Deno.uid() !== 0,
}, async () => {
  await using registries = new FakeRegistries();
  const { "deno.json": manifest, "mod.ts": code } = files("1.0.0", `" + hinge + "`, []);
  registries.publishJsr("@s/box", "1.0.0", {
    "deno.json": manifest,
    "mod.ts": `import { hinge } from "npm:hinge@1";\n${code}`,
  });
  registries.publishNpm(
    "hinge",
    "1.0.0",
    tarball([
      {
        path: "package/package.json",
        text: '{ "name": "hinge", "version": "1.0.0", "type": "module", "main": "i.js" }',
      },
      { path: "package/i.js", text: "export const hinge = 'creaks';\n" },
    ]),
  );
  const conf = ["mgr initial modules = hello", "paxos propose interval = 0.1", "mgr tick period = 1"];
  await RealCluster.run({ conf }, async (cluster) => {
    const mgrData = `${cluster.directory}/mgr.x`;
    await cluster.makeMgrKey("x");
    await runTool("chown", "-R", "ceph:ceph", cluster.directory);
    await cluster.startGanglion("x", ["--setuser=ceph", "--setgroup=ceph"]);
    await cluster.waitFor(async () => (await cluster.ceph("hello")).code === 0, "hello");
    const installer = new Installer({
      store: packageStore(mgrData),
      registries: { jsr: registries.jsr, npm: registries.npm },
      builtin: new Set(),
      now: () => "2026-01-02T03:04:05.000Z",
    });
    await installer.add("jsr:@s/box");
    await registries.close();
    await cluster.waitFor(
      async () => (await cluster.ceph("mgr", "module", "enable", "box")).code === 0,
      "the monitors to know the module",
    );
    await cluster.waitFor(async () => (await cluster.ceph("box")).stdout.trim() === "creaks", "its answer");
    assertMatch((await cluster.ceph("mgr", "module", "ls")).stdout, /"box"/);
  });
});
