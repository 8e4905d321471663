/** A module is read anew from disk while everything else goes on. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { GRANTS_FRONT } from "../../mgr/host/permissions/standing.ts";
import { TestHost } from "./test_host.ts";

const EIO = -5;
const ENOENT = -2;
const MANIFEST = '{ "name": "@test/box", "version": "0.1.0", "exports": "./mod.ts", "mgr": {} }\n';

/** A module that answers `text`, with what else stands in its class. */
const source = (text: string, members = "", command = "box"): string =>
  `import { commands, MgrModule, options } from "@ganglion/sdk";
interface Answer {
  readonly text: string;
}
export default class Box extends MgrModule {
  static override readonly COMMANDS = commands({ "${command}": { desc: "Opens it", perm: "r" } });
  override handleCommand(): [number, string, string] {
    const answer: Answer = { text: "${text}" };
    return [0, answer.text, ""];
  }
  ${members}
}
`;

/** A directory with the modules `box` and `other`. */
class Modules implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "ganglion-modules-" });

  constructor() {
    this.write("box", source("one"));
    this.write("other", source("other", "", "other"));
  }

  write(name: string, text: string, manifest = MANIFEST): void {
    Deno.mkdirSync(`${this.path}/${name}`, { recursive: true });
    Deno.writeTextFileSync(`${this.path}/${name}/mod.ts`, text);
    Deno.writeTextFileSync(`${this.path}/${name}/deno.json`, manifest);
  }

  async host(): Promise<TestHost> {
    const host = await TestHost.start(["box", "other"], { path: this.path });
    await host.state("box", "serving");
    await host.state("other", "serving");
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

Deno.test("reload() runs the code on disk, in another process, and touches no other module", async () => {
  await using modules = new Modules();
  await using host = await modules.host();
  const [box, other] = [host.status("box").pid, host.status("other").pid];
  modules.write("box", source("two"));
  assertEquals((await host.command("box")).stdout, "one");
  assertEquals(await host.host.reload("box"), {
    retval: 0,
    stdout: "reloaded box 0.1.0: serving\n",
    stderr: "",
  });
  assertEquals((await host.command("box")).stdout, "two");
  assert(host.status("box").pid !== box);
  assertEquals(host.status("other").pid, other);
  assert(
    !host.link.changes.includes("infos"),
    "nothing is announced when nothing that is announced has changed",
  );
});

Deno.test("reload() answers commands all the while: by the old code, then by the new", async () => {
  await using modules = new Modules();
  await using host = await modules.host();
  modules.write("box", source("two"));
  const reloading = host.host.reload("box");
  let done = false;
  reloading.then(() => done = true);
  const answers = new Set<string>();
  while (!done) {
    const { retval, stdout, stderr } = await host.command("box");
    answers.add(retval === 0 ? stdout : stderr);
  }
  answers.add((await host.command("box")).stdout);
  assertEquals([...answers].sort(), ["one", "two"]);
});

Deno.test("reload() announces other options and commands", async () => {
  await using modules = new Modules();
  await using host = await modules.host();
  modules.write(
    "box",
    source(
      "two",
      `static override readonly MODULE_OPTIONS = options({ lid: { type: "bool" } });`,
      "box open",
    ),
  );
  assertEquals((await host.host.reload("box")).retval, 0);
  assertEquals(host.link.changes.filter((what) => what === "infos"), ["infos"]);
  assertEquals(host.host.commands().map(({ command }) => command.cmdstring), ["box open", "other"]);
  assert(host.host.infos()[0]!.moduleOptions.has("lid"));
});

Deno.test("reload() of a broken version says where it is broken; the next one mends it", async () => {
  await using modules = new Modules();
  await using host = await modules.host();
  const other = host.status("other").pid;
  const broken: [text: string, check: string, place: RegExp][] = [
    [`${source("two")}\nexport const x = ;\n`, "MGR_MODULE_DEPENDENCY", /mod\.ts:14:18/],
    [
      `${source("two")}\nthrow new Error("not today");\n`,
      "MGR_MODULE_DEPENDENCY",
      /not today \(mod\.ts:14:7\)/,
    ],
    [`import "./missing.ts";\n${source("two")}`, "MGR_MODULE_DEPENDENCY", /mod\.ts:1:8/],
    [source("two", `field = this.log.info("early");`), "MGR_MODULE_ERROR", /\(mod\.ts:11:20\)/],
    [source("two", `override async serve() { await 0; null!.x; }`), "MGR_MODULE_ERROR", /\(mod\.ts:11:43\)/],
  ];
  for (const [text, check, place] of broken) {
    modules.write("box", text);
    const answer = await host.host.reload("box");
    await host.until(() => check in host.health(), `${check} for ${place}`);
    assertMatch(
      host.health()[check]!.replaceAll("\n", " "),
      check === "MGR_MODULE_ERROR" ? place : /^Module 'box'/,
    );
    if (check === "MGR_MODULE_DEPENDENCY") {
      assertEquals(answer.retval, EIO);
      assertMatch(answer.stderr, place);
    }
    assertEquals((await host.command("box")).retval, EIO);
    assertMatch((await host.command("box")).stderr, place);
  }
  modules.write("box", source("three"));
  assertEquals((await host.host.reload("box")).retval, 0);
  assertEquals([(await host.command("box")).stdout, host.health()], ["three", {}]);
  assertEquals(host.status("other").pid, other);
});

Deno.test("reload() knows of what is granted while the new version is asked what it is", async () => {
  await using modules = new Modules();
  await using host = await modules.host();
  modules.write(
    "box",
    source("two", `override async serve() { await this.setHealthChecks({}); }`),
    MANIFEST.replace('"mgr": {}', '"mgr": { "permissions": ["health"] }'),
  );
  const reloading = host.host.reload("box");
  await host.grantAll(["box"], modules.path);
  host.host.storeChanged([`${GRANTS_FRONT}box`]);
  assertEquals((await reloading).retval, 0);
  assertEquals([(await host.command("box")).stdout, host.health()], ["two", {}]);
});

Deno.test("reload() takes in a module that is new, and lets go of one that is gone", async () => {
  await using modules = new Modules();
  await using host = await modules.host();
  assertEquals((await host.host.reload("crate")).retval, ENOENT);
  modules.write("crate", source("crate", "", "crate"));
  assertStringIncludes(String((await host.host.reload("crate")).stdout), "reloaded crate");
  host.host.setEnabled(new Set(["box", "other", "crate"]));
  assertEquals((await host.command("crate")).stdout, "crate");
  await Deno.remove(`${modules.path}/box`, { recursive: true });
  assertEquals((await host.host.reload("box")).retval, ENOENT);
  assertEquals(host.host.infos().map(({ name }) => name), ["crate", "other"]);
  assertEquals((await host.host.reload("../box")).retval, ENOENT);
});
