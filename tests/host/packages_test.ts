/** Packages from registries, from `ganglion module add` to a module that answers, with the registries away. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { packageStore } from "../../mgr/host/packages/package_store.ts";
import { GRANTS_FRONT, writeRecord } from "../../mgr/host/permissions/standing.ts";
import { Installer } from "../../tools/packages/installer.ts";
import { PackageError } from "../../tools/packages/package_error.ts";
import { FakeRegistries, type Files, tarball } from "../fakes/fake_registries.ts";
import { TestHost } from "./test_host.ts";

const SDK = "jsr:@ganglion/sdk@^0.1.0";

/** A module as it is published: bare names are written out. `says` is an expression. */
const moduleFiles = (
  version: string,
  says: string,
  head = "",
  permissions: readonly string[] = [],
): Files => ({
  "deno.json": JSON.stringify({
    name: "@s/box",
    version,
    exports: "./mod.ts",
    imports: { "@ganglion/sdk": SDK, lid: "jsr:@s/lid@^1", hinge: "npm:hinge@1" },
    mgr: { permissions },
  }),
  "mod.ts": `${head}import { commands, MgrModule } from "${SDK}";
import { text } from "./text.ts";
export default class Box extends MgrModule {
  static override readonly COMMANDS = commands({ "box": { desc: "Opens it", perm: "r" } });
  override handleCommand(): [number, string, string] {
    return [0, text, ""];
  }
}
`,
  "text.ts": `export const text: string = ${says};\n`,
});

const HINGE = tarball([
  {
    path: "package/package.json",
    text: JSON.stringify({
      name: "hinge",
      version: "1.0.0",
      type: "module",
      main: "index.js",
      scripts: { postinstall: "touch postinstall-has-run" },
    }),
  },
  { path: "package/index.js", text: "export const hinge = 'hinge';\n" },
]);

/** A machine with a manager's directory, and registries. */
class Machine implements AsyncDisposable {
  readonly state = Deno.makeTempDirSync({ prefix: "ganglion-packages-" });
  readonly registries = new FakeRegistries();
  readonly installer = new Installer({
    store: packageStore(this.state),
    registries: { jsr: this.registries.jsr, npm: this.registries.npm },
    builtin: new Set(["hello"]),
    now: () => "2026-01-02T03:04:05.000Z",
  });

  constructor() {
    Deno.mkdirSync(`${this.state}/none`);
    this.registries.publishJsr("@s/lid", "1.0.0", { "mod.ts": "export const lid: string = 'lid';\n" });
    this.registries.publishNpm("hinge", "1.0.0", HINGE, { hasInstallScript: true });
  }

  publish(version: string, says: string, head = "", permissions: readonly string[] = []): void {
    this.registries.publishJsr("@s/box", version, moduleFiles(version, says, head, permissions));
  }

  async host(): Promise<TestHost> {
    return await TestHost.start(["box"], { path: `${this.state}/none`, state: this.state, ungranted: true });
  }

  /** A file of the version in use. */
  async path(file: string): Promise<string> {
    const [{ versions: [current] }] = await this.installer.list() as [Awaited<ReturnType<Installer["add"]>>];
    return `${packageStore(this.state)}/box/${current.id}/${file}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registries.close();
    await Deno.remove(this.state, { recursive: true });
  }
}

const WITH_PACKAGES = `import { lid } from "jsr:@s/lid@^1";\nimport { hinge } from "npm:hinge@1";\n`;

Deno.test("A package of JSR runs with all that it imports when the registries are away", async () => {
  await using machine = new Machine();
  machine.registries.publishJsr("@s/box", "1.0.0", {
    ...moduleFiles("1.0.0", "`${lid} and ${hinge}`"),
    "text.ts": `${WITH_PACKAGES}export const text: string = \`\${lid} and \${hinge}\`;\n`,
  });
  const record = await machine.installer.add("jsr:@s/box");
  const [{ pinned, version, installed, files }] = record.versions;
  assertEquals([pinned, version, installed], ["jsr:@s/box@1.0.0", "1.0.0", "2026-01-02T03:04:05.000Z"]);
  assert(Object.keys(files).some((path) => path.startsWith("cache/npm/")));
  assert(Object.keys(files).some((path) => path.startsWith("cache/remote/")));
  await machine.registries.close();

  await using host = await machine.host();
  assertEquals(await host.command("box"), { retval: 0, stdout: "lid and hinge", stderr: "" });
  const inStore = await Array.fromAsync(Deno.readDir(machine.state));
  assert(!inStore.some(({ name }) => name === "postinstall-has-run"), "no script of a package ever runs");
  assertEquals((await host.host.reload("box")).retval, 0, "Deno has changed nothing of the package");
});

Deno.test("A manager that runs has a package right after it was added, updated, rolled back, removed", async () => {
  await using machine = new Machine();
  await using host = await machine.host();
  assertEquals(host.host.infos(), []);
  const answers = (text: string) =>
    host.until(async () => (await host.command("box").catch(() => undefined))?.stdout === text, text);

  machine.publish("1.0.0", "'one'", "", ["health"]);
  await machine.installer.add("jsr:@s/box@^1");
  await answers("one");
  assertEquals(host.link.changes.includes("infos"), true);

  host.link.store.set(`${GRANTS_FRONT}box`, writeRecord({ granted: ["health"], decided: ["health"] }));
  host.host.storeChanged([`${GRANTS_FRONT}box`]);
  machine.publish("2.0.0", "'two'");
  machine.publish("1.1.0", "'one and more'", "", ["health", "command mon osd tree"]);
  const { from, to, permissions } = await machine.installer.update("box");
  assertEquals([from.version, to.version], ["1.0.0", "1.1.0"]);
  assertEquals(permissions, { more: ["command mon osd tree"], less: [] });
  await answers("one and more");
  assertStringIncludes(
    host.health().MGR_MODULE_PERMISSION!,
    `ceph module permissions grant box 'command mon osd tree'`,
  );

  assertEquals((await machine.installer.rollback("box")).to.version, "1.0.0");
  await answers("one");
  assertEquals(host.health(), {});

  await machine.installer.remove("box");
  await host.until(() => host.host.infos().length === 0, "a host without the module");
  assertEquals([...Deno.readDirSync(packageStore(machine.state))].map(({ name }) => name), [".lock"]);
});

Deno.test("A file that was changed, added or removed after the installation is refused, at each start", async () => {
  await using machine = new Machine();
  machine.publish("1.0.0", "'one'", WITH_PACKAGES);
  await machine.installer.add("jsr:@s/box");
  const module = await machine.path("module/text.ts");
  const original = await Deno.readTextFile(module);
  const cases: [change: () => Promise<void>, undo: () => Promise<void>, says: string][] = [
    [
      () => Deno.writeTextFile(module, "export const text = 'evil';\n"),
      () => Deno.writeTextFile(module, original),
      "module/text.ts is not what was installed",
    ],
    [() => Deno.remove(module), () => Deno.writeTextFile(module, original), "module/text.ts is missing"],
    [
      () => Deno.writeTextFile(`${module}x`, ""),
      () => Deno.remove(`${module}x`),
      "module/text.tsx was not installed",
    ],
    [() => Deno.symlink("/etc", `${module}x`), () => Deno.remove(`${module}x`), "symbolic link"],
  ];
  for (const [change, undo, says] of cases) {
    await change();
    await using host = await machine.host();
    assertStringIncludes(host.host.infos()[0]!.errorString, says);
    await undo();
  }
  await using host = await machine.host();
  assertEquals((await host.command("box")).stdout, "one");
  const { pid } = host.status("box");
  await Deno.writeTextFile(module, "export const text = 'evil';\n");
  Deno.kill(pid!, "SIGKILL");
  await host.until(() => host.status("box").deaths >= 3, "three starts that were refused");
  assertStringIncludes(host.health().MGR_MODULE_DIED!, "module/text.ts is not what was installed");
});

Deno.test("A package that is not what its registry vouches for is refused, and leaves nothing behind", async () => {
  await using machine = new Machine();
  const refused = async (source: string, says: string): Promise<void> => {
    await assertRejects(() => machine.installer.add(source), PackageError, says);
    const left = [...Deno.readDirSync(packageStore(machine.state))].map(({ name }) => name);
    assertEquals(left, [".lock"], source);
  };
  machine.publish("1.0.0", "'one'");
  machine.registries.serve("/@s/box/1.0.0/text.ts", "export const text: string = 'own';\n".slice(0, 34));
  await refused("jsr:@s/box", "text.ts of @s/box@1.0.0: it is not what the registry's manifest says");
  machine.registries.serve("/@s/box/1.0.0/text.ts", "x".repeat(1000));
  await refused("jsr:@s/box", "it is more than 35 bytes");

  machine.publish("1.0.0", "lid", `import { lid } from "jsr:@s/lid@^1";\n`);
  machine.registries.serve("/@s/lid/1.0.0/mod.ts", "export const lid: string = 'evil';\n");
  await refused("jsr:@s/box", "Integrity check failed");
  machine.publish("1.0.0", "'x'", `import "https://deno.land/x/anything/mod.ts";\n`);
  await refused("jsr:@s/box", "Cannot install what the module imports");
  machine.publish("1.0.0", "'x'", `import "./missing.ts";\n`);
  await refused("jsr:@s/box", "Module not found");
  await refused("jsr:@s/box@2", "it has no version 2, only 1.0.0");
  await refused("jsr:@s/nothing", "404");
  machine.registries.publishJsr("@s/plain", "1.0.0", { "deno.json": "{}", "mod.ts": "" });
  await refused("jsr:@s/plain", `it has no "mgr" key`);
  await refused("npm:hinge", "it has no deno.json");
  await refused("jsr:box", "name a directory, jsr:@scope/name");
  await refused("ftp:box", "name a directory, jsr:@scope/name");
  await machine.registries.close();
  await refused("jsr:@s/box", "Cannot reach the registry");
});

Deno.test("A package of npm is unpacked by its hash, without links, and without paths that lead out", async () => {
  await using machine = new Machine();
  const entries = Object.entries(moduleFiles("1.0.0", "'from npm'"))
    .map(([path, text]) => ({ path: `package/${path}`, text }));
  const { registries, installer } = machine;
  const refused = (says: string) => assertRejects(() => installer.add("npm:box"), PackageError, says);
  registries.publishNpm("box", "1.0.0", tarball([...entries, { path: "package/../../x", text: "" }]));
  await refused("which is no path within it");
  registries.publishNpm("box", "1.0.0", tarball([...entries, { path: "package/x", text: "", type: "2" }]));
  await refused("package/x is a link or a device");
  registries.publishNpm("box", "1.0.0", tarball(entries));
  registries.serve("/npm/box/-/1.0.0.tgz", tarball([...entries, { path: "package/more.ts", text: "" }]));
  await refused("box@1.0.0: it is not what the registry's manifest says");
  registries.publishNpm("box", "1.0.0", tarball(entries));
  assertEquals((await installer.add("npm:box")).versions[0].pinned, "npm:box@1.0.0");
  await using host = await machine.host();
  assertEquals((await host.command("box")).stdout, "from npm");
});

Deno.test("A directory is copied: what its author does afterwards changes nothing until an update", async () => {
  await using machine = new Machine();
  const source = await Deno.makeTempDir({ prefix: "ganglion-author-" });
  const path = `${source}/box`;
  try {
    await Deno.mkdir(`${path}/.git`, { recursive: true });
    await Deno.writeTextFile(`${path}/.git/config`, "secret");
    const write = async (version: string, says: string): Promise<void> => {
      for (const [file, text] of Object.entries(moduleFiles(version, says))) {
        await Deno.writeTextFile(`${path}/${file}`, text);
      }
    };
    await write("0.1.0", "'one'");
    const { versions: [{ files }] } = await machine.installer.add(path);
    assertEquals(Object.keys(files), ["module/deno.json", "module/mod.ts", "module/text.ts"]);
    await assertRejects(() => machine.installer.add(path), PackageError, "it is installed already");
    await assertRejects(() => machine.installer.rollback("box"), PackageError, "there is no version before");
    await using host = await machine.host();
    await write("0.2.0", "'two'");
    assertEquals((await host.command("box")).stdout, "one");
    assertEquals((await machine.installer.update("box")).to.version, "0.2.0");
    await host.until(async () => (await host.command("box")).stdout === "two", "the update");
    await Deno.symlink("/etc/passwd", `${path}/link.ts`);
    await assertRejects(() => machine.installer.update("box"), PackageError, "link.ts is a symbolic link");
    await assertRejects(() => machine.installer.add(path, "hello"), PackageError, "comes with the manager");
    await assertRejects(() => machine.installer.add(path, "Not A Name"), PackageError, "a name is 1 to 64");
    assertEquals((await machine.installer.list()).map(({ name, versions }) => [name, versions.length]), [[
      "box",
      2,
    ]]);
  } finally {
    await Deno.remove(source, { recursive: true });
  }
});
